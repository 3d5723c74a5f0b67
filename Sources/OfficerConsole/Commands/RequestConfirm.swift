import ArgumentParser
import OfficerAPI

/// `expunge request confirm`.
struct RequestConfirm: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "confirm", abstract: "Records how identity was established, and the ground.",
    discussion: "Example: expunge request confirm 1 --method known-channel --ground b")

  @Argument(help: "Number or reference.")
  var request: String

  @Option(help: "A code: known-channel, knowledge, counter …")
  var method: String

  @Option(help: ArgumentHelp(stringLiteral: GroundArgument.help))
  var ground: GroundArgument

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let call = ConfirmRequest(request: request, method: method, ground: ground.ground)
    try connection.show(try await connection.client.call(call)) { view in
      RequestText.facts(view) + "\nNext: expunge plan \(view.number)\n"
    }
  }
}
