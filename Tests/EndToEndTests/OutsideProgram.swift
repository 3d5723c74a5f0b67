import Foundation
import Synchronization

/// A process that a test started. Only its own pid is ever signalled, and never after it was waited for.
final class OutsideProgram: Sendable {
  enum Ending: Hashable {
    case exited(Int32)
    case killed(by: Int32)
  }

  /// Where the standard streams go.
  struct Streams {
    var input = "/dev/null"
    var output = "/dev/null"
    var errors = "/dev/null"
  }

  let pid: pid_t
  private let ending = Mutex<Ending?>(nil)

  /// Starts the program; its streams are files, appended to. `blocked` are signals it starts with blocked.
  init(_ path: String, _ arguments: [String], streams: Streams = Streams(), blocked: [Int32] = []) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, streams.input, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, streams.output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, streams.errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The threads of Swift's tasks have signals blocked, and a child would inherit that.
    var mask = sigset_t()
    sigemptyset(&mask)
    for signal in blocked { sigaddset(&mask, signal) }
    posix_spawnattr_setsigmask(&attributes, &mask)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var environment = ProcessInfo.processInfo.environment
    for name in ["CREDENTIALS_DIRECTORY", "NOTIFY_SOCKET"] { environment[name] = nil }
    let words = ([path] + arguments).map { strdup($0) }
    let settings = environment.map { strdup("\($0.key)=\($0.value)") }
    defer { for text in words + settings { free(text) } }
    var pid: pid_t = 0
    let code = posix_spawn(&pid, path, &actions, &attributes, words + [nil], settings + [nil])
    guard code == 0 else { throw TestProblem("\(path) does not start: error \(code)") }
    self.pid = pid
  }

  /// How it ended; nothing while it runs.
  var ended: Ending? { reap(WNOHANG) }

  private func reap(_ options: Int32) -> Ending? {
    ending.withLock { ending in
      if let ending { return ending }
      var status: Int32 = 0
      var found = waitpid(pid, &status, options)
      while found < 0, errno == EINTR { found = waitpid(pid, &status, options) }
      guard found == pid else { return nil }
      let signal = status & 0x7F
      ending = signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(by: signal)
      return ending
    }
  }

  func signal(_ number: Int32) {
    ending.withLock { ending in
      if ending == nil { _ = kill(pid, number) }
    }
  }

  /// Ends it at once and returns when it is gone.
  func end() {
    signal(SIGKILL)
    _ = reap(0)
  }

  /// Waits for its own end.
  func wait(seconds: Double = 60) async throws -> Ending {
    try await until("process \(pid) ends", seconds: seconds, everyMilliseconds: 4) { self.ended != nil }
    guard let ended else { throw TestProblem("process \(pid) is lost") }
    return ended
  }
}

/// What a program that ran to its end left behind.
struct Said: Sendable, CustomStringConvertible {
  var ending: OutsideProgram.Ending
  var output: String
  var errors: String

  var succeeded: Bool { ending == .exited(0) }

  var description: String { "\(ending)\n\(output)\n\(errors)" }
}
