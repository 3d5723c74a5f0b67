import CCurl
import Dispatch
import Synchronization

/// Some calls to one server over one connection, each on a thread that may block and never on Swift's cooperative pool.
///
/// A password is never tried, files of the user's home (`known_hosts`, `id_rsa`) are never read. The connection ends with
/// the last reference to this object.
public final class SFTPSession: Sendable {
  /// Seconds for name resolution, connecting and entering.
  public static let connectSeconds = 15
  /// Seconds for one call.
  public static let callSeconds = 60

  private let queue = DispatchQueue(label: "expunged.sftp")
  private let handle: SFTPHandle

  /// Dials nobody yet. The key is an OpenSSH private key without a passphrase, Ed25519 or ECDSA.
  public init(_ server: SFTPServer, key: [UInt8]) {
    _ = Self.library
    handle = SFTPHandle(server, key: key)
  }

  /// The bytes of a file; nil when it is not there. One with more bytes than `most` is `tooLarge`.
  public func read(_ name: String, most: Int) async throws(SFTPFailure) -> [UInt8]? {
    do {
      return try await run(name) { handle, call throws(SFTPFailure) in
        call.most = most
        try handle.perform(call, url: name)
        return call.received
      }
    } catch .notFound {
      return nil
    }
  }

  /// Writes a whole file, over one that has the name; others than its owner and group cannot read it.
  public func write(_ bytes: [UInt8], as name: String) async throws(SFTPFailure) {
    try await run(name) { handle, call throws(SFTPFailure) in
      call.sending = bytes
      try handle.perform(call, url: name)
    }
  }

  /// Gives a file another name, which no other file may have yet.
  public func rename(_ name: String, to other: String) async throws(SFTPFailure) {
    try await run(name, other) { handle, call throws(SFTPFailure) in
      call.command = "rename \(handle.server.path(name)) \(handle.server.path(other))"
      try handle.perform(call, url: "")
    }
  }

  /// Removes a file. One that is not there is `commandRefused`.
  public func remove(_ name: String) async throws(SFTPFailure) {
    try await run(name) { handle, call throws(SFTPFailure) in
      call.command = "rm \(handle.server.path(name))"
      try handle.perform(call, url: "")
    }
  }

  private func run<Value: Sendable>(
    _ names: String..., work: @escaping @Sendable (SFTPHandle, SFTPCall) throws(SFTPFailure) -> Value
  ) async throws(SFTPFailure) -> Value {
    guard names.allSatisfy(SFTPServer.isName) else { throw .badName }
    let ticket = SFTPTicket()
    let handle = handle
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Result<Value, SFTPFailure>, Never>) in
        queue.async {
          let call = SFTPCall(ticket)
          let result: Result<Value, SFTPFailure>
          do throws(SFTPFailure) {
            result = .success(try work(handle, call))
          } catch {
            result = .failure(error)
          }
          continuation.resume(returning: result)
        }
      }
    } onCancel: {
      ticket.cancel()
    }
    return try result.get()
  }

  /// libcurl's process-wide start, once.
  private static let library: CURLcode = curl_global_init(Int(CURL_GLOBAL_DEFAULT))
}

/// Whether the caller gave up.
final class SFTPTicket: Sendable {
  private let cancelled = Atomic(false)

  var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

  func cancel() { cancelled.store(true, ordering: .releasing) }
}

/// One call: what is sent and what has come. Only for the session's queue.
final class SFTPCall {
  let ticket: SFTPTicket
  var sending: [UInt8]?
  var command: String?
  var most = 0
  var received: [UInt8] = []
  var overflowed = false
  private var sent = 0

  init(_ ticket: SFTPTicket) { self.ticket = ticket }

  static func from(_ context: UnsafeMutableRawPointer?) -> SFTPCall? {
    context.map { Unmanaged<SFTPCall>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Returns the number of bytes taken; any other number than was offered ends the transfer.
  func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard bytes.count <= most - received.count else {
      overflowed = true
      return 0
    }
    received.append(contentsOf: bytes)
    return bytes.count
  }

  func supply(_ room: UnsafeMutableRawBufferPointer) -> Int {
    let next = (sending ?? [])[sent...].prefix(room.count)
    room.copyBytes(from: next)
    sent += next.count
    return next.count
  }
}
