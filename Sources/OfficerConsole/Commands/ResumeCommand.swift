import ArgumentParser
import OfficerAPI

/// `expunge resume`.
struct ResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Work goes on after expunge stop.",
    discussion: "Example: expunge resume")

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let done = try await connection.client.call(ResumeWork())
    try connection.show(done) { _ in "Work goes on.\n" }
  }
}
