import ArgumentParser

/// `expunge register`.
struct RegisterCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "register", abstract: "The system register.",
    discussion: "Example: expunge register draft shop",
    subcommands: [RegisterDraftCommand.self, RegisterImport.self, RegisterSQL.self])
}
