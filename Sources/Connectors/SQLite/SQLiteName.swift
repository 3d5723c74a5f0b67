/// SQL texts for names of a schema that we do not know beforehand.
enum SQLiteName {
  /// A table of the database itself, never a temporary one of the same name.
  static func main(_ table: String) -> String { "main." + DatabaseName.quoted(table) }

  /// A value as text, the same for equal values of whatever type they are stored as: `x'…'` for bytes.
  static func keyText(_ column: String) -> String {
    """
    CASE typeof(\(column)) WHEN 'blob' THEN 'x''' || lower(hex(\(column))) || '''' ELSE \(findText(column)) END
    """
  }

  /// A value as a person would write it: a whole number stored as a fraction has no `.0`.
  static func findText(_ column: String) -> String {
    """
    CASE WHEN typeof(\(column)) = 'real' AND \(column) = CAST(\(column) AS INTEGER) \
    THEN CAST(CAST(\(column) AS INTEGER) AS TEXT) ELSE CAST(\(column) AS TEXT) END
    """
  }

  /// The white space around a value that says nothing.
  private static let blanks = "char(32, 9, 10, 13)"

  /// A value as it is compared where case does not count: trimmed, ASCII letters in lower case. An index over this
  /// very expression makes a search fast.
  static func foldedText(_ column: String) -> String { "lower(trim(CAST(\(column) AS TEXT), \(blanks)))" }
}
