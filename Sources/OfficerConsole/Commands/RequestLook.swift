import ArgumentParser
import ErasureDomain
import OfficerAPI

/// `expunge request look`.
struct RequestLook: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "look", abstract: "Searches with the request's identifiers, and prints numbers alone.",
    discussion: """
      To see whether the person can be identified: a doubt was recorded before (request ask-identity). The log keeps \
      that you looked; a refusal on the ground cannot-identify needs it.

      Example: expunge request look 1
      """)

  @Argument(help: "Number or reference.")
  var request: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try connection.show(try await connection.client.call(LookForPerson(request: request)), RequestText.looked)
  }
}

extension RequestText {
  static func looked(_ looked: PersonLooked) -> String {
    var table = TextTable(["SYSTEM", "RECORDS"], numbers: [1])
    for system in looked.systems { table.add([system.system.description, "\(system.records)"]) }
    let found = looked.systems.contains { $0.records > 0 }
    return table.text
      + (found
        ? "" : "Nothing was found. To refuse: expunge request refuse \(looked.number) --ground cannot-identify\n")
  }
}
