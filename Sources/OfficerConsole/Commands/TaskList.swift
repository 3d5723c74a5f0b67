import ArgumentParser
import OfficerAPI

/// `expunge task list`.
struct TaskList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Everything that waits for a person.",
    discussion: "Example: expunge task list")

  @Option(help: "At most so many.")
  var limit = 1_000

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let client = connection.client
    var tasks: [TaskView] = []
    while tasks.count < limit {
      let page = try await client.call(ListTasks(limit: limit - tasks.count, from: tasks.last?.place))
      guard !page.isEmpty else { break }
      tasks += page
    }
    try connection.show(tasks, TaskText.table)
  }
}
