import ArgumentParser
import OfficerAPI

/// `expunge request close`.
struct RequestClose: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "close", abstract: "Records that the person was informed, and destroys what the vault holds.",
    discussion: """
      A letter that was sent about the end of the request (expunge letter send) says when and how; otherwise say it. \
      Prints the person's code, once: export the evidence before. A letter by expunge has the code in it.

      Example: expunge request close 1 --channel letter --on 2026-12-01
      """)

  @Argument(help: "Number or reference.")
  var request: String

  @Option(help: "How the person was informed: mail, phone, letter, form or counter.")
  var channel: String?

  @Option(help: ArgumentHelp("On which day; today when left out and a channel is given.", valueName: "day"))
  var on: DayArgument?

  @Flag(help: "Where case files are kept: keep none of this request.")
  var noCaseFile = false

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let client = connection.client
    var day = on?.date
    if day == nil, channel != nil { day = try await client.call(ShowStatus()).today }
    let call = CloseRequest(
      request: request, informedOn: day, channel: channel, withoutCaseFile: noCaseFile ? true : nil)
    try connection.show(try await client.call(call), RequestText.closed)
  }
}
