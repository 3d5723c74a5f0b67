import ArgumentParser
import ErasureDomain
import OfficerAPI

/// `expunge do-not-contact`.
struct DoNotContactCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "do-not-contact", abstract: "The list of who must not be contacted for marketing, where there is one.",
    discussion: "Example: expunge do-not-contact check mailing.csv --column email",
    subcommands: [
      DoNotContactAdd.self, DoNotContactCheck.self, DoNotContactExport.self, DoNotContactRemove.self,
    ])
}

/// `expunge do-not-contact add`.
struct DoNotContactAdd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Puts the addresses of an open request on the list.",
    discussion: """
      An objection to marketing (expunge restrict --marketing) does so by itself. The list names no request.

      Example: expunge do-not-contact add 1
      """)

  @Argument(help: "Number or reference of the request.")
  var request: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try connection.show(try await connection.client.call(AddDoNotContact(request: request))) { _ in
      "Its addresses are on the list; a telephone number without area or country code cannot be compared and is not.\n"
    }
  }
}

/// `expunge do-not-contact check`.
struct DoNotContactCheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Says which rows of a mailing list must not be contacted.",
    discussion: """
      CSV with a header. It prints the lines of the file, and ends with status 1 when there are any, so that a job that \
      sends mailings can stop.

      Example: expunge do-not-contact check mailing.csv --column email
      Example: expunge do-not-contact check calls.csv --column mobile --field phone
      """)

  @Argument(help: "The file; - for standard input.")
  var file: String

  @Option(help: "The column with the address, as the header names it.")
  var column: String

  @Option(help: "email, phone or postal.")
  var field = "email"

  @OptionGroup var connection: ConnectionOptions

  /// Lines of the file, from 1.
  struct Lines: Codable, Hashable, Sendable {
    var checked: Int
    var mustNot: [Int]
    var unreadable: [Int]
  }

  func run() async throws {
    let table: CSVTable
    do { table = try CSVTable(Array(try Terminal.current.text(from: file).utf8)) } catch let fault as CSVTable.Fault {
      throw ConsoleFailure(.usage, "line \(fault.line): \(fault.words)")
    }
    guard let header = table.rows.first, let place = header.fields.firstIndex(of: column) else {
      throw ConsoleFailure(.usage, "the header has no column of that name; name one with --column")
    }
    let rows = table.rows.dropFirst().filter { $0.fields.count > place && !$0.fields[place].isEmpty }
    var lines = Lines(checked: rows.count, mustNot: [], unreadable: [])
    for start in stride(from: 0, to: rows.count, by: CheckDoNotContact.mostRows) {
      let part = Array(rows[start..<min(start + CheckDoNotContact.mostRows, rows.count)])
      let answer = try await connection.client.call(
        CheckDoNotContact(field: field, values: part.map { $0.fields[place] }))
      lines.mustNot += answer.hits.map { part[$0].line }
      lines.unreadable += answer.unreadable.map { part[$0].line }
    }
    try connection.show(lines, Self.text)
    if !lines.mustNot.isEmpty {
      throw ConsoleFailure(.refused, "\(PlanWords.count(lines.mustNot.count, "row", "rows")) must not be contacted")
    }
  }

  private static func text(_ lines: Lines) -> String {
    func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ", ") }
    return "\(PlanWords.count(lines.checked, "address", "addresses")) compared\n"
      + (lines.mustNot.isEmpty ? "" : "Must not be contacted, lines: \(list(lines.mustNot))\n")
      + (lines.unreadable.isEmpty ? "" : "No such address, not compared, lines: \(list(lines.unreadable))\n")
  }
}

/// `expunge do-not-contact export`.
struct DoNotContactExport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes the addresses of an open request for a tool that needs them in the clear.",
    discussion: """
      The file is new, for you alone, and not kept by expunged; after closing nobody can make it any more. Hand it over, then \
      delete it.

      Example: expunge do-not-contact export 1 --to addresses.csv
      """)

  @Argument(help: "Number or reference of the request.")
  var request: String

  @Option(help: ArgumentHelp("A new file.", valueName: "file"))
  var to: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    // Before anything else: what cannot be written is not to be handed out.
    let file = try PrintedFile(at: to)
    let answer: DoNotContactAddresses
    do { answer = try await connection.client.call(ExportDoNotContact(request: request)) } catch {
      file.discard()
      throw error
    }
    try file.write("kind,value\n" + answer.addresses.map { "\($0.kind),\(Self.field($0.value))\n" }.joined())
    Output.current.show("\(PlanWords.count(answer.addresses.count, "address", "addresses")) written\n")
  }

  private static func field(_ value: String) -> String { "\"" + value.replacing("\"", with: "\"\"") + "\"" }
}

/// `expunge do-not-contact remove`.
struct DoNotContactRemove: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Takes one address off the list: the person consents again.",
    discussion: """
      The address is asked for, or read from a file: it is never an argument.

      Example: expunge do-not-contact remove --reason-code consented-again --value-from address.txt
      """)

  @Option(help: "email, phone or postal.")
  var field = "email"

  @Option(help: "A code, such as consented-again.")
  var reasonCode: String

  @Option(help: ArgumentHelp("The file with the address; - for standard input.", valueName: "file"))
  var valueFrom: String?

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let value = try PrivateText.read(from: valueFrom, question: "Which address?", option: "--value-from")
    let call = RemoveDoNotContact(field: field, value: value, reason: reasonCode)
    try connection.show(try await connection.client.call(call)) { _ in "It is not on the list any more.\n" }
  }
}
