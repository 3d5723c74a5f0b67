import CPostgres
import Glibc

/// What the body of `perform` works with; valid only inside it, only on that thread.
///
/// Statements go by the extended protocol: one statement each, values apart from it as `$1`, `$2`, … in the text form
/// of their types, `nil` for NULL. A value with a NUL character is refused with `PostgresError.Kind.badStatement`, for
/// PostgreSQL would see only what stands before it. Results come in text form too. A database in `SQL_ASCII` may hold
/// bytes that are not UTF-8; a server refuses to send them, with SQLSTATE 22021, and should one send them nevertheless
/// they read as U+FFFD.
public final class PostgresSession {
  /// The most values that one statement can have.
  public static let maximumValues = 65_535

  let connection: OpaquePointer
  let line: ConnectionLine
  private let thread = pthread_self()
  private var isStreaming = false

  init(connection: OpaquePointer, line: ConnectionLine) {
    self.connection = connection
    self.line = line
  }

  /// Runs one statement and drops what rows it returns.
  ///
  /// - Returns: How many rows the command tag counts; 0 for a command that counts none.
  @discardableResult public func execute(_ sql: String, _ values: [String?] = []) throws(PostgresError) -> Int {
    try result(sql, values).affected
  }

  /// Runs one statement and returns its rows, all of them in memory.
  public func rows(_ sql: String, _ values: [String?] = []) throws(PostgresError) -> [[String?]] {
    try result(sql, values).rows
  }

  /// Runs one statement and returns everything that the server says about its result.
  public func result(_ sql: String, _ values: [String?] = []) throws(PostgresError) -> PostgresResult {
    try result(sql, values, until: nil)
  }

  /// As above; a server that does not begin to answer in time loses the connection.
  private func result(
    _ sql: String, _ values: [String?], until deadline: MonotonicTime?
  ) throws(PostgresError) -> PostgresResult {
    try begin(sql, values)
    if let deadline {
      var socket = pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0)
      if poll(&socket, 1, Int32(deadline.millisecondsLeft)) == 0 { line.breakOffOwn() }
    }
    var answer = StatementAnswer()
    while let result = PQgetResult(connection) {
      answer.take(result, of: connection)
      PQclear(result)
    }
    try end(answer.failure)
    return PostgresResult(
      columns: answer.columns, types: answer.types, rows: answer.rows, affected: answer.affected)
  }

  /// Runs one statement and hands over its rows one by one, as they arrive; only one is in memory at a time.
  ///
  /// No other statement can run on this connection before it has returned. When the body throws, the statement is
  /// cancelled, which fails an open transaction, and the error is thrown on. Rows may have been handed over before the
  /// statement fails.
  public func forEachRow(
    _ sql: String, _ values: [String?] = [], _ body: ([String?]) throws -> Void
  ) throws {
    try begin(sql, values)
    isStreaming = true
    PQsetSingleRowMode(connection)
    var answer = StatementAnswer()
    var refusal: (any Error)?
    while let result = PQgetResult(connection) {
      if PQresultStatus(result) != PGRES_SINGLE_TUPLE {
        answer.take(result, of: connection)
      } else if refusal == nil {
        do {
          try body(StatementAnswer.row(0, of: result))
        } catch {
          refusal = error
          line.interruptOwn()
        }
      }
      PQclear(result)
    }
    isStreaming = false
    do {
      try end(answer.failure)
    } catch {
      throw refusal ?? error
    }
    if let refusal { throw refusal }
  }

  /// Whether a transaction is open, also one that has failed and waits for `ROLLBACK`.
  public var isInTransaction: Bool {
    checkThread()
    return [PQTRANS_ACTIVE, PQTRANS_INTRANS, PQTRANS_INERROR].contains(PQtransactionStatus(connection))
  }

  /// The server's version as a number, such as 150020 for 15.20; 0 when the connection is lost.
  public var serverVersion: Int {
    checkThread()
    return Int(PQserverVersion(connection))
  }

  /// A setting that the server reports on its own, such as `server_encoding` or `in_hot_standby`; `nil` if it does not.
  public func parameter(_ name: String) -> String? {
    checkThread()
    return PQparameterStatus(connection, name).map { String(cString: $0) }
  }

  /// Applies run-time settings for as long as the connection lives, as the last part of opening it.
  func apply(_ settings: [(String, String)], until deadline: MonotonicTime) throws(PostgresError) {
    let calls = settings.indices.map { "set_config($\(2 * $0 + 1), $\(2 * $0 + 2), false)" }
    do {
      _ = try result("SELECT " + calls.joined(separator: ", "), settings.flatMap { [$0.0, $0.1] }, until: deadline)
    } catch {
      // A setting that the server refuses: which one stands only in its message.
      let isRefused = error.kind == .server && error.sqlState != PostgresError.queryCanceled
      throw PostgresError(isRefused ? .badTarget : .cannotConnect, sqlState: error.sqlState)
    }
  }

  // MARK: One statement

  private func checkThread() {
    precondition(
      pthread_equal(thread, pthread_self()) != 0, "a PostgresSession is only for the body it was handed to")
  }

  /// Sends a statement; the caller reads all results and calls `end`.
  private func begin(_ sql: String, _ values: [String?]) throws(PostgresError) {
    checkThread()
    guard !isStreaming, values.count <= Self.maximumValues, !sql.utf8.contains(0),
      !values.contains(where: { $0?.utf8.contains(0) == true })
    else { throw PostgresError(.badStatement) }
    guard line.beginStatement(tidying: Self.isRollback(sql)) else { throw PostgresError.cancelled }
    if !send(sql, values) {
      line.endStatement(cancelled: false, lost: isLost)
      throw PostgresError(isLost ? .connectionLost : .badStatement)
    }
  }

  private func end(_ failure: PostgresError?) throws(PostgresError) {
    line.endStatement(cancelled: failure?.sqlState == PostgresError.queryCanceled, lost: isLost)
    guard let failure else { return }
    throw isLost ? failure.asConnectionLost : failure
  }

  private var isLost: Bool { PQstatus(connection) == CONNECTION_BAD }

  private func send(_ sql: String, _ values: [String?]) -> Bool {
    // All values in one block, each with a NUL behind it.
    var block: [CChar] = []
    let places = values.map { value -> Int? in
      guard let value else { return nil }
      let place = block.count
      block.append(contentsOf: value.utf8.lazy.map { CChar(bitPattern: $0) })
      block.append(0)
      return place
    }
    return block.withUnsafeBufferPointer { block in
      let pointers = places.map { place in place.flatMap { block.baseAddress?.advanced(by: $0) } }
      return PQsendQueryParams(connection, sql, Int32(values.count), nil, pointers, nil, nil, 0) != 0
    }
  }

  /// Whether the statement can only end a transaction without effect.
  private static func isRollback(_ sql: String) -> Bool {
    // By bytes, and no further than needed: every statement comes this way.
    let text = sql.utf8.drop { $0 == 0x20 || (0x09...0x0D).contains($0) || $0 == UInt8(ascii: ";") }
    let word = text.prefix(8).map { $0 & 0xDF }
    guard word.elementsEqual("ROLLBACK".utf8) else { return false }
    guard let next = text.dropFirst(8).first else { return true }
    return next == 0x20 || (0x09...0x0D).contains(next) || next == UInt8(ascii: ";")
  }
}
