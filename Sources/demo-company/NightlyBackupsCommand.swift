import ArgumentParser
import ErasureDomain

/// Plays the backup tool in the nights.
struct NightlyBackupsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nightly-backups",
    abstract: "Plays the backup tool: adds a set of each system for every night that has none yet.")

  @Option(help: "The catalogue file.")
  var catalogue: String

  @Option(help: "The last night, YYYY-MM-DD; the machine's UTC day if left out.")
  var today: String?

  func run() throws {
    let added = try BackupCatalogue.fill(catalogue, until: try CivilDate.named(today))
    print("added \(added.count) backup sets")
  }
}
