import ArgumentParser
import OfficerAPI

/// `expunge check`.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Checks the stores; the exit status is 1 when something is wrong.",
    discussion: "Example: expunge check --deep")

  @Flag(help: "Recompute the whole log and its answering tables.")
  var deep = false

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let view = try await connection.client.call(Check(deep: deep))
    try connection.show(view, StatusText.check)
    guard view.lines.allSatisfy(\.healthy) else { throw ExitCode(ConsoleExit.refused.rawValue) }
  }
}
