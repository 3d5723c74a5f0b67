import CPostgres

extension PostgresError {
  /// Why a connection was not opened.
  ///
  /// - Parameters:
  ///   - connection: The failed connection, whose messages of the server are SQLSTATEs (`PQERRORS_SQLSTATE`).
  ///   - phase: How far it had come.
  init(refusedBy connection: OpaquePointer, during phase: ConnStatusType) {
    let messages = String(cString: PQerrorMessage(connection))
    if let state = Self.sqlState(in: messages) {
      self.init(Self.kind(refusing: state), sqlState: state)
    } else if PQconnectionNeedsPassword(connection) != 0 {
      self.init(.wrongPassword)
    } else {
      // Of the last address that was tried. libpq's words are English unless the process sets a locale.
      let message = messages.range(ofLast: "connection to server").map { messages[$0...] } ?? messages[...]
      let isCut = ["closed the connection", "could not receive", "could not send", "SYSCALL"].contains {
        message.contains($0)
      }
      // A server that does not believe our certificate says so after the handshake (TLS 1.3).
      let isMalformed = message.hasPrefix("invalid ") || message.contains("invalid integer value")
      let isTLS = phase == CONNECTION_SSL_STARTUP || message.contains("SSL error")
      self.init(isMalformed ? .badTarget : isTLS && !isCut ? .tls : .cannotConnect)
    }
  }

  /// The code in a message such as `connection to server at "::1", port 5432 failed: FATAL:  28P01`.
  private static func sqlState(in messages: String) -> String? {
    guard let line = messages.split(separator: "\n").last else { return nil }
    let end = line.utf8.suffix(8)
    guard end.starts(with: ":  ".utf8) else { return nil }
    let state = end.dropFirst(3)
    let isCode = state.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
    return isCode ? String(Substring(state)) : nil
  }

  private static func kind(refusing state: String) -> Kind {
    switch state {
    case "28P01": .wrongPassword
    case "3D000": .unknownDatabase
    case "42501": .roleRejected
    case _ where state.hasPrefix("28"): .roleRejected
    default: .cannotConnect
    }
  }

  /// What the server said about a statement, as far as it may be repeated.
  init(result: OpaquePointer) {
    func field(_ code: Int32) -> String? { PQresultErrorField(result, code).map { String(cString: $0) } }
    let state = field(cpostgres_sqlstate)
    let severity = field(cpostgres_severity)
    self.init(
      state == nil || severity == "FATAL" || severity == "PANIC" || state?.hasPrefix("08") == true
        || state?.hasPrefix("57P0") == true ? .connectionLost : .server,
      sqlState: state, schema: field(cpostgres_schema), table: field(cpostgres_table),
      column: field(cpostgres_column), constraint: field(cpostgres_constraint))
  }

  /// The same, once it is known that the connection went with it.
  var asConnectionLost: PostgresError {
    PostgresError(
      .connectionLost, sqlState: sqlState, schema: schema, table: table, column: column, constraint: constraint)
  }
}

extension String {
  /// Where the last occurrence of a text begins.
  fileprivate func range(ofLast text: String) -> Index? {
    var last: Index?
    var rest = self[...]
    while let range = rest.firstRange(of: text) {
      last = range.lowerBound
      rest = rest[range.upperBound...]
    }
    return last
  }
}
