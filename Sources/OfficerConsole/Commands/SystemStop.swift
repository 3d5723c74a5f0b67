import ArgumentParser
import OfficerAPI

/// `expunge system stop`.
struct SystemStop: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Stops every change in a system at once; it lasts until its owner releases it.",
    discussion: """
      The system's owner may, alone, and so may an officer. What runs there is cut off; what is not yet done is not done.

      Example: expunge system stop crm
      """)

  @Argument(help: "The system's name in the register.")
  var system: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try connection.show(try await connection.client.call(StopSystem(system: system)), SystemText.answer)
  }
}
