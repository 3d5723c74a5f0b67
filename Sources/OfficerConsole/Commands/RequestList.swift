import ArgumentParser
import OfficerAPI

/// `expunge request list`.
struct RequestList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Open requests with their days.",
    discussion: """
      By number; with --show by the days that are left, which is how somebody works through them.

      Example: expunge request list --show overdue
      Example: expunge request list --all
      """)

  @Option(help: "Which ones.")
  var show: ShowArgument?

  @Flag(help: "Closed and ended ones too.")
  var all = false

  @Option(help: ArgumentHelp("Only after this number.", valueName: "number"))
  var after = 0

  @Option(help: "At most so many, 1000 at a time.")
  var limit = 100

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let call = ListRequests(all: all, after: after, limit: limit, show: show?.show)
    try connection.show(try await connection.client.call(call), RequestText.table)
  }
}

/// One of the words that `--show` takes.
struct ShowArgument: ExpressibleByArgument {
  let show: ListRequests.Show

  init?(argument: String) {
    guard let show = ListRequests.Show(rawValue: argument) else { return nil }
    self.show = show
  }

  static var allValueStrings: [String] { ListRequests.Show.allCases.map(\.rawValue) }
}
