import Foundation
import Glibc
import Listeners
import Testing

@Suite(.timeLimit(.minutes(5))) struct `Telling systemd` {
  @Test func `reaches a datagram socket at a path`() throws {
    let path = FileManager.default.temporaryDirectory.path + "/xp-\(UUID().uuidString.prefix(8)).notify"
    defer { unlink(path) }
    let manager = try ServiceManager(address: Array(path.utf8) + [0])
    let notifier = SystemdNotifier(address: path)
    notifier.ready()
    #expect(manager.receive() == "READY=1")
    notifier.status("3 jobs\nready")
    #expect(manager.receive() == "STATUS=3 jobs ready")
    notifier.watchdog()
    #expect(manager.receive() == "WATCHDOG=1")
    notifier.reloading()
    let said = manager.receive().split(separator: "\n")
    #expect(said.first == "RELOADING=1" && said.count == 2)
    let time = try #require(said.last?.wholeMatch(of: /MONOTONIC_USEC=([0-9]+)/)?.1)
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    let seconds = Int(now.tv_sec) - (try #require(Int(time))) / 1_000_000
    #expect((0...10).contains(seconds))
    notifier.stopping()
    #expect(manager.receive() == "STOPPING=1")
    #expect(notifier.send("READY=1"))
  }

  @Test func `reaches an abstract address`() throws {
    let name = "xp-\(UUID().uuidString)"
    let manager = try ServiceManager(address: [0] + Array(name.utf8))
    #expect(SystemdNotifier(address: "@" + name).send("READY=1"))
    #expect(manager.receive() == "READY=1")
  }

  @Test(arguments: [nil, "", "@", "relative", "/nonexistent/notify", "/" + String(repeating: "a", count: 200)])
  func `does nothing without a usable address`(address: String?) {
    #expect(!SystemdNotifier(address: address).send("READY=1"))
  }
}

/// The other end: what systemd listens on.
private final class ServiceManager {
  private let descriptor: Int32

  init(address bytes: [UInt8]) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sa_family_t>.size + bytes.count))
      }
    }
    try #require(bound == 0)
    // A message that does not come ends the test instead of holding it up.
    var patience = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  func receive() -> String {
    var buffer = [UInt8](repeating: 0, count: 4_096)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
  }
}
