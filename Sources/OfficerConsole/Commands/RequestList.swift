import ArgumentParser
import OfficerAPI

/// `expunge request list`.
struct RequestList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Open requests with their days.",
    discussion: "Example: expunge request list --all")

  @Flag(help: "Closed and ended ones too.")
  var all = false

  @Option(help: ArgumentHelp("Only after this number.", valueName: "number"))
  var after = 0

  @Option(help: "At most so many, 1000 at a time.")
  var limit = 100

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let requests = try await connection.client.call(ListRequests(all: all, after: after, limit: limit))
    try connection.show(requests, RequestText.table)
  }
}
