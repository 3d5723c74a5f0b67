import ArgumentParser
import OfficerAPI

/// `expunge job list`.
struct JobList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Jobs of a request, or all open ones.",
    discussion: "Example: expunge job list 1")

  @Argument(help: "Number or reference of a request.")
  var request: String?

  @Option(help: "At most so many.")
  var limit = 200

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let jobs = try await connection.client.call(ListJobs(request: request, limit: limit))
    try connection.show(jobs, JobText.table)
  }
}
