import ErasureDomain
import OfficerAPI

/// Entries of the log, one line each.
enum HistoryText {
  static func table(_ lines: [HistoryLine]) -> String {
    var table = TextTable(["ENTRY", "AT", "WHAT", "SYSTEM", "BY", ""], numbers: [0])
    for line in lines { table.add(cells(line)) }
    return table.text
  }

  private static func cells(_ line: HistoryLine) -> [String] {
    ["\(line.index)", line.at.description, line.kind, line.system?.description ?? "", line.by ?? "", line.words]
  }

  /// For following: the columns of one line do not wait for the next one.
  static func line(_ line: HistoryLine) -> String {
    let index = "\(line.index)"
    let blanks = String(repeating: " ", count: max(0, 6 - index.count))
    let rest = [line.system?.description, line.words.isEmpty ? nil : line.words, line.by.map { "by \($0)" }]
    return blanks + index + "  \(line.at)  " + ([line.kind] + rest.compactMap { $0 }).joined(separator: "  ")
  }
}
