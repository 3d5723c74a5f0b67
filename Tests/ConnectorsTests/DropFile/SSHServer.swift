import Foundation
import Glibc
import Synchronization
import TestKit

/// Debian's `sshd` on a free port of 127.0.0.1, as the user who runs the tests, with keys and files in a folder of its own.
///
/// We listen and start one `sshd -i` for each connection, so no server is left when the test's process ends, however it
/// does: each ends with its connection.
final class SSHServer: Sendable {
  let port: Int
  private let scratch: TemporaryFolder
  private let listener: Int32
  private let end = ListenerEnd()
  private let connections = Mutex(0)

  /// Where the files are, as the server names it too.
  var folder: String { scratch.path("files") }

  /// How many connections came in.
  var accepted: Int { connections.withLock { $0 } }

  init() throws {
    guard FileManager.default.isExecutableFile(atPath: "/usr/sbin/sshd") else {
      throw FixtureProblem(text: "install the package openssh-server to run the SFTP tests (make setup)")
    }
    let scratch = try TemporaryFolder()
    self.scratch = scratch
    try FileManager.default.createDirectory(atPath: scratch.path("files"), withIntermediateDirectories: false)
    for name in ["host", "client", "stranger"] { try Self.makeKey(scratch.path(name), type: "ed25519") }
    try Self.makeKey(scratch.path("ecdsa"), type: "ecdsa")
    let authorized = try ["client", "ecdsa"].map {
      try String(contentsOfFile: scratch.path($0 + ".pub"), encoding: .utf8)
    }
    try Data(authorized.joined().utf8).write(to: URL(fileURLWithPath: scratch.path("authorized")))
    let lines = [
      "HostKey \(scratch.path("host"))", "AuthorizedKeysFile \(scratch.path("authorized"))", "StrictModes no",
      "UsePAM no", "PasswordAuthentication no", "KbdInteractiveAuthentication no", "PermitRootLogin yes",
      "Subsystem sftp internal-sftp", "PidFile none",
    ]
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: scratch.path("config")))
    if getuid() == 0 { try FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true) }
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    port = try Self.listen(listener)
    accept()
  }

  deinit { end.stop(listener) }

  /// Nobody listens any more.
  func close() { end.stop(listener) }

  /// The private key of that name, as a credential holds it.
  func key(_ name: String) throws -> String { try String(contentsOfFile: scratch.path(name), encoding: .utf8) }

  /// `SHA256:…` of a key.
  func fingerprint(_ name: String) throws -> String {
    let text = try Self.run("/usr/bin/ssh-keygen", ["-l", "-f", scratch.path(name + ".pub")])
    guard let word = text.split(separator: " ").first(where: { $0.hasPrefix("SHA256:") }) else {
      throw FixtureProblem(text: "ssh-keygen prints no fingerprint")
    }
    return String(word)
  }

  static var user: String { getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "root" }

  static func makeKey(_ path: String, type: String, passphrase: String = "") throws {
    try run("/usr/bin/ssh-keygen", ["-q", "-t", type, "-N", passphrase, "-C", "test", "-f", path])
  }

  @discardableResult
  private static func run(_ program: String, _ arguments: [String]) throws -> String {
    do { return String(decoding: try ChildProcess.run([program] + arguments), as: UTF8.self) } catch {
      throw FixtureProblem(text: "\(error)")
    }
  }

  private static func listen(_ listener: Int32) throws -> Int {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, size) == 0 && Glibc.listen(listener, 16) == 0
          && getsockname(listener, address, &size) == 0
      }
    }
    guard bound else { throw FixtureProblem(text: "cannot listen on 127.0.0.1: \(errno)") }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  private func accept() {
    let (listener, end, config) = (listener, end, scratch.path("config"))
    Thread.detachNewThread { [weak self] in
      while let socket = end.accept(listener) {
        _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
        self?.connections.withLock { $0 += 1 }
        Self.serve(socket, config: config)
        Glibc.close(socket)
      }
      end.close(listener)
    }
  }

  private static func serve(_ socket: Int32, config: String) {
    do {
      _ = try ChildProcess(["/usr/sbin/sshd", "-i", "-f", config], input: socket, output: socket)
    } catch {
      print(error)
    }
  }
}
