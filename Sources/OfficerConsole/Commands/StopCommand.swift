import ArgumentParser
import OfficerAPI

/// `expunge stop`.
struct StopCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Stops everything at once, until expunge resume.",
    discussion: """
      No attempt begins, those that run end, and what they have not committed is not committed; also after a restart. \
      For one request there is expunge plan pause, for one system expunge system stop.

      Example: expunge stop
      """)

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let done = try await connection.client.call(StopWork())
    try connection.show(done) { _ in
      "Everything stands still. What was committed before is on expunge job list. Next: expunge resume, by an officer\n"
    }
  }
}
