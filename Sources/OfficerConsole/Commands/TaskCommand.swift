import ArgumentParser
import OfficerAPI

/// `expunge task`.
struct TaskCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "task", abstract: "What waits for a person.",
    discussion: "Example: expunge task list",
    subcommands: [TaskList.self, TaskShow.self, TaskAnswer.self, TaskDone.self], defaultSubcommand: TaskList.self)
}
