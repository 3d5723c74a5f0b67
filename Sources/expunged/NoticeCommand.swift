import Foundation
import Logging

/// Runs the configured command when something waits for a person: `command… <code> <reference>`, never a person's data.
struct NoticeCommand: Sendable {
  let command: [String]
  let logger: Logger

  func send(_ code: String, _ reference: String) async {
    logger.notice("a person is needed", metadata: ["code": "\(code)", "reference": "\(reference)"])
    guard let program = command.first else { return }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = Array(command.dropFirst()) + [code, reference]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let logger = logger
    process.terminationHandler = { ended in
      if ended.terminationStatus != 0 {
        logger.error("the notice command failed", metadata: ["status": "\(ended.terminationStatus)"])
      }
    }
    do { try process.run() } catch {
      logger.error("the notice command cannot be started; see notice: in the configuration")
    }
  }
}
