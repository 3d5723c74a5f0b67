import ArgumentParser
import OfficerAPI

/// `expunge recipient`.
struct RecipientCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recipient", abstract: "Companies that are told by a wire contract, and whether they passed its test.",
    discussion: """
      No plan tells a company before its endpoint has passed, as the register describes it now.

      Example: expunge recipient test sister
      """,
    subcommands: [RecipientList.self, RecipientTest.self], defaultSubcommand: RecipientList.self)
}
