import ArgumentParser
import OfficerAPI

/// `expunge recipient test`.
struct RecipientTest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Walks a company's endpoint through its whole contract and says what fails.",
    discussion: """
      Notices that must be refused, one about a person who does not exist, the same again, questions, the final answer, \
      a call back, a receipt, a reminder and a withdrawal: what the company's settings in the register ask for. Nobody \
      real is named. Status 1 when something failed; nothing is kept of that, and a company that passed before stays so.

      Example: expunge recipient test sister --seconds 300
      """)

  @Argument(help: "The company's name in the register.")
  var system: String

  @Option(
    help: ArgumentHelp(
      "How long a final answer is waited for, 1 to \(TestRecipient.mostSeconds); \(TestRecipient.usualSeconds) when left out.",
      valueName: "n"))
  var seconds: Int?

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    if let seconds, !(1...TestRecipient.mostSeconds).contains(seconds) {
      throw ValidationError("--seconds is 1 to \(TestRecipient.mostSeconds)")
    }
  }

  func run() async throws {
    let tested = try await connection.client.call(TestRecipient(system: system, seconds: seconds))
    try connection.show(tested, RecipientText.tested)
    if !tested.isPassed { throw ConsoleFailure(.refused, "\(tested.recipient.system) has not passed; see above") }
  }
}
