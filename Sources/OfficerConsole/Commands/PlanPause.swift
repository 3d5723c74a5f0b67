import ArgumentParser
import OfficerAPI

/// `expunge plan pause`.
struct PlanPause: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Holds every job of a plan; the pause survives a restart.",
    discussion: "Example: expunge plan pause 1")

  @Argument(help: "The plan's reference, or number or reference of the request.")
  var plan: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let view = try await connection.client.call(PausePlan(plan: plan))
    try connection.show(view) { PlanText.text(PlanPage($0)) }
  }
}
