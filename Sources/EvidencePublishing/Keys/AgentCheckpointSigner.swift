public import EvidenceLog
import Glibc

/// A log key that an `ssh-agent` of another user holds: the daemon asks, and never has it.
///
/// An agent signs whatever it is asked to, so give that key no other use, and let only the daemon reach the socket. Its
/// calls wait for the agent: not for the threads of Swift's pool.
public struct AgentCheckpointSigner: CheckpointSigner {
  /// The key that verifies; its name is the origin.
  public let verifierKey: NoteVerifierKey
  private let socket: String

  /// The Ed25519 keys that the agent behind the socket has, each as a log key of that origin.
  public static func keys(socket: String, origin: String) throws(AgentFailure) -> [AgentCheckpointSigner] {
    var reader = AgentReader(try AgentConnection(path: socket).ask([Code.requestIdentities], answer: Code.identities))
    var keys: [AgentCheckpointSigner] = []
    for _ in 0..<(try reader.number(most: 1_024)) {
      let blob = try reader.string()
      _ = try reader.string()
      guard let publicKey = AgentReader.ed25519(blob) else { continue }
      let key: NoteVerifierKey
      do { key = try NoteVerifierKey(name: origin, kind: .ed25519, publicKey: publicKey) } catch { throw .malformed }
      keys.append(AgentCheckpointSigner(verifierKey: key, socket: socket))
    }
    return keys
  }

  /// The 64 bytes of the Ed25519 signature over the text.
  public func sign(noteText: [UInt8]) throws -> [UInt8] {
    let blob = AgentReader.encode(Array("ssh-ed25519".utf8)) + AgentReader.encode(verifierKey.publicKey)
    let request =
      [Code.sign] + AgentReader.encode(blob) + AgentReader.encode(noteText) + [0, 0, 0, 0]
    var reader = AgentReader(try AgentConnection(path: socket).ask(request, answer: Code.signature))
    var signature = AgentReader(try reader.string())
    guard try signature.string() == Array("ssh-ed25519".utf8) else { throw AgentFailure.malformed }
    let bytes = try signature.string()
    guard bytes.count == 64 else { throw AgentFailure.malformed }
    return bytes
  }

  /// Numbers of the agent protocol (draft-ietf-sshm-ssh-agent).
  private enum Code {
    static let requestIdentities: UInt8 = 11
    static let identities: UInt8 = 12
    static let sign: UInt8 = 13
    static let signature: UInt8 = 14
  }
}

/// Why an agent did not sign.
public enum AgentFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// Nobody listens at the socket, or it hung up; the number is the system's.
  case unreachable(path: String, code: Int32)
  /// It has no such key any more, or may not use it.
  case refused
  /// Its answer is none of the protocol.
  case malformed

  public var description: String {
    switch self {
    case .unreachable(let path, let code):
      "the agent at \(path) does not answer (error \(code)); start it, and let the daemon's group reach the socket"
    case .refused: "the agent refused: see `ssh-add -l` there; the key may have been taken out or locked"
    case .malformed: "the agent's answer is not of the agent protocol"
    }
  }
}

/// One question to an agent.
private struct AgentConnection {
  private static let largest = 1 << 18
  private static let seconds = 10

  let path: String

  /// The answer's content behind its number, which must be that one.
  func ask(_ request: [UInt8], answer: UInt8) throws(AgentFailure) -> [UInt8] {
    let socket = try open()
    defer { close(socket) }
    try send(AgentReader.encode(request), on: socket)
    let head = try receive(4, on: socket)
    let length = head.reduce(0) { $0 << 8 | Int($1) }
    guard (1...Self.largest).contains(length) else { throw .malformed }
    let body = try receive(length, on: socket)
    guard body[0] == answer else {
      if body[0] == 5 { throw .refused }
      throw .malformed
    }
    return Array(body.dropFirst())
  }

  private func open() throws(AgentFailure) -> Int32 {
    let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { throw .unreachable(path: path, code: errno) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard path.utf8.count < room else {
      close(socket)
      throw .unreachable(path: path, code: ENAMETOOLONG)
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    var patience = timeval(tv_sec: Self.seconds, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
    let status = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard status == 0 else {
      let code = errno
      close(socket)
      throw .unreachable(path: path, code: code)
    }
    return socket
  }

  private func send(_ bytes: [UInt8], on socket: Int32) throws(AgentFailure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if sent < 0, errno == EINTR { continue }
      guard sent > 0 else { throw .unreachable(path: path, code: errno) }
      rest = rest.dropFirst(sent)
    }
  }

  private func receive(_ count: Int, on socket: Int32) throws(AgentFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while bytes.count < count {
      let got = recv(socket, &buffer, min(buffer.count, count - bytes.count), 0)
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { throw .unreachable(path: path, code: got == 0 ? ECONNRESET : errno) }
      bytes += buffer[..<got]
    }
    return bytes
  }
}

/// The parts of an agent's message: lengths of four bytes before strings.
private struct AgentReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  static func encode(_ bytes: [UInt8]) -> [UInt8] {
    let count = UInt32(bytes.count)
    return [UInt8(count >> 24), UInt8(count >> 16 & 255), UInt8(count >> 8 & 255), UInt8(count & 255)] + bytes
  }

  /// The 32 bytes of an `ssh-ed25519` key; nothing for another kind.
  static func ed25519(_ blob: [UInt8]) -> [UInt8]? {
    var reader = AgentReader(blob)
    guard let kind = try? reader.string(), kind == Array("ssh-ed25519".utf8), let key = try? reader.string(),
      key.count == 32, reader.rest.isEmpty
    else { return nil }
    return key
  }

  mutating func number(most: Int) throws(AgentFailure) -> Int {
    guard rest.count >= 4 else { throw .malformed }
    let number = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    rest = rest.dropFirst(4)
    guard number <= most else { throw .malformed }
    return number
  }

  mutating func string() throws(AgentFailure) -> [UInt8] {
    let count = try number(most: 1 << 18)
    guard rest.count >= count else { throw .malformed }
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }
}
