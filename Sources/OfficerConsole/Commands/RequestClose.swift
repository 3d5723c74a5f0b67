import ArgumentParser
import OfficerAPI

/// `expunge request close`.
struct RequestClose: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "close", abstract: "Records that the person was informed, and destroys what the vault holds.",
    discussion: """
      Prints the person's code, once: export the evidence before, and put the code into the letter.

      Example: expunge request close 1 --channel letter --on 2026-12-01
      """)

  @Argument(help: "Number or reference.")
  var request: String

  @Option(help: "How the person was informed: mail, phone, letter, form or counter.")
  var channel: String

  @Option(help: ArgumentHelp("On which day; today when left out.", valueName: "day"))
  var on: DayArgument?

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let client = connection.client
    let day = if let on { on.date } else { try await client.call(ShowStatus()).today }
    let call = CloseRequest(request: request, informedOn: day, channel: channel)
    try connection.show(try await client.call(call), RequestText.closed)
  }
}
