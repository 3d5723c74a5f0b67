import ArgumentParser
import OfficerAPI

/// `expunge evidence export`.
struct EvidenceExport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes the evidence of one request, or of all, into a new folder.",
    discussion: """
      The auditor checks the folder with expunge-audit or with verify.py, which is in it, without the daemon. It names nobody. \
      With --all he gets the whole log with an index, and one line for each request; --bundle adds the evidence of single \
      requests by themselves, such as those of a sample that he drew.

      Examples: expunge evidence export 1 evidence/
                expunge evidence export --all evidence/ --bundle 17 --bundle 230
      """)

  @Flag(help: "The whole log instead of one request.")
  var all = false

  @Option(
    name: .customLong("bundle"),
    help: ArgumentHelp("With --all: also the bundle of the request with this number.", valueName: "number"))
  var bundles: [Int] = []

  @Argument(
    help: ArgumentHelp(
      "Number or reference of the request (not with --all), and a folder that is empty or does not exist yet.",
      valueName: "request> <folder"))
  var places: [String]

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard places.count == (all ? 1 : 2) else {
      throw ValidationError(all ? "with --all name the folder, and nothing else" : "name a request and a folder")
    }
    guard all || bundles.isEmpty else { throw ValidationError("--bundle goes with --all") }
    guard Set(bundles).count == bundles.count, bundles.allSatisfy({ $0 > 0 }) else {
      throw ValidationError("--bundle takes numbers of requests, each once")
    }
  }

  func run() async throws {
    let folder = places[places.count - 1]
    if all {
      let summary = try await AuditorsFolderExport(path: folder, bundles: bundles).write(by: connection.client)
      try connection.show(summary) { summary in
        "\(summary.entries) entries of the log; \(PlanWords.count(summary.files, "file", "files")), \(summary.bytes) bytes in "
          + "\(folder)\nBegin with index.html. An auditor checks it with expunge-audit or verify.py.\n"
      }
      return
    }
    let target = EvidenceFolder(path: folder)
    try target.requireEmpty()
    let exported = try await connection.client.call(ExportEvidence(request: places[0]))
    let summary = try target.write(exported)
    try connection.show(summary) { summary in
      "\(PlanWords.count(summary.files.count, "file", "files")), \(summary.bytes) bytes in \(folder)\n"
        + "An auditor checks it with expunge-audit.\n"
    }
  }
}
