import ArgumentParser

/// `expunge evidence`.
struct EvidenceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evidence", abstract: "Evidence for an auditor.",
    discussion: "Example: expunge evidence export 1 evidence/", subcommands: [EvidenceExport.self])
}
