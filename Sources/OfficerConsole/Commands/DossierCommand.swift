import ArgumentParser
import OfficerAPI

/// `expunge dossier`.
struct DossierCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dossier", abstract: "Writes the dossier of one request for the authority into a new folder.",
    discussion: """
      index.html and index.txt say the same: what the dossier does not prove, the request, the twenty questions an auditor \
      asks, clocks, decisions, plan, jobs, what remains, letters and history; the folder evidence is the bundle for \
      expunge-audit. It is made from the log, also years after closing, and names nobody, unless --with-person puts in the \
      letters as sent, the request as it came and reasons in words. That it was made is logged.

      Example: expunge dossier 1 --out dossier-1/
      """)

  @Argument(help: "Number or reference of the request.")
  var request: String

  @Option(help: ArgumentHelp("A folder that is empty or does not exist yet.", valueName: "folder"))
  var out: String

  @Flag(help: "With the person's part; only while the vault has it.")
  var withPerson = false

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let target = EvidenceFolder(path: out)
    try target.requireEmpty()
    let made = try await connection.client.call(MakeDossier(request: request, withPerson: withPerson))
    let summary = try target.write(made.files, namesPerson: made.hasPerson)
    try connection.show(summary) { summary in
      "\(PlanWords.count(summary.files.count, "file", "files")), \(summary.bytes) bytes in \(out); begin with index.html\n"
        + (made.hasPerson
          ? "It contains personal data: keep it as the correspondence itself, and destroy it when its purpose ends.\n"
          : "It names nobody.\n")
    }
  }
}
