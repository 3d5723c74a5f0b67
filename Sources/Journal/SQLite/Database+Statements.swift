import Foundation
import GRDB

extension Database {
  /// The record that a query finds first, by a statement that is prepared once.
  func record<Record: Decodable & Sendable>(
    _ type: Record.Type, _ sql: String, _ arguments: StatementArguments, _ known: KnownRecords
  ) throws -> Record? {
    guard let text = try String.fetchOne(cachedStatement(sql: sql), arguments: arguments) else { return nil }
    return try StoredRecord.decode(type, text, known)
  }

  func records<Record: Decodable & Sendable>(
    _ type: Record.Type, _ sql: String, _ arguments: StatementArguments, _ known: KnownRecords
  ) throws -> [Record] {
    try String.fetchAll(cachedStatement(sql: sql), arguments: arguments).map {
      try StoredRecord.decode(type, $0, known)
    }
  }

  func run(_ sql: String, _ arguments: StatementArguments) throws {
    try cachedStatement(sql: sql).execute(arguments: arguments)
  }

  /// The blob that a query finds first.
  func bytes(_ sql: String, _ arguments: StatementArguments) throws -> [UInt8]? {
    try Data.fetchOne(cachedStatement(sql: sql), arguments: arguments).map { Array($0) }
  }
}

extension [UInt8] {
  /// The bytes as GRDB takes a blob.
  var data: Data { Data(self) }
}
