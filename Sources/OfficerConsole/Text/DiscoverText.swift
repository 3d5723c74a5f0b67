import ErasureDomain
import OfficerAPI

/// Where a person is, in words and tables.
enum DiscoverText {
  /// `crm  14/212 columns`, for each system at work.
  static func progress(_ discovery: Discovery) -> String {
    let done = discovery.progress.count(where: \.done)
    let working = discovery.progress.first { !$0.done && $0.columnsInAll > 0 }
    let all = "\(done)/\(discovery.progress.count) systems"
    return working.map { "\($0.system)  \($0.columns)/\($0.columnsInAll) columns   \(all)" } ?? all
  }

  static func text(_ result: DiscoveryResult) -> String {
    let found = result.systems.compactMap(\.findings)
    var text = hits(result)
    text += unread(result)
    let short = Set(found.flatMap(\.notInsideText)).sorted().map(\.rawValue)
    if !short.isEmpty {
      text +=
        "\nToo short to be looked for inside longer text, compared with whole values only: "
        + "\(short.joined(separator: ", "))\n"
    }
    let columns = found.reduce(0) { $0 + $1.columns }
    let rows = found.reduce(0) { $0 + $1.rows }
    text +=
      "\nLooked into \(PlanWords.count(columns, "column", "columns")) and \(PlanWords.count(rows, "row", "rows")) of "
      + "\(PlanWords.count(found.count, "system", "systems")).\n"
    if !result.notSearched.isEmpty {
      text += "Not searched by discover: \(result.notSearched.map(\.description).joined(separator: ", "))\n"
    }
    return text + fragments(result)
  }

  // MARK: Parts

  private static func hits(_ result: DiscoveryResult) -> String {
    var table = TextTable(
      ["SYSTEM", "TABLE", "COLUMN", "KIND", "ROWS", "IN TEXT", "NOT REACHED", "DATASET"], numbers: [4, 5, 6])
    for system in result.systems {
      for hit in system.findings?.hits ?? [] {
        table.add([
          system.system.description, hit.table, hit.column, hit.kind.rawValue, "\(hit.exact)",
          hit.contained > 0 ? "\(hit.contained)" : "", hit.uncovered > 0 ? "\(hit.uncovered)" : "",
          hit.datasets.isEmpty ? "none" : hit.datasets.joined(separator: ", "),
        ])
      }
    }
    guard !table.isEmpty else { return "Nowhere, as far as it could be looked into.\n" }
    return table.text
      + "\nROWS hold the identifier itself. IN TEXT is for review only: it may mean somebody else.\n"
      + "NOT REACHED are rows that no dataset finds: an erasure as registered would leave them.\n"
  }

  private static func unread(_ result: DiscoveryResult) -> String {
    var table = TextTable(["SYSTEM", "TABLE", "COLUMN", "WHY"])
    for system in result.systems {
      if let failure = system.failure { table.add([system.system.description, "(all)", "", failure]) }
      for one in system.findings?.unread ?? [] {
        table.add([system.system.description, one.table, one.column ?? "", words(for: one.code)])
      }
    }
    return table.isEmpty ? "" : "\nNot looked into, which is not the same as nothing there\n" + table.text
  }

  private static func words(for code: FailureCode) -> String {
    switch code {
    case SweepFindings.Unread.bytes: "some rows hold bytes, which are not searched inside"
    case SweepFindings.Unread.noRows: "no table of rows of its own"
    case SweepFindings.Unread.notReached: "the time was over before its turn came"
    case SweepFindings.Unread.notFinished: "the time was over; only its first rows were read"
    default: code.rawValue
    }
  }

  private static func fragments(_ result: DiscoveryResult) -> String {
    let fragments = result.systems.flatMap(\.fragments)
    guard !fragments.isEmpty else { return "" }
    return "\nTo cover what is not reached\n\n" + fragments.map(\.text).joined(separator: "\n")
  }
}
