/// Reads comma-separated values (RFC 4180) strictly: what two readers could understand differently is no table.
struct DropTable {
  /// More of either is no confirmation.
  private static let mostRows = 8
  private static let mostFields = 32

  private(set) var rows: [[String]] = []

  /// Nil when the bytes are no UTF-8 or no table. A mark of byte order before, line ends of either kind and a missing
  /// one at the end are allowed, and empty lines at the end.
  init?(_ bytes: [UInt8], delimiter: DropDelimiter) {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    var rest = Array(text.utf8)[...]
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    while !rest.isEmpty {
      guard let row = Self.row(&rest, delimiter.byte), row.count <= Self.mostFields, rows.count < Self.mostRows else {
        return nil
      }
      rows.append(row)
    }
    while rows.last == [""] { rows.removeLast() }
  }

  /// Takes one row and its line end off the rest.
  private static func row(_ rest: inout ArraySlice<UInt8>, _ delimiter: UInt8) -> [String]? {
    var row: [String] = []
    while true {
      guard let field = rest.first == 0x22 ? quoted(&rest) : plain(&rest, delimiter) else { return nil }
      row.append(field)
      switch rest.popFirst() {
      case nil, 0x0A: return row
      case delimiter: continue
      case 0x0D:
        guard rest.popFirst() == 0x0A else { return nil }
        return row
      default: return nil
      }
    }
  }

  private static func quoted(_ rest: inout ArraySlice<UInt8>) -> String? {
    rest.removeFirst()
    var field: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == 0x22 {
        guard rest.first == 0x22 else { return String(decoding: field, as: UTF8.self) }
        rest.removeFirst()
      }
      field.append(byte)
    }
    return nil
  }

  private static func plain(_ rest: inout ArraySlice<UInt8>, _ delimiter: UInt8) -> String? {
    let field = rest.prefix { $0 != delimiter && $0 != 0x0A && $0 != 0x0D }
    rest = rest[field.endIndex...]
    return field.contains(0x22) ? nil : String(decoding: field, as: UTF8.self)
  }
}
