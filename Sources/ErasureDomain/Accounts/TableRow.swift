/// A line of a table that people open in a spreadsheet.
public enum TableRow {
  /// The cells as RFC 4180 writes them, with a line feed at the end.
  ///
  /// A cell that a spreadsheet would take for a formula has an apostrophe in front.
  public static func line(_ cells: [String]) -> [UInt8] {
    Array((cells.map(cell).joined(separator: ",") + "\n").utf8)
  }

  private static func cell(_ text: String) -> String {
    var text = text
    if let first = text.utf8.first, "=+-@\t\r".utf8.contains(first) { text = "'" + text }
    guard text.utf8.contains(where: { ",\"\n\r".utf8.contains($0) }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
