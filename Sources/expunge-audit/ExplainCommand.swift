import ArgumentParser
import EvidenceLog

/// `expunge-audit explain`: one request in plain words.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Say in plain words what happened to one request, from the evidence alone.",
    discussion: """
      PATH is a log folder, an auditor's folder or a bundle. It reads and does not verify: run expunge-audit verify first.

      EXAMPLE
        expunge-audit explain 17 evidence/
      """)

  @Argument(help: "Number or reference of the request.")
  var request: String

  @Argument(help: ArgumentHelp("A log folder, an auditor's folder or a bundle.", valueName: "path"))
  var path: String

  @Flag(help: "Print it as one line of JSON.")
  var json = false

  func run() throws {
    try EvidencePlace.reading {
      let explanation =
        switch try EvidencePlace(path) {
        case .folder(let source): try Explanation(of: request, in: source)
        case .inside(let source): try Explanation(of: request, in: source)
        }
      print(json ? try explanation.json() : explanation.text, terminator: json ? "\n" : "")
    }
  }
}
