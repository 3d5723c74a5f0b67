import ConnectorKit
import Connectors
import ErasureDomain
import Foundation
import GRDB
import TestKit

/// A database in a folder of its own, which goes when the value does.
final class SQLiteWorld: Sendable {
  struct NoSecrets: SecretSource {
    func secret(_ name: String) -> [UInt8]? { nil }
  }

  static let system = SystemName("shop") ?? noName
  private static var noName: SystemName { preconditionFailure("shop is a name") }
  static let fiscal = RetentionRule(
    id: "nl-fiscal-7y", country: "nl", period: .years(7), start: .endOfCalendarYear, citation: "art. 52(4) AWR",
    validFrom: CivilDate(daysSince1970: 0), reviewer: "a test")

  let folder: String
  var path: String { folder + "/shop.db" }

  init(_ sql: String = "") throws {
    folder = NSTemporaryDirectory() + "expunge-sqlite-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    if !sql.isEmpty { try run(sql) }
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// A connection of the application's own: no foreign keys, as SQLite's default is.
  func open(foreignKeys: Bool = false) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = foreignKeys
    configuration.allowsUnsafeTransactions = true
    configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA synchronous = OFF") }
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  func run(_ sql: String) throws {
    let queue = try open()
    try queue.writeWithoutTransaction { db in try db.execute(sql: sql) }
    try queue.close()
  }

  func number(_ sql: String) throws -> Int {
    let queue = try open()
    let number = try queue.writeWithoutTransaction { db in try Int.fetchOne(db, sql: sql) ?? -1 }
    try queue.close()
    return number
  }

  func texts(_ sql: String) throws -> [String] {
    let queue = try open()
    let texts = try queue.writeWithoutTransaction { db in try String.fetchAll(db, sql: sql) }
    try queue.close()
    return texts
  }

  /// Every row of every table, each value as SQL writes it, sorted; without the rows `isLeft` says yes to.
  func dump(without isLeft: (_ table: String, _ row: Row) -> Bool = { _, _ in false }) throws -> [String: [String]] {
    let queue = try open()
    defer { try? queue.close() }
    return try queue.writeWithoutTransaction { db in
      var dump: [String: [String]] = [:]
      let tables = try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
      for table in tables {
        let name = "\"" + table.replacing("\"", with: "\"\"") + "\""
        dump[table] = try Row.fetchAll(db, sql: "SELECT * FROM \(name)").filter { !isLeft(table, $0) }.map(Self.text)
          .sorted()
      }
      return dump
    }
  }

  static func text(_ row: Row) -> String {
    row.map { "\($0)=\($1.storage.typeName):\($1)" }.joined(separator: "|")
  }

  /// Whether some file of the database holds these bytes.
  func filesContain(_ text: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter { name in
      let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
      return bytes.range(of: Data(text.utf8)) != nil
    }
  }

  func context(
    _ datasets: [DatasetRecord], blockers: [Blocker] = [], clock: ManualClock = ManualClock(),
    random: any RandomSource = SeededRandom(), settings: CanonicalJSON? = nil,
    rules: [RetentionRule] = [SQLiteWorld.fiscal]
  ) throws -> ConnectorContext {
    let record = SystemRecord(
      system: Self.system, title: "Shop", role: .own, owner: "sales", subjects: [.customer],
      connector: "sqlite", settings: settings ?? .object(["file": .string("shop.db")]), identifiers: [],
      datasets: datasets, blockers: blockers, copies: [], concurrency: 1)
    return ConnectorContext(
      record: record, retention: Dictionary(uniqueKeysWithValues: rules.map { ($0.id, $0) }), clock: clock,
      random: random, folder: folder,
      copiesOf: [], secrets: NoSecrets())
  }

  func connector(
    _ datasets: [DatasetRecord], blockers: [Blocker] = [], rules: [RetentionRule] = [SQLiteWorld.fiscal],
    clock: ManualClock = ManualClock(), random: any RandomSource = SeededRandom()
  ) throws -> SQLiteConnector {
    try SQLiteConnector(
      settings: SQLiteSettings(file: "shop.db"),
      context: context(datasets, blockers: blockers, clock: clock, random: random, rules: rules))
  }
}

extension SQLiteWorld {
  static func email(_ value: String) -> SubjectIdentifier { SubjectIdentifier(kind: .email, value: value) }
  static func number(_ value: String) -> SubjectIdentifier {
    SubjectIdentifier(kind: IdentifierKind(rawValue: "customer-no"), value: value)
  }
}

struct SQLiteTestProblem: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

extension DatabaseValue.Storage {
  /// Tells values apart that print alike.
  var typeName: String {
    switch self {
    case .null: "null"
    case .int64: "integer"
    case .double: "real"
    case .string: "text"
    case .blob: "blob"
    }
  }
}

extension DatasetRecord {
  /// A dataset with short words.
  static func sqlite(
    _ name: String, table: String? = nil, find: [(String, String)] = [], compare: ColumnComparison? = nil,
    suffices: [String] = [],
    yields: [(String, String)] = [], review: [String] = [], belongsTo: [(String, [(String, String)])] = [],
    _ treatment: Treatment = .delete
  ) -> DatasetRecord {
    DatasetRecord(
      name: name, table: table ?? name,
      find: find.map { IdentifiedColumn(kind: IdentifierKind(rawValue: $0.0), column: $0.1, compare: compare) },
      suffices: suffices.map { IdentifierKind(rawValue: $0) },
      yields: yields.map { IdentifiedColumn(kind: IdentifierKind(rawValue: $0.0), column: $0.1) }, review: review,
      belongsTo: belongsTo.map { parent, pairs in
        Belonging(dataset: parent, columns: pairs.map { Belonging.Pair(child: $0.0, parent: $0.1) })
      }, treatment: treatment)
  }
}

/// The failure a call ends with; nothing when it ends well.
func sqliteFailure(of call: () async throws -> Void) async throws -> ConnectorFailure? {
  do {
    try await call()
    return nil
  } catch let failure as ConnectorFailure {
    return failure
  }
}
