import ArgumentParser
import ErasureDomain

/// Plays the backup tool on a later day.
struct ExpireBackupsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "expire-backups", abstract: "Plays the backup tool: removes the sets whose retention has passed.")

  @Option(help: "The catalogue file.")
  var catalogue: String

  @Option(help: "The day it is, YYYY-MM-DD; the machine's UTC day if left out.")
  var today: String?

  func run() throws {
    let removed = try BackupCatalogue.expire(catalogue, on: try CivilDate.named(today))
    print("removed \(removed.count) backup sets")
  }
}
