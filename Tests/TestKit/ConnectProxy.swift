import Foundation
import Glibc
import Synchronization

/// An HTTP proxy on 127.0.0.1 that knows CONNECT only, and keeps what it could read.
///
/// Every tunnel leads to one port of 127.0.0.1, whatever host was asked for: names need not resolve.
public final class ConnectProxy: Sendable {
  public struct Broken: Error {}

  private struct State {
    var heads: [String] = []
    var passed: [UInt8] = []
  }

  public let port: Int
  private let listener: Int32
  private let target: Int
  private let login: String?
  private let refusal: Int?
  private let state = Mutex(State())

  /// The heads of all requests, as they came.
  public var heads: [String] { state.withLock { $0.heads } }
  /// What clients sent through its tunnels.
  public var passed: [UInt8] { state.withLock { $0.passed } }
  public var url: String { "http://127.0.0.1:\(port)" }

  /// Tunnels lead to `target`. `login` is the `user:password` that must come by Basic, or the answer is 407. With a
  /// `refusal` that status is every answer.
  public init(to target: Int, login: String? = nil, refusal: Int? = nil) throws {
    self.target = target
    self.login = login
    self.refusal = refusal
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = Self.address(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &length) == 0
      }
    }
    guard isListening else { throw Broken() }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread.detachNewThread { [self] in
      while true {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { break }
        Thread.detachNewThread { [self] in
          serve(client)
          close(client)
        }
      }
      close(listener)
    }
  }

  /// Takes no further connection.
  public func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

  private static func address(port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }

  private func serve(_ client: Int32) {
    var head: [UInt8] = []
    while !head.ends(with: Array("\r\n\r\n".utf8)) {
      let more = Self.read(client, most: 1)
      guard !more.isEmpty else { return }
      head += more
    }
    let text = String(decoding: head, as: UTF8.self)
    state.withLock { $0.heads.append(text) }
    if let status = status(of: text) {
      let about = status == 407 ? "Proxy-Authenticate: Basic realm=\"proxy\"\r\n" : ""
      _ = Self.write("HTTP/1.1 \(status) No\r\n\(about)Content-Length: 0\r\n\r\n", to: client)
      return
    }
    let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(server) }
    let isConnected = withUnsafePointer(to: Self.address(port: target)) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isConnected else {
      _ = Self.write("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", to: client)
      return
    }
    guard Self.write("HTTP/1.1 200 Connection established\r\nX-Of-The-Proxy: yes\r\n\r\n", to: client) else { return }
    pass(client, server)
  }

  /// Nothing for a request that may go through.
  private func status(of head: String) -> Int? {
    if let refusal { return refusal }
    guard head.hasPrefix("CONNECT ") else { return 405 }
    guard let login else { return nil }
    let wanted = "proxy-authorization: basic \(Data(login.utf8).base64EncodedString())\r\n"
    return head.lowercased().contains(wanted.lowercased()) ? nil : 407
  }

  private func pass(_ client: Int32, _ server: Int32) {
    while true {
      var both = [
        pollfd(fd: client, events: Int16(POLLIN), revents: 0), pollfd(fd: server, events: Int16(POLLIN), revents: 0),
      ]
      guard poll(&both, 2, -1) > 0 else { return }
      if both[0].revents != 0 {
        let bytes = Self.read(client, most: 65_536)
        state.withLock { $0.passed += bytes }
        guard !bytes.isEmpty, Self.write(bytes, to: server) else { return }
      }
      if both[1].revents != 0 {
        let bytes = Self.read(server, most: 65_536)
        guard !bytes.isEmpty, Self.write(bytes, to: client) else { return }
      }
    }
  }

  private static func read(_ socket: Int32, most: Int) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: most)
    let count = recv(socket, &buffer, most, 0)
    return Array(buffer.prefix(max(0, count)))
  }

  private static func write(_ text: String, to socket: Int32) -> Bool { write(Array(text.utf8), to: socket) }

  private static func write(_ bytes: [UInt8], to socket: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard sent > 0 else { return false }
      rest = rest.dropFirst(sent)
    }
    return true
  }
}

extension [UInt8] {
  fileprivate func ends(with other: [UInt8]) -> Bool { suffix(other.count).elementsEqual(other) }
}
