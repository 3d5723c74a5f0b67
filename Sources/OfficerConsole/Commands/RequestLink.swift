import ArgumentParser
import OfficerAPI

/// `expunge request link`.
struct RequestLink: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "link", abstract: "Says that two requests are of the same person; each keeps its own dates.",
    discussion: """
      Open requests with an identifier in common are linked by themselves.

      Example: expunge request link 1 4
      """)

  @Argument(help: "Number or reference.")
  var request: String

  @Argument(help: "Number or reference of the other.")
  var other: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let call = LinkRequests(request: request, other: other)
    try connection.show(try await connection.client.call(call), RequestText.facts)
  }
}
