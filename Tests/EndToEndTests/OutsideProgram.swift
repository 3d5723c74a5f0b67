import Foundation
import TestKit

/// A program under test or a tool of the machine, with files as its streams.
final class OutsideProgram: Sendable {
  typealias Ending = ChildProcess.Ending

  /// Where the standard streams go.
  struct Streams {
    var input = "/dev/null"
    var output = "/dev/null"
    var errors = "/dev/null"
  }

  private let process: ChildProcess

  var pid: pid_t { process.pid }

  /// Starts the program; its streams are files, appended to. `blocked` are signals it starts with blocked.
  init(_ path: String, _ arguments: [String], streams: Streams = Streams(), blocked: [Int32] = []) throws {
    var files: [Int32] = []
    defer { for file in files { close(file) } }
    for (name, flags) in [
      (streams.input, O_RDONLY), (streams.output, O_WRONLY | O_CREAT | O_APPEND),
      (streams.errors, O_WRONLY | O_CREAT | O_APPEND),
    ] {
      let file = open(name, flags | O_CLOEXEC, 0o600)
      guard file >= 0 else { throw TestProblem("\(name) does not open: error \(errno)") }
      files.append(file)
    }
    var environment = ProcessInfo.processInfo.environment
    for name in ["CREDENTIALS_DIRECTORY", "NOTIFY_SOCKET"] { environment[name] = nil }
    process = try ChildProcess(
      [path] + arguments, input: files[0], output: files[1], errors: files[2], environment: environment,
      blocked: blocked)
  }

  /// How it ended; nothing while it runs.
  var ended: Ending? { process.ending }

  func signal(_ number: Int32) { process.signal(number) }

  /// Ends it at once and returns when it is gone.
  func end() {
    signal(SIGKILL)
    process.wait()
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
