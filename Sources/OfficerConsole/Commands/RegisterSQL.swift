import ArgumentParser
import OfficerAPI

/// `expunge register sql`.
struct RegisterSQL: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sql",
    abstract: "Prints every statement that a database is sent, with its plan and the rights it needs.",
    discussion: """
      For the administrator of the database to read and sign. The GRANT statements can be run as they are; nothing else \
      in it is meant to be run. Values of a person are parameters and never part of a statement. Changes nothing.

      Example: expunge register sql crm > crm.sql
      """)

  @Argument(help: "Short name of the system.")
  var system: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try connection.show(try await connection.client.call(ShowStatements(system: system)), \.text)
  }
}
