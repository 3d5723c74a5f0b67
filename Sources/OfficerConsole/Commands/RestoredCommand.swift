import ArgumentParser
import OfficerAPI

/// `expunge restored`.
struct RestoredCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restored",
    abstract: "A system was restored from a backup: finds who was erased since, and proposes to erase them again.",
    discussion: """
      Run it before the restored system is opened again. All its records are compared with the recognition tags of what \
      was erased since the restored state; those that are back for certain become requests with plans to approve. \
      Nothing is erased by it. Until the look is done `expunge status` reminds of it.

      Example: expunge restored crm --as-of 2026-11-20T03:00:00Z
      """)

  @Argument(help: "The system's name in the register.")
  var system: String

  @OptionGroup var state: RestoredState

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let view = try await connection.client.call(AnnounceRestore(system: system, asOf: try state.time))
    try connection.show(view) { RestoreText.text($0) }
  }
}
