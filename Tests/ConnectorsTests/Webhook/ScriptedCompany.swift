import Foundation
import Glibc
import Synchronization
import TestKit

/// A company on 127.0.0.1 that gives one scripted answer to each call and keeps what it received.
final class ScriptedCompany: Sendable {
  struct Call: Sendable {
    let method: String
    let target: String
    /// Names in lower case.
    let headers: [String: String]
    let body: [UInt8]
  }

  enum Answer: Sendable {
    case status(Int, headers: [String], body: String)
    /// Closes the connection after the call was read.
    case hangUp
    /// Never answers; `calls` tells that the call arrived.
    case silence

    static func status(_ status: Int, _ headers: String...) -> Answer { .status(status, headers: headers, body: "") }

    static func json(_ body: String) -> Answer {
      .status(200, headers: ["Content-Type: application/json"], body: body)
    }
  }

  /// What is left of a script.
  private final class Rest: Sendable {
    private let answers: Mutex<[Answer]>

    init(_ answers: [Answer]) { self.answers = Mutex(answers) }

    func next() -> Answer { answers.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? .hangUp } }
  }

  let port: Int
  /// Every call as it arrives, before it is answered.
  let arrivals = AsyncStream.makeStream(of: Call.self)
  private let listener: Int32
  private let end = ListenerEnd()
  private let answerer: @Sendable (Call) -> Answer
  private let received = Mutex<[Call]>([])

  var url: String { "http://127.0.0.1:\(port)" }
  var calls: [Call] { received.withLock { $0 } }

  /// Answers with each of the script in turn, then with the last again.
  convenience init(_ script: Answer...) throws {
    let rest = Rest(script)
    try self.init { _ in rest.next() }
  }

  /// Answers with what `answerer` says of each call.
  init(answerer: @escaping @Sendable (Call) -> Answer) throws {
    self.answerer = answerer
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &length) == 0
      }
    }
    guard isListening else { throw FixtureProblem(text: "cannot listen on 127.0.0.1: errno \(errno)") }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread.detachNewThread { [self] in accept() }
  }

  /// Closes the port, so that nobody answers there any more.
  func close() { end.stop(listener) }

  private func accept() {
    while let connection = end.accept(listener) {
      Thread.detachNewThread { [self] in serve(connection) }
    }
    end.close(listener)
  }

  private func serve(_ connection: Int32) {
    defer { Glibc.close(connection) }
    guard let call = Self.read(connection) else { return }
    received.withLock { $0.append(call) }
    arrivals.continuation.yield(call)
    switch answerer(call) {
    case .status(let status, let headers, let body):
      let lines =
        ["HTTP/1.1 \(status) X"] + headers + ["Connection: close", "Content-Length: \(body.utf8.count)", "", body]
      let bytes = Array(lines.joined(separator: "\r\n").utf8)
      _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    case .silence:
      var byte: UInt8 = 0
      while recv(connection, &byte, 1, 0) > 0 {}
    case .hangUp: return
    }
  }

  private static func read(_ connection: Int32) -> Call? {
    var buffer: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(connection, &chunk, chunk.count, 0)
      guard count > 0 else { return nil }
      buffer += chunk[..<count]
      guard let head = buffer.firstRange(of: Array("\r\n\r\n".utf8)) else { continue }
      let lines = String(decoding: buffer[..<head.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
      var headers: [String: String] = [:]
      for line in lines.dropFirst() {
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
      }
      guard buffer.count >= head.upperBound + (headers["content-length"].flatMap { Int($0) } ?? 0) else { continue }
      let words = lines[0].split(separator: " ").map(String.init)
      return Call(method: words[0], target: words[1], headers: headers, body: Array(buffer[head.upperBound...]))
    }
  }
}
