import ArgumentParser
import OfficerAPI

/// `expunge request show`.
struct RequestShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "One request with its jobs and history.",
    discussion: """
      Shows the person's identifiers while the vault holds them; looking is fine, copying is not.

      Example: expunge request show 1
      """)

  @Argument(help: "Number or reference.")
  var request: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try connection.show(try await connection.client.call(ShowRequest(request: request)), RequestText.detail)
  }
}
