import ArgumentParser
import OfficerAPI

/// `expunge status`.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "What needs attention, and how things stand; sees no person.",
    discussion: "Example: expunge status")

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try connection.show(try await connection.client.call(ShowStatus()), StatusText.text)
  }
}
