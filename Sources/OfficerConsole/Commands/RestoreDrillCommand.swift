import ArgumentParser
import OfficerAPI

/// `expunge restore-drill`.
struct RestoreDrillCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore-drill",
    abstract: "The yearly drill: looks through a restored copy, and reports who would be back.",
    discussion: """
      Like `expunge restored`, and nothing is proposed. The copy is a system of the register with the same tables; the \
      report is in the log. Without --copy the system itself is looked through, where nobody should be found.

      Example: expunge restore-drill crm --copy crm-drill --as-of 2026-11-20T03:00:00Z
      """)

  @Argument(help: "The system whose erased records are looked for.")
  var system: String

  @Option(help: ArgumentHelp("The system of the register that holds the restored copy.", valueName: "system"))
  var copy: String?

  @OptionGroup var state: RestoredState

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let view = try await connection.client.call(DrillRestore(system: system, copy: copy, asOf: try state.time))
    try connection.show(view) { RestoreText.text($0, isDrill: true) }
  }
}
