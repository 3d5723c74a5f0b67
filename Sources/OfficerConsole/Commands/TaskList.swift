import ArgumentParser
import OfficerAPI

/// `expunge task list`.
struct TaskList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Everything that waits for a person.",
    discussion: "Example: expunge task list")

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try connection.show(try await connection.client.call(ListTasks()), TaskText.table)
  }
}
