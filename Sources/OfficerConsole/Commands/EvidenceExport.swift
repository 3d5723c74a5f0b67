import ArgumentParser
import OfficerAPI

/// `expunge evidence export`.
struct EvidenceExport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes the evidence of one request into a new folder.",
    discussion: """
      The auditor checks the folder with expunge-audit, without the daemon. It names nobody.

      Example: expunge evidence export 1 evidence/
      """)

  @Argument(help: "Number or reference of the request.")
  var request: String

  @Argument(help: "A folder that is empty or does not exist yet.")
  var folder: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let target = EvidenceFolder(path: folder)
    try target.requireEmpty()
    let exported = try await connection.client.call(ExportEvidence(request: request))
    let summary = try target.write(exported)
    try connection.show(summary) { summary in
      "\(PlanWords.count(summary.files.count, "file", "files")), \(summary.bytes) bytes in \(folder)\n"
        + "An auditor checks it with expunge-audit.\n"
    }
  }
}
