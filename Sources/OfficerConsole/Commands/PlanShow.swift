import ArgumentParser
import OfficerAPI

/// `expunge plan show`.
struct PlanShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows a plan, or the newest of a request.",
    discussion: "Example: expunge plan show 1")

  @Argument(help: "The plan's reference, or number or reference of the request.")
  var plan: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let view = try await connection.client.call(ShowPlan(plan: plan))
    try connection.show(view) { PlanText.text(PlanPage($0)) }
  }
}
