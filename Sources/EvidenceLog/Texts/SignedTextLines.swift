/// The form of all texts that people sign: a header, then `name value` lines in a fixed order.
///
/// One meaning has one text: exactly these lines, each ended by a newline, nothing after.
enum SignedTextLines {
  static let maximumBytes = 4_096
  static let maximumValueBytes = 512

  /// The values of the lines in the order of `names`.
  static func values(
    of bytes: [UInt8], header: String, names: [String]
  ) throws(SignedTextError) -> [String] {
    guard bytes.count <= maximumBytes else { throw .tooLong(count: bytes.count) }
    guard let lines = Lines.slices(bytes) else { throw .wrongLines(expected: names.count + 1) }
    guard lines.first?.elementsEqual(header.utf8) == true else { throw .wrongHeader(expected: header) }
    guard lines.count == names.count + 1 else { throw .wrongLines(expected: names.count + 1) }
    var values: [String] = []
    for (name, line) in zip(names, lines.dropFirst()) {
      guard line.starts(with: name.utf8), line.dropFirst(name.utf8.count).first == 0x20 else {
        throw .wrongName(expected: name)
      }
      guard let value = Lines.text(line.dropFirst(name.utf8.count + 1)), isValue(value) else {
        throw .badValue(name: name)
      }
      values.append(value)
    }
    return values
  }

  static func bytes(header: String, lines: [(name: String, value: String)]) -> [UInt8] {
    Array(([header] + lines.map { "\($0.name) \($0.value)" }).map { $0 + "\n" }.joined().utf8)
  }

  /// Refuses a value that would not read back, or not as it looks.
  static func check(_ value: String, name: String) throws(SignedTextError) {
    guard isValue(value) else { throw .badValue(name: name) }
  }

  static func checkLog(_ log: String) throws(SignedTextError) {
    guard isValue(log), NoteVerifierKey.isName(log) else { throw .badValue(name: "log") }
  }

  /// 32 lower-case hexadecimal digits.
  static func checkNonce(_ nonce: String) throws(SignedTextError) {
    guard nonce.utf8.count == 32,
      nonce.utf8.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x66) })
    else { throw .badValue(name: "nonce") }
  }

  static func parsed<Value: LosslessStringConvertible>(
    _ text: String, name: String
  ) throws(SignedTextError) -> Value {
    // Printing back catches a reader that takes more than one spelling.
    guard let value = Value(text), Lines.same(value.description, text) else { throw .badValue(name: name) }
    return value
  }

  /// Whether it is one line of printable text without space at its ends.
  ///
  /// Invisible characters and those that turn the direction of writing are refused: a signer must see what he signs.
  static func isValue(_ text: String) -> Bool {
    guard !text.isEmpty, text.utf8.count <= maximumValueBytes, text.utf8.first != 0x20, text.utf8.last != 0x20 else {
      return false
    }
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return true }
    return text.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
      case .spaceSeparator: scalar == " "
      default: true
      }
    }
  }
}
