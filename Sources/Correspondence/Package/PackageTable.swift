import ErasureDomain

/// The rows of one dataset as a package has them: the columns that go into it, and no others.
struct PackageTable {
  let columns: [String]
  let rows: [[TakenValue]]

  /// JSON (RFC 8259): an object for each row, numbers as numbers, bytes in base64.
  var json: [UInt8] {
    let names = columns.map { Self.string($0) }
    var text: [UInt8] = Array("[".utf8)
    for (index, row) in rows.enumerated() {
      text += Array((index == 0 ? "\n{" : ",\n{").utf8)
      for (place, value) in row.enumerated() {
        if place > 0 { text.append(UInt8(ascii: ",")) }
        text += names[place] + [UInt8(ascii: ":")] + Self.json(value)
      }
      text.append(UInt8(ascii: "}"))
    }
    return text + Array("\n]\n".utf8)
  }

  private static func json(_ value: TakenValue) -> [UInt8] {
    switch value {
    case .null: Array("null".utf8)
    case .integer(let number): Array(String(number).utf8)
    case .number(let digits): Array(digits.utf8)
    case .boolean(let isTrue): Array((isTrue ? "true" : "false").utf8)
    case .text(let text): string(text)
    case .bytes(let bytes): string(Base64.encode(bytes))
    }
  }

  private static func string(_ text: String) -> [UInt8] { CanonicalJSON.string(text).encoded() }

  /// CSV (RFC 4180) with a header, in UTF-8. An absent value is empty, an empty text is `""`.
  ///
  /// A text that a spreadsheet would run as a formula gets an apostrophe in front, and so does one that begins with
  /// apostrophes and then such a sign: taking one away from either gives the text as it was. Numbers are as they are.
  var csv: [UInt8] {
    var lines = [columns.map { Self.quoted(Self.guarded($0)) }.joined(separator: ",")]
    lines += rows.map { row in row.map(Self.cell).joined(separator: ",") }
    return Array((lines.joined(separator: "\r\n") + "\r\n").utf8)
  }

  private static func cell(_ value: TakenValue) -> String {
    switch value {
    case .null: ""
    case .integer(let number): String(number)
    case .number(let digits): digits
    case .boolean(let isTrue): isTrue ? "true" : "false"
    case .text(let text): text.isEmpty ? "\"\"" : quoted(guarded(text))
    case .bytes(let bytes): quoted(guarded(Base64.encode(bytes)))
    }
  }

  /// What a value looks like to who reads it.
  static func shown(_ value: TakenValue) -> String {
    switch value {
    case .null: ""
    case .integer(let number): String(number)
    case .number(let text), .text(let text): text
    case .boolean(let isTrue): isTrue ? "true" : "false"
    case .bytes(let bytes): "(\(bytes.count) bytes)"
    }
  }

  private static func guarded(_ text: String) -> String {
    let first = text.unicodeScalars.drop { $0 == "'" }.first
    return first.map { "=+-@\t\r".unicodeScalars.contains($0) } == true ? "'" + text : text
  }

  private static func quoted(_ text: String) -> String {
    guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) || text.first == " " || text.last == " "
    else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
