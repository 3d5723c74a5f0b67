import ArgumentParser
import OfficerAPI

/// `expunge system release`.
struct SystemRelease: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "Lets a system be changed, as the register describes it now.",
    discussion: """
      Only the system's owner may. When the register describes it otherwise later, it is looked at only until it is \
      released again.

      Example: expunge system release crm
      """)

  @Argument(help: "The system's name in the register.")
  var system: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try connection.show(try await connection.client.call(ReleaseSystem(system: system)), SystemText.answer)
  }
}
