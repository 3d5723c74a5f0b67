import ExternalPrograms
import Logging

/// Runs the configured command when something waits for a person: `command… <code> <reference>`, never a person's data.
/// A step of a ladder adds the name of who is to be told, one of `people:`.
struct NoticeCommand: Sendable {
  /// How long the command may take, in seconds.
  static let mostSeconds: Int64 = 60
  /// What it may print, in bytes; it is not looked at.
  static let mostPrinted = 65_536

  /// Nil where none is configured.
  let program: ExternalProgram?
  let logger: Logger

  /// Does not wait for the command's end.
  func send(_ code: String, _ reference: String, to name: String? = nil) {
    logger.notice("a person is needed", metadata: ["code": "\(code)", "reference": "\(reference)"])
    guard let program else { return }
    let logger = logger
    Task {
      let arguments = [code, reference] + (name.map { [$0] } ?? [])
      switch await program.run(arguments, outputBytes: Self.mostPrinted, seconds: Self.mostSeconds) {
      case .exited(0, _): break
      case .exited(let status, _): logger.error("the notice command failed", metadata: ["status": "\(status)"])
      case .notStarted: logger.error("the notice command cannot be started; see notice: in the configuration")
      case .killed, .timedOut, .outputTooLarge: logger.error("the notice command was cut off")
      }
    }
  }
}
