import CPostgres

/// What the results of one statement amount to.
struct StatementAnswer {
  private(set) var columns: [String] = []
  private(set) var types: [UInt32] = []
  private(set) var rows: [[String?]] = []
  private(set) var affected = 0
  /// The first thing that went wrong: what follows it is only that the connection is gone.
  private(set) var failure: PostgresError?

  /// Takes in the next result of the statement.
  mutating func take(_ result: OpaquePointer, of connection: OpaquePointer) {
    switch PQresultStatus(result) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
      columns = (0..<PQnfields(result)).map { String(cString: PQfname(result, $0)) }
      types = (0..<PQnfields(result)).map { PQftype(result, $0) }
      rows = (0..<PQntuples(result)).map { Self.row($0, of: result) }
      affected = Int(String(cString: PQcmdTuples(result))) ?? 0
    case PGRES_COPY_IN, PGRES_COPY_BOTH:
      // Ends the state in which the server waits for our data; its error follows as a further result.
      failure = failure ?? PostgresError(.badStatement)
      PQputCopyEnd(connection, "not supported")
    case PGRES_COPY_OUT:
      failure = failure ?? PostgresError(.badStatement)
      var line: UnsafeMutablePointer<CChar>?
      while PQgetCopyData(connection, &line, 0) > 0 { PQfreemem(line) }
    default:
      failure = failure ?? PostgresError(result: result)
    }
  }

  static func row(_ number: Int32, of result: OpaquePointer) -> [String?] {
    (0..<PQnfields(result)).map { column in
      guard PQgetisnull(result, number, column) == 0, let start = PQgetvalue(result, number, column) else { return nil }
      let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, number, column)))
      return String(decoding: bytes, as: UTF8.self)
    }
  }
}
