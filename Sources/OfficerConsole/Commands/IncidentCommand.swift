import ArgumentParser
import OfficerAPI

/// `expunge incident`.
struct IncidentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "incident", abstract: "When a request has erased data of the wrong person.",
    discussion: "Example: expunge incident wrong-person 1",
    subcommands: [IncidentWrongPerson.self, IncidentShow.self, IncidentClose.self])
}

/// `expunge incident wrong-person`.
struct IncidentWrongPerson: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wrong-person",
    abstract: "Stops what runs of a request, and says from which copies it can be undone.",
    discussion: """
      Erasing somebody else is a breach of personal data: the authority must hear of it within 72 hours of when it became \
      known (Art. 33 GDPR), unless a risk to the person is unlikely. What is printed is what the report needs.

      Example: expunge incident wrong-person 1
      """)

  @Argument(help: "Number or reference of the request.")
  var request: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let view = try await connection.client.call(OpenIncident(request: request))
    try connection.show(view, IncidentText.text)
  }
}

/// `expunge incident show`.
struct IncidentShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows an incident, with the copies as they are now.",
    discussion: "Example: expunge incident show 1")

  @Argument(help: "Number or reference of the request.")
  var request: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let view = try await connection.client.call(ShowIncident(request: request))
    try connection.show(view, IncidentText.text)
  }
}

/// `expunge incident close`.
struct IncidentClose: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "close", abstract: "Records that an incident was dealt with.",
    discussion: "Example: expunge incident close 1 --reported")

  @Argument(help: "Number or reference of the request.")
  var request: String

  @Flag(help: "The authority was told.")
  var reported = false

  @Flag(help: "A risk to anybody was found unlikely; who decides so writes down why.")
  var noRisk = false

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard reported != noRisk else { throw ValidationError("say --reported or --no-risk") }
  }

  func run() async throws {
    let done = try await connection.client.call(CloseIncident(request: request, reported: reported))
    try connection.show(done) { _ in "The incident of request \(request) is closed.\n" }
  }
}
