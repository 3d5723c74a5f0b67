import CCurl
import Dispatch
import Synchronization

/// Hands single mails to one server, each over a connection of its own, on a thread that may block and never on Swift's
/// cooperative pool.
///
/// A server on another machine must speak STARTTLS and prove its name before it hears user, password or mail.
public final class SMTPSession: Sendable {
  /// Seconds for name resolution and connecting.
  public static let connectSeconds = 15
  /// Seconds for one mail.
  public static let mailSeconds = 60
  /// The largest mail, in bytes.
  public static let mostBytes = 1 << 20

  private let server: SMTPServer
  private let queue = DispatchQueue(label: "expunged.smtp")

  /// Dials nobody yet.
  public init(_ server: SMTPServer) {
    _ = Self.library
    self.server = server
  }

  /// Hands over one mail. Both addresses are checked by the caller; `login` is a user and a password.
  ///
  /// Never throws: cancelling the task ends it as `unsure`, or `notStarted` where nothing of the mail was sent.
  public func send(
    _ message: [UInt8], from: String, to: String, login: (user: String, password: String)?
  ) async -> SMTPEnding {
    guard message.count <= Self.mostBytes, Self.isPlain(from), Self.isPlain(to) else { return .notStarted }
    let ticket = SMTPTicket()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        queue.async { [server] in
          let call = SMTPCall(message, ticket)
          continuation.resume(returning: SMTPHandle(server).perform(call, from: from, to: to, login: login))
        }
      }
    } onCancel: {
      ticket.cancel()
    }
  }

  /// What libcurl puts into a line of the conversation as it stands.
  private static func isPlain(_ address: String) -> Bool {
    !address.isEmpty && address.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x3C && $0 != 0x3E }
  }

  /// libcurl's process-wide start, once.
  private static let library: CURLcode = curl_global_init(Int(CURL_GLOBAL_DEFAULT))
}

/// Whether the caller gave up.
final class SMTPTicket: Sendable {
  private let cancelled = Atomic(false)

  var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

  func cancel() { cancelled.store(true, ordering: .releasing) }
}

/// One mail on its way. Only for the session's queue.
final class SMTPCall {
  let ticket: SMTPTicket
  private let message: [UInt8]
  private var sent = 0
  /// The server has begun to take the mail.
  private(set) var hasBegun = false
  /// The id in the answer to the whole mail.
  private(set) var queue: String?

  init(_ message: [UInt8], _ ticket: SMTPTicket) {
    self.message = message
    self.ticket = ticket
  }

  static func from(_ context: UnsafeMutableRawPointer?) -> SMTPCall? {
    context.map { Unmanaged<SMTPCall>.fromOpaque($0).takeUnretainedValue() }
  }

  func supply(_ room: UnsafeMutableRawBufferPointer) -> Int {
    hasBegun = true
    let next = message[sent...].prefix(room.count)
    room.copyBytes(from: next)
    sent += next.count
    return next.count
  }

  /// One line of the server. Only that after the whole mail can name its id.
  func hear(_ bytes: UnsafeRawBufferPointer) {
    guard hasBegun, sent == message.count, queue == nil, bytes.count <= 1_000, bytes.starts(with: Array("250".utf8))
    else {
      return
    }
    queue = QueueID.find(in: String(decoding: bytes, as: UTF8.self))
  }
}

/// The id in a server's answer to a mail: `250 2.0.0 Ok: queued as 4XyzAb12`.
enum QueueID {
  /// Letters and digits behind one of the words that servers put before an id; nil where there is none.
  static func find(in line: String) -> String? {
    let written = line.split(whereSeparator: \.isWhitespace).map(String.init)
    let words = written.map { $0.lowercased() }
    for (index, word) in words.enumerated() {
      // Postfix, Sendmail ("queued as X"), Exim ("OK id=1abc-…").
      if word == "as", index > 0, words[index - 1] == "queued", index + 1 < written.count {
        return known(written[index + 1])
      }
      if word.hasPrefix("id=") { return known(String(written[index].dropFirst(3))) }
    }
    return nil
  }

  private static func known(_ text: String) -> String? {
    // Exim writes hyphens; what is left is still unique.
    let id = text.filter { $0 != "-" }
    let isID =
      (4...32).contains(id.utf8.count)
      && id.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
      }
    return isID ? id : nil
  }
}
