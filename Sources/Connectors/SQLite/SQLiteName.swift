/// SQL texts for names of a schema that we do not know beforehand.
enum SQLiteName {
  /// A name as SQL writes it: in double quotes, inner ones doubled.
  static func quoted(_ name: String) -> String {
    "\"" + name.replacing("\"", with: "\"\"") + "\""
  }

  /// A table of the database itself, never a temporary one of the same name.
  static func main(_ table: String) -> String { "main." + quoted(table) }

  /// A value as text, the same for every type it may be stored as: `x'…'` for bytes.
  static func keyText(_ column: String) -> String {
    "CASE typeof(\(column)) WHEN 'blob' THEN 'x''' || lower(hex(\(column))) || '''' ELSE CAST(\(column) AS TEXT) END"
  }

  /// A value as a person would write it: a whole number stored as a fraction has no `.0`.
  static func findText(_ column: String) -> String {
    """
    CASE WHEN typeof(\(column)) = 'real' AND \(column) = CAST(\(column) AS INTEGER) \
    THEN CAST(CAST(\(column) AS INTEGER) AS TEXT) ELSE CAST(\(column) AS TEXT) END
    """
  }

  /// The white space that is not part of an e-mail address.
  static let blanks = "char(32, 9, 10, 13)"

  /// An e-mail address as addresses are compared: trimmed, ASCII letters in lower case.
  static func mailText(_ column: String) -> String { "lower(trim(CAST(\(column) AS TEXT), \(blanks)))" }

  /// Table and column names are the same when they differ in the case of ASCII letters only.
  static func folded(_ name: String) -> String {
    String(decoding: name.utf8.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }, as: UTF8.self)
  }
}
