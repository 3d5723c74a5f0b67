import ArgumentParser
import Foundation

/// Copies the three stores, by their two rules: the journal anywhere, vault and keyring as one generation.
struct Backup: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Copies the stores while the daemon runs.",
    discussion: """
      The journal holds no person and may be kept for ever. Vault and keyring hold the people of open requests: their \
      copy is one generation, replaced each time, and lies elsewhere than the journal's, so that what is destroyed today \
      is out of the copy tomorrow. The keys are in neither copy. Run it daily from a timer. Example:
        expunged backup --journal /backup/journal --people /otherdisk/expunged
      """)

  @OptionGroup var file: ConfigurationOption

  @Option(help: "Folder for the copy of journal.db.")
  var journal: String

  @Option(help: "Folder for the one generation of vault.db and keyring.db; another place than the journal's.")
  var people: String

  func run() async throws {
    let configuration = try Configuration.load(file.config)
    let folders = [journal, people].map { URL(fileURLWithPath: $0).standardizedFileURL.path }
    guard folders[0] != folders[1] else {
      throw StartProblem(
        "--journal and --people are the same folder; the people's copy must be replaced, the journal's kept")
    }
    try StoreCopy.makeFolder(folders[0])
    try StoreCopy.makeFolder(folders[1])
    // The journal last: an entry may say what the vault holds, never the other way round.
    try StoreCopy.copy(configuration.state + "/vault.db", to: folders[1] + "/vault.db")
    try StoreCopy.copy(configuration.state + "/keyring.db", to: folders[1] + "/keyring.db")
    try StoreCopy.copy(configuration.state + "/journal.db", to: folders[0] + "/journal.db")
    say("journal copied to \(folders[0]); vault and keyring, one generation, to \(folders[1])")
  }
}
