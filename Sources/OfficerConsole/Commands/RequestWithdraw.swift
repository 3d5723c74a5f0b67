import ArgumentParser
import OfficerAPI

/// `expunge request withdraw`.
struct RequestWithdraw: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "withdraw", abstract: "The person takes the request back; what can be stopped is stopped.",
    discussion: "Example: expunge request withdraw 1")

  @Argument(help: "Number or reference.")
  var request: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try connection.show(try await connection.client.call(WithdrawRequest(request: request)), RequestText.facts)
  }
}
