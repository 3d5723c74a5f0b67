import ArgumentParser
import OfficerAPI

/// `expunge job kept`.
struct JobKept: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kept", abstract: "Rows that stay for now, by the day on which they go or are looked at again.",
    discussion: "Example: expunge job kept --without-end")

  @Flag(help: "Only rows whose retention period has not begun: nobody knows yet how long they stay.")
  var withoutEnd = false

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let kept = try await connection.client.call(ListKept(withoutEnd: withoutEnd))
    try connection.show(kept, JobText.table(of:))
  }
}
