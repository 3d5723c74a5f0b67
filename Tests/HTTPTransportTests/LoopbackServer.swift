import Foundation
import Glibc
import Synchronization

/// A small HTTP/1.1 server on 127.0.0.1 or a Unix socket whose answers a test writes byte by byte, right or wrong.
final class LoopbackServer: Sendable {
  struct Received: Sendable {
    let connection: Int
    let method: String
    let target: String
    /// Names in lower case.
    let headers: [String: String]
    let body: [UInt8]
  }

  enum Next: Sendable {
    case keep
    case close
  }

  struct Broken: Error {
    let call: String
    let code: Int32
  }

  /// One request and the socket to answer it on.
  struct Exchange {
    let request: Received
    let server: LoopbackServer
    fileprivate let socket: Int32

    func send(_ text: String) { send(bytes: Array(text.utf8)) }

    func send(bytes: [UInt8]) {
      var rest = bytes[...]
      while !rest.isEmpty {
        let sent = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard sent > 0 else { return }
        rest = rest.dropFirst(sent)
      }
    }

    func answer(_ status: String, headers: [String] = [], body: String = "") {
      let lines = ["HTTP/1.1 \(status)"] + headers + ["Content-Length: \(body.utf8.count)", "", body]
      send(lines.joined(separator: "\r\n"))
    }

    /// Returns when the client has closed its side.
    func waitForHangUp() {
      var byte: UInt8 = 0
      while recv(socket, &byte, 1, 0) > 0 {}
      server.hangUps.continuation.yield()
    }

    /// Makes the coming close send RST instead of FIN.
    func reset() {
      var linger = linger(l_onoff: 1, l_linger: 0)
      setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }
  }

  typealias Answerer = @Sendable (Exchange) -> Next

  let port: Int
  let arrivals = AsyncStream.makeStream(of: Received.self)
  fileprivate let hangUps = AsyncStream.makeStream(of: Void.self)
  private let listener: Int32
  private let answerer: Answerer
  private let connections = Atomic(0)

  var url: String { "http://127.0.0.1:\(port)" }

  init(unixSocket: String? = nil, answerer: @escaping Answerer) throws {
    self.answerer = answerer
    (listener, port) = try unixSocket.map { (try Self.listen(path: $0), 0) } ?? Self.listen()
    Thread.detachNewThread { [self] in accept() }
  }

  /// The next request that arrives.
  func nextArrival() async -> Received? {
    for await request in arrivals.stream { return request }
    return nil
  }

  /// Returns once a client has hung up on an answer that waits for it.
  func nextHangUp() async {
    for await _ in hangUps.stream { return }
  }

  /// Takes no further connection; the ones that are open stay.
  func stopListening() { shutdown(listener, Int32(SHUT_RDWR)) }

  private func accept() {
    while true {
      let socket = Glibc.accept(listener, nil, nil)
      guard socket >= 0 else { break }
      let number = connections.add(1, ordering: .relaxed).newValue
      Thread.detachNewThread { [self] in serve(socket, number: number) }
    }
    close(listener)
  }

  private func serve(_ socket: Int32, number: Int) {
    defer { close(socket) }
    var buffer: [UInt8] = []
    while let request = Self.readRequest(socket, number, &buffer) {
      arrivals.continuation.yield(request)
      guard answerer(Exchange(request: request, server: self, socket: socket)) == .keep else { return }
    }
  }

  private static func readRequest(_ socket: Int32, _ number: Int, _ buffer: inout [UInt8]) -> Received? {
    let separator = Array("\r\n\r\n".utf8)
    var head: Range<Int>?
    while true {
      head = head ?? buffer.firstRange(of: separator)
      if let head {
        let lines = String(decoding: buffer[..<head.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ").map(String.init)
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
          let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
          headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        if buffer.count >= head.upperBound + length {
          let body = Array(buffer[head.upperBound..<(head.upperBound + length)])
          buffer.removeFirst(head.upperBound + length)
          return Received(connection: number, method: words[0], target: words[1], headers: headers, body: body)
        }
      }
      var chunk = [UInt8](repeating: 0, count: 65_536)
      let count = recv(socket, &chunk, chunk.count, 0)
      guard count > 0 else { return nil }
      buffer += chunk[..<count]
    }
  }

  private static func listen() throws -> (Int32, Int) {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { throw Broken(call: "socket", code: errno) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, length) == 0 && Glibc.listen(socket, 1_024) == 0 && getsockname(socket, $0, &length) == 0
      }
    }
    guard status else { throw Broken(call: "bind", code: errno) }
    return (socket, Int(UInt16(bigEndian: address.sin_port)))
  }

  private static func listen(path: String) throws -> Int32 {
    let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
    let status = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 && Glibc.listen(socket, 16) == 0
      }
    }
    guard status else { throw Broken(call: "bind", code: errno) }
    return socket
  }
}

/// The port of a socket that nobody listens on: bound, so that no other test gets it, never listening.
final class ClosedPort: Sendable {
  let number: Int
  private let socket: Int32

  init() throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let socket = socket
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
      }
    }
    guard bound else { throw LoopbackServer.Broken(call: "bind", code: errno) }
    number = Int(UInt16(bigEndian: address.sin_port))
  }

  deinit { close(socket) }
}
