import ArgumentParser
import OfficerAPI

/// `expunge system list`.
struct SystemList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "The systems in which rows are erased: look only, released or stopped.",
    discussion: "Example: expunge system list")

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try connection.show(try await connection.client.call(ListSystems()), SystemText.table)
  }
}
