import Foundation
import Glibc
import Synchronization

/// A statement as the server got it.
struct RecordedStatement: Sendable {
  let sql: String
  let values: [String?]
}

/// Stands before a server's Unix socket and writes down what its clients send by the extended protocol (PostgreSQL
/// manual, "Message Formats"), so that somebody else can send the same.
final class StatementTap: Sendable {
  /// The folder of the socket to connect to.
  let folder: String
  private let listener: Int32
  private let target: String
  private let recorded = Mutex<[[RecordedStatement]]>([])

  init(host: String, port: String) throws {
    folder = NSTemporaryDirectory() + "database-bench-\(getpid())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    target = "\(host)/.s.PGSQL.\(port)"
    listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    let isListening = Self.withAddress("\(folder)/.s.PGSQL.\(port)") { [listener] in
      bind(listener, $0, $1) == 0 && listen(listener, 16) == 0
    }
    guard isListening else { throw BenchProblem("no tap: errno \(errno)") }
    Thread.detachNewThread { [self] in
      while true {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return }
        serve(client)
        close(client)
      }
    }
  }

  /// No further client; what each connection has sent, in order.
  func finish() throws -> [[RecordedStatement]] {
    shutdown(listener, Int32(SHUT_RDWR))
    try FileManager.default.removeItem(atPath: folder)
    return recorded.withLock { $0 }
  }

  private static func withAddress<R>(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { place in
      for (index, byte) in path.utf8.prefix(place.count - 1).enumerated() { place[index] = byte }
    }
    return withUnsafeBytes(of: address) { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) { pointer in
        body(pointer.baseAddress.unsafelyUnwrapped, socklen_t(bytes.count))
      }
    }
  }

  /// One client after the other is enough.
  private func serve(_ client: Int32) {
    let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(server) }
    guard Self.withAddress(target, { connect(server, $0, $1) }) == 0 else { return }
    var script = ClientScript()
    let number = recorded.withLock { recorded in
      recorded.append([])
      return recorded.count - 1
    }
    while true {
      var both = [
        pollfd(fd: client, events: Int16(POLLIN), revents: 0), pollfd(fd: server, events: Int16(POLLIN), revents: 0),
      ]
      guard poll(&both, 2, -1) > 0 else { break }
      if both[1].revents != 0, !pass(read(server), to: client) { break }
      if both[0].revents != 0 {
        let bytes = read(client)
        script.take(bytes)
        // Before the server knows of it: who has an answer finds its statement here.
        recorded.withLock { $0[number] = script.statements }
        if !pass(bytes, to: server) { break }
      }
    }
  }

  private func read(_ socket: Int32) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(socket, &buffer, buffer.count, 0)
    return Array(buffer.prefix(max(0, count)))
  }

  /// Nothing to pass on is the end.
  private func pass(_ bytes: [UInt8], to socket: Int32) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return false }
      sent += count
    }
    return !bytes.isEmpty
  }
}

/// Reads the messages of one client.
private struct ClientScript {
  private(set) var statements: [RecordedStatement] = []
  private var waiting: [UInt8] = []
  private var hasStarted = false
  private var parsed = ""

  mutating func take(_ bytes: [UInt8]) {
    waiting.append(contentsOf: bytes)
    var start = 0
    while let message = message(from: start) {
      // The first message has no kind before its length.
      if hasStarted { read(waiting[start], waiting[message.body..<message.end]) }
      hasStarted = true
      start = message.end
    }
    waiting = Array(waiting[start...])
  }

  /// Where the body of the message at `start` begins and ends; nothing while some of it is under way.
  private func message(from start: Int) -> (body: Int, end: Int)? {
    let length = start + (hasStarted ? 1 : 0)
    guard waiting.count >= length + 4 else { return nil }
    let end = length + Int(Self.number(waiting[length..<(length + 4)]))
    return waiting.count >= end ? (length + 4, end) : nil
  }

  private mutating func read(_ kind: UInt8, _ body: ArraySlice<UInt8>) {
    var rest = body
    switch kind {
    case UInt8(ascii: "P"):
      _ = Self.text(&rest)
      parsed = Self.text(&rest)
    case UInt8(ascii: "B"):
      _ = Self.text(&rest)
      _ = Self.text(&rest)
      for _ in 0..<Self.take(2, &rest) { _ = Self.take(2, &rest) }
      let values = (0..<Self.take(2, &rest)).map { _ -> String? in
        let length = Int32(truncatingIfNeeded: Self.take(4, &rest))
        guard length >= 0 else { return nil }
        defer { rest = rest.dropFirst(Int(length)) }
        return String(decoding: rest.prefix(Int(length)), as: UTF8.self)
      }
      statements.append(RecordedStatement(sql: parsed, values: values))
    default: break
    }
  }

  private static func number(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

  private static func take(_ count: Int, _ rest: inout ArraySlice<UInt8>) -> Int {
    defer { rest = rest.dropFirst(count) }
    return Int(number(rest.prefix(count)))
  }

  private static func text(_ rest: inout ArraySlice<UInt8>) -> String {
    let text = rest.prefix { $0 != 0 }
    rest = rest.dropFirst(text.count + 1)
    return String(decoding: text, as: UTF8.self)
  }
}
