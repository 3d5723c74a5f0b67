import ArgumentParser
import OfficerAPI

/// `expunge system`.
struct SystemCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "system", abstract: "Which systems may be changed, and who says so.",
    discussion: """
      Every system in which rows are erased is only looked at until its owner releases it; a stop counts at once.

      Example: expunge system list
      """,
    subcommands: [SystemList.self, SystemRelease.self, SystemStop.self], defaultSubcommand: SystemList.self)
}
