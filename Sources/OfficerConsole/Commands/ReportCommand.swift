import ArgumentParser
import OfficerAPI

/// `expunge report`.
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Figures about the requests received in a period, as they stand today.",
    discussion: """
      Times to reply and to erasure, what is open and late, refusals, exceptions, silent companies, copies and kept rows past \
      their day. Rows are counted by the job by which they went, so that linked requests of one person count them once. \
      It names nobody; --json prints the same figures.

      Example: expunge report --from 2026-01-01 --to 2026-12-31
      """)

  @Option(help: ArgumentHelp("The first day of receipt, YYYY-MM-DD.", valueName: "day"))
  var from: DayArgument

  @Option(help: ArgumentHelp("The last day of receipt, YYYY-MM-DD.", valueName: "day"))
  var to: DayArgument

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let report = try await connection.client.call(ReportPeriod(from: from.date, to: to.date))
    try connection.show(report, PeriodText.text)
  }
}
