import ArgumentParser
import ErasureDomain
import EvidenceLog

/// `expunge-audit report`: the figures of a period.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Figures about the requests received in a period, from the evidence alone.",
    discussion: """
      PATH is a log folder, an auditor's folder or a bundle. It reads and does not verify: run expunge-audit verify first.
      Days of entries are those of UTC; the daemon's own report has the organisation's days.

      EXAMPLE
        expunge-audit report evidence/ --from 2026-01-01 --until 2026-12-31
      """)

  @Argument(help: ArgumentHelp("A log folder, an auditor's folder or a bundle.", valueName: "path"))
  var path: String

  @OptionGroup var period: PeriodOptions

  @Flag(help: "Print the figures as one line of JSON.")
  var json = false

  func run() throws {
    try EvidencePlace.reading {
      let figures =
        switch try EvidencePlace(path) {
        case .folder(let source): try source.figures(from: period.from?.date, until: period.until?.date)
        case .inside(let source): try source.figures(from: period.from?.date, until: period.until?.date)
        }
      print(
        json ? String(decoding: try CanonicalJSON.encode(figures), as: UTF8.self) : figures.text,
        terminator: json ? "\n" : "")
    }
  }
}

/// Days of receipt.
struct PeriodOptions: ParsableArguments {
  /// A day.
  struct Day: ExpressibleByArgument {
    let date: CivilDate

    init?(argument: String) {
      guard let date = CivilDate(argument) else { return nil }
      self.date = date
    }
  }

  @Option(help: ArgumentHelp("The first day of receipt, YYYY-MM-DD; the first of all when absent.", valueName: "day"))
  var from: Day?

  @Option(help: ArgumentHelp("The last day of receipt, YYYY-MM-DD; the last of all when absent.", valueName: "day"))
  var until: Day?

  func validate() throws {
    guard let from = from?.date, let until = until?.date else { return }
    guard from <= until else { throw ValidationError("the period ends before it begins") }
  }
}
