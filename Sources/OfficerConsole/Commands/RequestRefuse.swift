import ArgumentParser
import OfficerAPI

/// `expunge request refuse`.
struct RequestRefuse: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refuse", abstract: "Refuses a request on a ground.",
    discussion: "Example: expunge request refuse 1 --ground identity-not-established")

  @Argument(help: "Number or reference.")
  var request: String

  @Option(help: "A code of the ground; the letter says the rest.")
  var ground: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let call = RefuseRequest(request: request, ground: ground)
    try connection.show(try await connection.client.call(call)) { view in
      RequestText.facts(view)
        + "\nNext: inform the person, then expunge request close \(view.number) --channel CHANNEL\n"
    }
  }
}
