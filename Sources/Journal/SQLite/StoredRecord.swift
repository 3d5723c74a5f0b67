import ErasureDomain
import GRDB

/// A record as it stands in its table: the text of its canonical JSON.
enum StoredRecord {
  static func text(_ record: some Encodable) throws -> String {
    String(decoding: try CanonicalJSON.encode(record), as: UTF8.self)
  }

  /// The same, of a record that is read again soon.
  static func text(_ record: some Encodable & Sendable, _ known: KnownRecords) throws -> String {
    let text = try text(record)
    known.keep(record, as: text)
    return text
  }

  /// A table that cannot be read is damage, not a refusal.
  static func decode<Record: Decodable & Sendable>(
    _ type: Record.Type, _ text: String, _ known: KnownRecords
  ) throws -> Record {
    if let record = known.record(type, text) { return record }
    let record: Record
    do {
      record = try CanonicalJSON.decode(type, from: Array(text.utf8))
    } catch {
      throw JournalFailure.corrupt(at: nil)
    }
    known.keep(record, as: text)
    return record
  }
}
