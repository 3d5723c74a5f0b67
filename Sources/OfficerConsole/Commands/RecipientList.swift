import ArgumentParser
import OfficerAPI

/// `expunge recipient list`.
struct RecipientList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "The companies with a contract: untested, passed, or changed since.",
    discussion: "Example: expunge recipient list")

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try connection.show(try await connection.client.call(ListRecipients()), RecipientText.table)
  }
}
