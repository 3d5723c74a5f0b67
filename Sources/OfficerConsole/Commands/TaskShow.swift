import ArgumentParser
import OfficerAPI

/// `expunge task show`.
struct TaskShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "One task: what to do, and what may be answered.",
    discussion: """
      Shows identifiers from the vault to whoever does the work.

      Example: expunge task show j-0123456789abcdef0123456789abcdef
      """)

  @Argument(help: "The job's reference; for a question about a request its number or reference.")
  var task: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try connection.show(try await connection.client.call(ShowTask(task: task)), TaskText.detail)
  }
}
