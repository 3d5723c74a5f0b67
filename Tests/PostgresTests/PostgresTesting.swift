import Postgres
import PostgresTestKit
import Testing

/// The error of PostgreSQL that a call ends with; a test that gets another or none fails.
func postgresError<T>(_ call: () async throws -> T) async throws -> PostgresError {
  try #require(await #expect(throws: PostgresError.self) { _ = try await call() })
}

/// What opening a target ends with.
func refusal(of target: PostgresTarget) async throws -> PostgresError {
  try await postgresError { await (try PostgresConnection.open(target)).close() }
}

extension PostgresTarget {
  /// The same target with one parameter changed, or without it.
  func with(_ keyword: String, _ value: String?) -> PostgresTarget {
    var target = self
    target.parameters.removeAll { $0.0 == keyword }
    if let value { target.parameters.append((keyword, value)) }
    return target
  }

  /// The same target with run-time settings.
  func setting(_ name: String, _ value: String) -> PostgresTarget {
    var target = self
    target.settings.append((name, value))
    return target
  }
}

extension PostgresConnection {
  /// The one value that a query answers with.
  func value(_ sql: String) async throws -> String? {
    try await perform { session in try session.rows(sql)[0][0] }
  }
}
