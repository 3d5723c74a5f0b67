import CPostgres

/// A connection string of libpq, `host=… dbname=…` or `postgresql://…`, taken apart by libpq itself.
public struct PostgresConnectionString: Sendable {
  /// The keywords that the string gives, with their values; a password is among them.
  public let parameters: [(String, String)]

  /// Throws `PostgresError` of kind `badTarget` when libpq does not understand the string. Nothing of it is kept.
  public init(_ text: String) throws(PostgresError) {
    guard !text.utf8.contains(0) else { throw PostgresError(.badTarget) }
    let trimmed = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    guard let options = PQconninfoParse(trimmed, nil) else { throw PostgresError(.badTarget) }
    defer { PQconninfoFree(options) }
    var found: [(String, String)] = []
    var next = options
    while let keyword = next.pointee.keyword {
      if let value = next.pointee.val { found.append((String(cString: keyword), String(cString: value))) }
      next += 1
    }
    parameters = found
  }
}
