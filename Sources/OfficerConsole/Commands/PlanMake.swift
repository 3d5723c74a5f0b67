import ArgumentParser
import OfficerAPI

/// `expunge plan make`, and `expunge plan` without a verb.
struct PlanMake: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make", abstract: "Searches the systems and proposes a plan; changes nothing in them.",
    discussion: """
      Without a request it takes the only one that is confirmed and has no plan at work.

      Example: expunge plan 1
      """)

  @Argument(help: "Number or reference of the request.")
  var request: String?

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let client = connection.client
    let chosen: String
    if let request {
      chosen = request
    } else {
      chosen = try Self.only(in: try await client.call(ListRequests(limit: 1_000)))
    }
    let made = try await client.call(MakePlan(request: chosen))
    try connection.show(made, Self.text)
    if made.plan == nil {
      let count = PlanWords.count(made.undecided.count, "identifier waits", "identifiers wait")
      throw ConsoleFailure(.refused, "no plan yet: \(count) for a decision")
    }
  }

  private static func text(_ made: PlanMade) -> String {
    guard let plan = made.plan else {
      return """
        These identifiers were found on the way and may belong to somebody else:

        \(TaskText.table(of: made.undecided))
        Next: expunge task answer REQUEST accept --identifiers 1,2 (or decline), then plan again
        """
    }
    return PlanText.text(PlanPage(plan))
      + "\nNext, by an officer who did not draft it: expunge approve \(plan.number)\n"
  }

  /// The only request that can be planned.
  static func only(in requests: [RequestView]) throws(ConsoleFailure) -> String {
    let candidates = requests.filter { $0.state == "verified" }
    guard let first = candidates.first else {
      throw ConsoleFailure(.notFound, "no request is confirmed and waits for a plan; see expunge request list")
    }
    guard candidates.count == 1 else {
      let numbers = candidates.map { "\($0.number)" }.joined(separator: ", ")
      throw ConsoleFailure(.usage, "several requests wait for a plan: say which of \(numbers)")
    }
    return "\(first.number)"
  }
}
