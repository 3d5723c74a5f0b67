import ArgumentParser
import OfficerAPI

/// `expunge decide`.
struct DecideCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decide", abstract: "Says on which ground one category of data goes, or why it stays.",
    discussion: """
      The plan lists its categories under Grounds. It is made anew, and signatures given so far are void. What is rejected \
      is not erased, and the person is told why; without --reject it is accepted (again).

      Example: expunge decide 1 crm purchases --ground a --reject still-necessary
      Example: expunge decide 1 crm purchases --ground b
      """)

  @Argument(help: "The plan's reference, or number or reference of the request.")
  var plan: String

  @Argument(help: "The system, as the plan's lines name it.")
  var system: String

  @Argument(help: "The category, as the plan's lines name it.")
  var category: String

  @Option(help: ArgumentHelp(stringLiteral: GroundArgument.help))
  var ground: GroundArgument?

  @Option(help: ArgumentHelp("Why that ground does not apply.", valueName: "code"))
  var reject: RejectionArgument?

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    if ground == nil, reject == nil { throw ValidationError("say --ground, --reject or both") }
  }

  func run() async throws {
    let call = DecideCategory(
      plan: plan, system: system, category: category, ground: ground?.ground, rejected: reject?.rejection)
    try connection.show(try await connection.client.call(call)) { PlanText.text(PlanPage($0)) }
  }
}
