import Foundation
import PostgresTestKit
import Testing

/// A test that is killed leaves no server behind.
struct ServerWatchdogTests {
  /// Also where the killer takes every descendant of the process along, as job runners do.
  @Test(.timeLimit(.minutes(10)), arguments: [false, true])
  func aServerEndsWithTheProcessThatHoldsItHoweverThatIsKilled(_ withDescendants: Bool) async throws {
    let note = NSTemporaryDirectory() + "expunged-watchdog-\(UUID().uuidString)"
    defer { unlink(note) }
    await #expect(processExitsWith: .signal(SIGKILL)) { [note = note as String, all = withDescendants as Bool] in
      let server = try await PostgresServer.startPrivate()
      try Data(server.data.utf8).write(to: URL(fileURLWithPath: note))
      if all { for process in Self.descendants(of: getpid()) { kill(process, SIGKILL) } }
      kill(getpid(), SIGKILL)
      withExtendedLifetime(server) {}
    }
    let data = try String(contentsOf: URL(fileURLWithPath: note), encoding: .utf8)
    let folder = String(data.dropLast("/data".count))
    try #require(data == folder + "/data")
    let end = ContinuousClock.now + .seconds(60)
    while !Self.processes(naming: data).isEmpty || FileManager.default.fileExists(atPath: folder) {
      try #require(ContinuousClock.now < end, "left over: \(Self.processes(naming: data)) in \(folder)")
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  private static func all() -> [pid_t] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { pid_t($0) }
  }

  private static func processes(naming text: String) -> [pid_t] {
    all().filter { process in
      let words = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
      return String(decoding: words, as: UTF8.self).contains(text)
    }
  }

  private static func descendants(of process: pid_t) -> [pid_t] {
    let children = all().filter { child in
      // After the name, which may hold anything: the state, then the parent.
      let stat = String(decoding: FileManager.default.contents(atPath: "/proc/\(child)/stat") ?? Data(), as: UTF8.self)
      return stat.split(separator: ")").last?.split(separator: " ").dropFirst().first.flatMap { pid_t($0) } == process
    }
    return children + children.flatMap(descendants)
  }
}
