/// Comma-separated values by RFC 4180, read strictly: what two readers could understand differently is a fault.
///
/// A byte order mark, line ends of either kind and a missing one at the end are allowed. Where the first line has
/// semicolons and no commas, as spreadsheets write it in many countries, they part the fields.
struct CSVTable {
  /// One row and the line of the file on which it begins, from 1. A quoted field may hold line ends.
  struct Row: Equatable {
    var line: Int
    var fields: [String]
  }

  /// Where it is no table, and why.
  struct Fault: Error, Equatable {
    var line: Int
    var words: String
  }

  private(set) var rows: [Row] = []
  private var rest: ArraySlice<UInt8>
  private var line = 1
  private let delimiter: UInt8

  private static let (quote, comma, semicolon): (UInt8, UInt8, UInt8) = (0x22, 0x2C, 0x3B)
  private static let (lineFeed, carriageReturn): (UInt8, UInt8) = (0x0A, 0x0D)

  /// Reads UTF-8. Lines without any character are left out.
  init(_ bytes: [UInt8]) throws(Fault) {
    rest = bytes[...]
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    let first = rest.prefix { $0 != Self.lineFeed }
    delimiter = first.contains(Self.semicolon) && !first.contains(Self.comma) ? Self.semicolon : Self.comma
    while !rest.isEmpty {
      let row = try row()
      if row.fields != [""] { rows.append(row) }
    }
  }

  private mutating func row() throws(Fault) -> Row {
    var row = Row(line: line, fields: [])
    while true {
      row.fields.append(rest.first == Self.quote ? try quoted() : try plain())
      switch rest.popFirst() {
      case nil: return row
      case delimiter: continue
      case Self.lineFeed:
        line += 1
        return row
      case Self.carriageReturn where rest.first == Self.lineFeed:
        rest.removeFirst()
        line += 1
        return row
      default: throw Fault(line: line, words: "something follows a closing quote; a quote inside a field is doubled")
      }
    }
  }

  private mutating func quoted() throws(Fault) -> String {
    let start = line
    rest.removeFirst()
    var field: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == Self.quote {
        guard rest.first == Self.quote else { return String(decoding: field, as: UTF8.self) }
        rest.removeFirst()
      }
      if byte == Self.lineFeed { line += 1 }
      field.append(byte)
    }
    throw Fault(line: start, words: "a quoted field begins here and never ends")
  }

  private mutating func plain() throws(Fault) -> String {
    let delimiter = delimiter
    let field = rest.prefix { $0 != delimiter && $0 != Self.lineFeed && $0 != Self.carriageReturn }
    rest = rest[field.endIndex...]
    guard !field.contains(Self.quote) else {
      throw Fault(
        line: line, words: "a quote stands inside a field that does not begin with one; quote the whole field")
    }
    return String(decoding: field, as: UTF8.self)
  }
}
