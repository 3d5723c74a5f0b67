/// Small rules about lines and numbers that all texts of the log share.
///
/// They work on bytes: `Character` would take
/// CR LF for one newline and two spellings of one letter for equal.
enum Lines {
  static let newline: UInt8 = 0x0A

  /// The lines without their newlines, or nothing when the last one is not ended by one.
  ///
  /// No bytes are no lines.
  static func split(_ bytes: some Collection<UInt8>) -> [[UInt8]]? {
    slices(Array(bytes))?.map { Array($0) }
  }

  /// The same lines where they stand.
  static func slices(_ bytes: [UInt8]) -> [ArraySlice<UInt8>]? {
    guard let last = bytes.last else { return [] }
    guard last == newline else { return nil }
    return bytes.dropLast().split(separator: newline, omittingEmptySubsequences: false)
  }

  /// The text, or nothing when it is not UTF-8.
  static func text(_ bytes: some Sequence<UInt8>) -> String? {
    String(validating: Array(bytes), as: UTF8.self)
  }

  /// A decimal number without sign and without leading zeros.
  static func number(_ bytes: some Collection<UInt8>) -> UInt64? {
    guard !bytes.isEmpty, bytes.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
    guard bytes.count == 1 || bytes.first != 0x30 else { return nil }
    return UInt64(String(decoding: bytes, as: UTF8.self))
  }

  /// What follows the prefix, or nothing when the line does not begin with it.
  static func value(of line: some Collection<UInt8>, after prefix: String) -> [UInt8]? {
    guard line.starts(with: prefix.utf8) else { return nil }
    return Array(line.dropFirst(prefix.utf8.count))
  }

  /// Whether two texts are the same bytes; `==` of `String` also accepts equivalent spellings.
  static func same(_ left: String, _ right: String) -> Bool {
    left.utf8.elementsEqual(right.utf8)
  }
}
