import CPostgres
import Glibc

/// Sends recorded statements with nothing but libpq: no threads, no cancelling, no reading of answers but for errors.
final class BareLoop {
  private let connection: OpaquePointer
  /// Seconds in which the loop had nothing to do but to wait for the server.
  private(set) var waited = 0.0

  init(_ login: String) throws {
    guard let connection = PQconnectdb(login) else { throw BenchProblem("no memory") }
    self.connection = connection
    guard PQstatus(connection) == CONNECTION_OK else {
      throw BenchProblem("bare loop: \(String(cString: PQerrorMessage(connection)))")
    }
  }

  deinit { PQfinish(connection) }

  func run(_ statement: RecordedStatement) throws {
    let values = statement.values.map { $0.map { strdup($0) } ?? nil }
    defer { for value in values { free(value) } }
    let pointers = values.map { UnsafePointer($0) }
    guard PQsendQueryParams(connection, statement.sql, Int32(values.count), nil, pointers, nil, nil, 0) != 0 else {
      throw BenchProblem("bare loop: not sent")
    }
    let start = Self.now
    var socket = pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0)
    poll(&socket, 1, -1)
    waited += Self.now - start
    while let result = PQgetResult(connection) {
      defer { PQclear(result) }
      guard [PGRES_COMMAND_OK, PGRES_TUPLES_OK].contains(PQresultStatus(result)) else {
        throw BenchProblem("bare loop: \(String(cString: PQresultErrorMessage(result))) \(statement.sql)")
      }
    }
  }

  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
