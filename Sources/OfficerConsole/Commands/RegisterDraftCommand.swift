import ArgumentParser
import OfficerAPI

/// `expunge register draft`.
struct RegisterDraftCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "draft", abstract: "Proposes the file of a database from its tables, keys and a sample of rows.",
    discussion: """
      The system's file names connector and settings, and has no datasets yet. Prints the whole file: columns that \
      identify a person, every table that leads to them, and what to look into yourself; each guess is marked. No value \
      of a row leaves the database. Changes nothing.

      Example: expunge register draft shop > shop.yaml
      """)

  @Argument(help: "Short name of the system.")
  var system: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let drafted = try await connection.client.call(DraftRegister(system: system))
    try connection.show(drafted, \.text)
    if !connection.json {
      let count = PlanWords.count(drafted.datasets, "dataset", "datasets")
      Output.current.show("\(count) proposed; check each line before you save it as \(drafted.system).yaml.", on: .note)
    }
  }
}
