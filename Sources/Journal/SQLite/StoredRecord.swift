import ErasureDomain
import GRDB

/// A record as it stands in its table: the text of its canonical JSON.
enum StoredRecord {
  static func text(_ record: some Encodable) throws -> String {
    String(decoding: try CanonicalJSON.encode(record), as: UTF8.self)
  }

  /// A table that cannot be read is damage, not a refusal.
  static func decode<Record: Decodable>(_ type: Record.Type, _ text: String) throws -> Record {
    do {
      return try CanonicalJSON.decode(type, from: Array(text.utf8))
    } catch {
      throw JournalFailure.corrupt(at: nil)
    }
  }
}
