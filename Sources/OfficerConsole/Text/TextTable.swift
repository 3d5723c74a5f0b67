/// A table with aligned columns, for people who read it on a terminal.
///
/// A column in which nothing stands is left out. A cell may have several lines.
struct TextTable {
  enum Alignment {
    case left
    /// Numbers.
    case right
  }

  private static let gap = "  "

  private let titles: [String]
  private let alignments: [Alignment]
  private var rows: [[[String]]] = []

  /// A table with these column titles; the columns named in `numbers` are aligned right.
  init(_ titles: [String], numbers: Set<Int> = []) {
    self.titles = titles.map(Printable.line)
    alignments = titles.indices.map { numbers.contains($0) ? .right : .left }
  }

  var isEmpty: Bool { rows.isEmpty }

  /// A row of single-line cells; missing ones are empty.
  mutating func add(_ cells: [String]) { add(lines: cells.map { [$0] }) }

  /// A row whose cells may have several lines.
  mutating func add(lines cells: [[String]]) {
    let row = cells.prefix(titles.count).map { cell in cell.map(Printable.line) }
    rows.append(row + Array(repeating: [], count: titles.count - row.count))
  }

  /// The table, each line ended by a newline; nothing when there are no rows.
  var text: String {
    guard !rows.isEmpty else { return "" }
    let columns = titles.indices.filter { column in rows.contains { $0[column].contains { !$0.isEmpty } } }
    let widths = columns.map { column in
      rows.reduce(Printable.width(titles[column])) { widest, row in
        row[column].reduce(widest) { max($0, Printable.width($1)) }
      }
    }
    var result = line(columns.map { titles[$0] }, columns, widths)
    for row in rows {
      for number in 0..<(columns.map { row[$0].count }.max() ?? 0) {
        result += line(columns.map { number < row[$0].count ? row[$0][number] : "" }, columns, widths)
      }
    }
    return result
  }

  private func line(_ cells: [String], _ columns: [Int], _ widths: [Int]) -> String {
    var line = ""
    for (position, cell) in cells.enumerated() {
      if position > 0 { line += Self.gap }
      let blanks = String(repeating: " ", count: max(0, widths[position] - Printable.width(cell)))
      line += alignments[columns[position]] == .right ? blanks + cell : cell + blanks
    }
    while line.last == " " { line.removeLast() }
    return line + "\n"
  }
}
