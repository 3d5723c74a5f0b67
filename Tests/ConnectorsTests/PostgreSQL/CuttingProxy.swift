import Foundation
import Glibc
import Synchronization

/// Stands between a client and a server on 127.0.0.1, and cuts both off around the first statement with a word in it.
final class CuttingProxy: Sendable {
  enum Cut: Sendable {
    /// The server never sees the statement.
    case before
    /// The server has answered, and the client never hears.
    case after
  }

  let port: Int
  private let listener: Int32
  private let target: Int
  private let word: [UInt8]
  private let cut: Cut
  private let isSpent = Mutex(false)

  init(to target: Int, cutting cut: Cut, at word: String) throws {
    self.target = target
    self.cut = cut
    self.word = Array(word.utf8)
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = Self.address(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, length) == 0 && listen(socket, 16) == 0 && getsockname(socket, $0, &length) == 0
      }
    }
    guard isBound else { throw SQLiteTestProblem("no proxy: errno \(errno)") }
    listener = socket
    port = Int(in_port_t(bigEndian: address.sin_port))
    Thread.detachNewThread { [listener] in
      while true {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return }
        _ = fcntl(client, F_SETFD, FD_CLOEXEC)
        Thread.detachNewThread { self.serve(client) }
      }
    }
  }

  /// No further client is let in.
  func close() { shutdown(listener, Int32(SHUT_RDWR)) }

  private static func address(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }

  /// Passes on what the two say until one of them is cut off or gone.
  private func serve(_ client: Int32) {
    let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = Self.address(target)
    let isConnected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    var isOpen = isConnected
    while isOpen {
      var both = [
        pollfd(fd: client, events: Int16(POLLIN), revents: 0), pollfd(fd: server, events: Int16(POLLIN), revents: 0),
      ]
      guard poll(&both, 2, -1) > 0 else { break }
      if both[1].revents != 0 { isOpen = pass(read(server), to: client) }
      if isOpen, both[0].revents != 0 {
        let bytes = read(client)
        if isFirst(bytes) {
          if cut == .after, pass(bytes, to: server) { _ = read(server) }
          isOpen = false
        } else {
          isOpen = pass(bytes, to: server)
        }
      }
    }
    Glibc.close(client)
    Glibc.close(server)
  }

  private func isFirst(_ bytes: [UInt8]) -> Bool {
    guard bytes.firstRange(of: word) != nil else { return false }
    return isSpent.withLock { isSpent in
      defer { isSpent = true }
      return !isSpent
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
      let count = bytes[sent...].withUnsafeBytes {
        send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return !bytes.isEmpty
  }
}
