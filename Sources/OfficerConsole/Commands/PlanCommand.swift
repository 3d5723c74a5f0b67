import ArgumentParser
import OfficerAPI

/// `expunge plan`.
struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "What will happen, system by system.",
    discussion: "Example: expunge plan 1",
    subcommands: [PlanMake.self, PlanShow.self, PlanPause.self, PlanResume.self, PlanExport.self],
    defaultSubcommand: PlanMake.self)
}
