import ArgumentParser
import OfficerAPI

/// `expunge job show`.
struct JobShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "One job with its history.",
    discussion: "Example: expunge job show j-0123456789abcdef0123456789abcdef")

  @Argument(help: "The job's reference.")
  var job: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try connection.show(try await connection.client.call(ShowJob(job: job)), JobText.detail)
  }
}
