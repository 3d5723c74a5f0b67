import ArgumentParser
import OfficerAPI

/// `expunge discover`.
struct DiscoverCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "discover",
    abstract: "Where is this person? Looks into every column of every database, whatever the register says.",
    discussion: """
      For a confirmed request; the look-up is logged. Prints numbers by table and column, never content: rows that \
      hold an identifier, rows that merely contain one in longer text (for review only), rows that no dataset reaches, \
      and the lines of YAML that would cover these. What could not be looked into is named. Changes nothing. \
      Status 1 when some system could not be looked into to the end.

      Example: expunge discover 1 --minutes 30
      """)

  /// Seconds of one long poll.
  static let pollSeconds = 20

  @Argument(help: "Number or reference of the request.")
  var request: String

  @Option(help: ArgumentHelp("Time for all systems together, 1 to 60; 10 when left out.", valueName: "n"))
  var minutes: Int?

  @Option(help: ArgumentHelp("Rows read in a second at most; 20000 when left out.", valueName: "n"))
  var rowsPerSecond: Int?

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    if let minutes, !(1...Discover.mostMinutes).contains(minutes) {
      throw ValidationError("--minutes is 1 to \(Discover.mostMinutes)")
    }
    if let rowsPerSecond, !(Discover.leastRowsPerSecond...Discover.mostRowsPerSecond).contains(rowsPerSecond) {
      throw ValidationError("--rows-per-second is \(Discover.leastRowsPerSecond) to \(Discover.mostRowsPerSecond)")
    }
  }

  func run() async throws {
    let client = connection.client
    var discovery = try await client.call(
      Discover(request: request, minutes: minutes, rowsPerSecond: rowsPerSecond))
    while discovery.result == nil {
      Output.current.progress(DiscoverText.progress(discovery))
      let call = DiscoverProgress(search: discovery.search, after: discovery.step, waitSeconds: Self.pollSeconds)
      discovery = try await client.call(call)
    }
    Output.current.progress("")
    guard let result = discovery.result else { return }
    try connection.show(result) { DiscoverText.text($0) }
    if !result.isComplete { throw ConsoleFailure(.refused, "not everything could be looked into; see above") }
  }
}
