import ArgumentParser
import OfficerAPI

/// `expunge request confirm`.
struct RequestConfirm: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "confirm", abstract: "Records how identity was established, and the ground.",
    discussion: """
      The steps are known-channel, knowledge, counter, e-identification and document, in this order; each beyond the \
      first needs a doubt that was recorded with expunge request ask-identity.

      Example: expunge request confirm 1 --method known-channel --ground b
      Example: expunge request confirm 1 --method knowledge --ground b --proved-on 2026-12-01
      """)

  @Argument(help: "Number or reference.")
  var request: String

  @Option(help: "A step of the ladder, such as known-channel.")
  var method: String

  @Option(help: ArgumentHelp(stringLiteral: GroundArgument.help + " For a person younger than 16 f when left out."))
  var ground: GroundArgument?

  @Option(help: ArgumentHelp("When the proof that was asked for came; today when left out.", valueName: "day"))
  var provedOn: DayArgument?

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let call = ConfirmRequest(request: request, method: method, ground: ground?.ground, provedOn: provedOn?.date)
    try connection.show(try await connection.client.call(call)) { view in
      RequestText.facts(view) + "\nNext: expunge plan \(view.number)\n"
    }
  }
}
