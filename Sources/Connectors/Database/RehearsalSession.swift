import Synchronization

/// Writes down statements instead of running them: every change changes one row, every look finds nothing.
final class RehearsalSession: DatabaseSession {
  private let seen = Mutex<[SQL]>([])

  /// The statements in their order.
  var statements: [SQL] { seen.withLock { $0 } }

  func execute(_ sql: SQL) throws -> Int {
    seen.withLock { $0.append(sql) }
    return 1
  }

  func rows(_ sql: SQL) throws -> [[String?]] {
    seen.withLock { $0.append(sql) }
    return []
  }

  func attempt<T>(_ body: () throws -> T) throws -> T { try body() }
}
