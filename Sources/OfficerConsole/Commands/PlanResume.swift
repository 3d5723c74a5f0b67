import ArgumentParser
import OfficerAPI

/// `expunge plan resume`.
struct PlanResume: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Lets a paused plan go on.",
    discussion: "Example: expunge plan resume 1")

  @Argument(help: "The plan's reference, or number or reference of the request.")
  var plan: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let view = try await connection.client.call(ResumePlan(plan: plan))
    try connection.show(view) { PlanText.text(PlanPage($0)) }
  }
}
