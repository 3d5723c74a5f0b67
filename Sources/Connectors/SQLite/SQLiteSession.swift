import ConnectorKit
import ErasureDomain
import Foundation
import GRDB

/// One connection of SQLite as the selection uses it.
struct SQLiteSession: DatabaseSession {
  let db: Database

  /// Adds the functions that `SQLiteDialect` writes into statements.
  init(_ db: Database, random: any RandomSource) {
    self.db = db
    db.add(function: DatabaseFunction("expunge_text", argumentCount: 1, pure: true) { Self.text(of: $0[0]) })
    db.add(
      function: DatabaseFunction("expunge_value", argumentCount: 1, pure: true) { values in
        String.fromDatabaseValue(values[0]).flatMap(Self.value)
      })
    db.add(
      function: DatabaseFunction("expunge_random", argumentCount: 1) { values in
        let isNumber = Int.fromDatabaseValue(values[0]) == 1
        guard isNumber else { return Hex.encode(random.bytes(16)) }
        // 52 bits: exact in every column type, and never zero.
        return -1 - random.bytes(8).reduce(Int64(0)) { ($0 << 8 | Int64($1)) & 0xF_FFFF_FFFF_FFFF }
      })
  }

  func execute(_ sql: SQL) throws -> Int {
    let (text, values) = sql.rendered { "?\($0)" }
    try db.cachedStatement(sql: text).execute(arguments: StatementArguments(values))
    return db.changesCount
  }

  func rows(_ sql: SQL) throws -> [[String?]] {
    let (text, values) = sql.rendered { "?\($0)" }
    let rows = try Row.fetchCursor(db.cachedStatement(sql: text), arguments: StatementArguments(values))
    var found: [[String?]] = []
    while let row = try rows.next() { found.append(row.databaseValues.map(Self.cell)) }
    return found
  }

  /// A statement that fails takes back its own changes and no others.
  func attempt<T>(_ body: () throws -> T) throws -> T { try body() }

  private static func cell(_ value: DatabaseValue) -> String? {
    switch value.storage {
    case .null: nil
    case .int64(let number): String(number)
    case .double(let number): String(number)
    case .string(let text): text
    case .blob(let bytes): "x'" + Hex.encode(Array(bytes)) + "'"
    }
  }

  // MARK: Values as exact texts: a letter for the type, and the value

  private static func text(of value: DatabaseValue) -> String? {
    switch value.storage {
    case .null: nil
    case .int64(let number): "i\(number)"
    case .double(let number): "r\(number.bitPattern)"
    case .string(let text): "t\(text)"
    case .blob(let bytes): "b" + Hex.encode(Array(bytes))
    }
  }

  private static func value(_ text: String) -> (any DatabaseValueConvertible)? {
    let rest = String(text.dropFirst())
    return switch text.first {
    case "i": Int64(rest)
    case "r": UInt64(rest).map { Double(bitPattern: $0) }
    case "t": rest
    case "b": Hex.decode(rest).map { Data($0) }
    default: nil
    }
  }
}
