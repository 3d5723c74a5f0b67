import ArgumentParser
import OfficerAPI

/// `expunge request reply`.
struct RequestReply: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reply", abstract: "Records that the person was answered; the erasure's own clock runs on.",
    discussion: "Example: expunge request reply 1 --channel mail --on 2026-12-01")

  @Argument(help: "Number or reference.")
  var request: String

  @Option(help: "How the person was told: mail, phone, letter, form or counter.")
  var channel: String

  @Option(help: ArgumentHelp("On which day; today when left out.", valueName: "day"))
  var on: DayArgument?

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let client = connection.client
    let day = if let on { on.date } else { try await client.call(ShowStatus()).today }
    let call = RecordReply(request: request, on: day, channel: channel)
    try connection.show(try await client.call(call), RequestText.facts)
  }
}
