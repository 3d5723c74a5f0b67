import ArgumentParser
import ErasureDomain
import OfficerAPI

/// `expunge request import`.
struct RequestImport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Registers many requests from a file, all of them or none.",
    discussion: """
      CSV with a header (the name ends in .csv), or one JSON object on each line (.jsonl). Columns are the keys of a \
      form (see request add) and id, a number of your own for each line: letters, digits, `.`, `_` and `-`. A line whose \
      id was imported before makes no second request. When any line is at fault nothing is registered, and every fault \
      is listed with its line and column.

      Example: expunge request import march.csv --dry-run
      Example: expunge request import march.csv
      """)

  @Argument(help: "The file.")
  var file: String

  @Flag(help: "Only check the file.")
  var dryRun = false

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    var (rows, faults) = try list()
    let client = connection.client
    let calls = try self.calls(rows, today: try await client.call(ShowStatus()).today)
    // Every line is checked before the first is registered.
    var known = 0
    for (call, first) in calls {
      let checked = try await client.call(call)
      faults += checked.faults.map {
        ImportList.Fault(line: rows[first + $0.row].line, column: $0.column, words: $0.words)
      }
      known += checked.known.count
    }
    guard faults.isEmpty else {
      faults.sort { ($0.line, $0.column) < ($1.line, $1.column) }
      if connection.json { try Output.current.json(faults) } else { Output.current.show(Self.text(faults)) }
      throw ConsoleFailure(
        .usage, "\(PlanWords.count(faults.count, "fault", "faults")) in the file; nothing was registered")
    }
    guard !dryRun else {
      return try connection.show(ImportResult(registered: [], known: known, checked: rows.count), Self.text)
    }
    var result = ImportResult(registered: [], known: 0, checked: rows.count)
    for (call, _) in calls {
      var call = call
      call.dryRun = false
      let answer = try await client.call(call)
      guard answer.faults.isEmpty else {
        throw ConsoleFailure(
          .conflict, "something changed since the file was checked; import it again, nothing doubles")
      }
      result.registered += answer.registered
      result.known += answer.known.count
    }
    try connection.show(result, Self.text)
  }

  private func list() throws(ConsoleFailure) -> (rows: [ImportList.Row], faults: [ImportList.Fault]) {
    let bytes = try Terminal.current.bytes(from: file)
    let list: ImportList
    if file.hasSuffix(".csv") {
      list = ImportList(csv: bytes)
    } else if file.hasSuffix(".jsonl") {
      list = ImportList(jsonLines: String(decoding: bytes, as: UTF8.self))
    } else {
      throw ConsoleFailure(.usage, "the file's name ends in .csv or in .jsonl, so that it is clear how it is read")
    }
    guard !list.rows.isEmpty || !list.faults.isEmpty else {
      throw ConsoleFailure(.usage, "there is no request in the file")
    }
    return (list.rows, list.faults)
  }

  /// The rows in calls that the daemon takes, each with the place of its first row.
  private func calls(
    _ rows: [ImportList.Row], today: CivilDate
  ) throws -> [(call: ImportRequests, first: Int)] {
    var calls: [(call: ImportRequests, first: Int)] = []
    var bytes = 0
    for (index, row) in rows.enumerated() {
      let request = try row.form.call(receivedAt: row.form.receivedAt(today: today))
      let one = ImportRequests.Row(id: row.id, request: request)
      let size = try CanonicalJSON.encode(one).count
      if calls.isEmpty || bytes + size > OfficerWire.largestCall / 2
        || calls[calls.count - 1].call.rows.count == ImportRequests.mostRows
      {
        calls.append((ImportRequests(rows: [], dryRun: true), index))
        bytes = 0
      }
      calls[calls.count - 1].call.rows.append(one)
      bytes += size
    }
    return calls
  }

  static func text(_ faults: [ImportList.Fault]) -> String {
    var table = TextTable(["LINE", "COLUMN", "WHAT"], numbers: [0])
    for fault in faults { table.add(["\(fault.line)", fault.column, fault.words]) }
    return table.text
  }

  private static func text(_ result: ImportResult) -> String {
    var words = "\(PlanWords.count(result.checked, "line", "lines")) checked"
    if let first = result.registered.first, let last = result.registered.last {
      words += "; registered \(result.registered.count), numbers \(first) to \(last)"
    } else {
      words += "; nothing was registered"
    }
    if result.known > 0 { words += "; \(result.known) had been imported before" }
    return words + ".\n"
  }
}

/// What came of an import.
struct ImportResult: Codable {
  var registered: [Int]
  /// Lines that an earlier import had registered.
  var known: Int
  var checked: Int
}

extension RequestForm {
  /// A day of the past is taken at noon UTC; of the daemon's own today only "now" is sure not to lie ahead.
  func receivedAt(today: CivilDate) -> UTCTime? {
    switch received {
    case nil: nil
    case .at(let time): time
    case .on(let day): day == today ? nil : day.utcMidnight.adding(seconds: 12 * 3_600)
    }
  }
}
