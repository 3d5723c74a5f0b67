public import ErasureDomain
public import EvidenceLog
import Foundation
import GRDB

// Who must not be contacted for marketing: tags under a key of their own, without request, system or day of entry.
extension Keyring {
  /// One address in its normalised form.
  public typealias Address = (field: DoNotContactTag.Field, value: String)

  static let doNotContactTables = """
    CREATE TABLE do_not_contact_key (one INTEGER PRIMARY KEY CHECK (one = 1), wrapped BLOB NOT NULL) STRICT;
    CREATE TABLE do_not_contact (tag BLOB PRIMARY KEY, expires TEXT) STRICT, WITHOUT ROWID;
    """

  /// Puts addresses on the list, until the day `expires`, for ever without one; one that is there gets the later end. The
  /// key is made when there is none.
  public func keepFromContact(_ addresses: [Address], expires: CivilDate?) async throws(VaultFailure) {
    guard !addresses.isEmpty else { return }
    let (wrapping, random) = (store.wrapping, store.random)
    try await store.write { db in
      let key = try Self.listKey(wrapping, db) ?? Self.makeListKey(wrapping, random, db)
      for address in addresses {
        let tag = Data(DoNotContactTag.compute(key: key, field: address.field, value: address.value))
        try db.change(
          """
          INSERT INTO do_not_contact (tag, expires) VALUES (?, ?)
          ON CONFLICT (tag) DO UPDATE SET
            expires = CASE WHEN expires IS NULL OR excluded.expires IS NULL THEN NULL ELSE max(expires, excluded.expires) END
          """, [tag, expires?.description])
      }
    }
  }

  /// Which of these are on the list, one answer each in their order.
  public func mustNotBeContacted(_ addresses: [Address]) async throws(VaultFailure) -> [Bool] {
    let wrapping = store.wrapping
    return try await store.read { db in
      guard let key = try Self.listKey(wrapping, db) else { return addresses.map { _ in false } }
      return try addresses.map { address in
        let tag = Data(DoNotContactTag.compute(key: key, field: address.field, value: address.value))
        return try Bool.fetchOne(
          db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM do_not_contact WHERE tag = ?)"), arguments: [tag])
          ?? false
      }
    }
  }

  /// Takes an address off the list; whether it was there.
  public func allowContact(_ address: Address) async throws(VaultFailure) -> Bool {
    let wrapping = store.wrapping
    var found = false
    let known = try await mustNotBeContacted([address])
    found = known.first ?? false
    guard found else { return false }
    try await store.destroy { db in
      guard let key = try Self.listKey(wrapping, db) else { return (result: (), deleted: false) }
      let tag = Data(DoNotContactTag.compute(key: key, field: address.field, value: address.value))
      let deleted = try db.change("DELETE FROM do_not_contact WHERE tag = ?", [tag])
      return (result: (), deleted: deleted > 0)
    }
    return found
  }

  /// Takes off what has reached its end, and says how many are left.
  public func expireDoNotContact(on day: CivilDate) async throws(VaultFailure) -> Int {
    try await store.destroy { db in
      let deleted = try db.change("DELETE FROM do_not_contact WHERE expires <= ?", [day.description])
      return (result: (), deleted: deleted > 0)
    }
    return try await store.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM do_not_contact") ?? 0 }
  }

  /// The list is switched off: tags and key go, and with the key every stray copy is noise.
  ///
  /// - Returns: Whether there was one.
  public func destroyDoNotContact() async throws(VaultFailure) -> Bool {
    let had = try await store.read { db in
      try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM do_not_contact_key)") ?? false
    }
    guard had else { return false }
    try await store.destroy { db in
      try db.change("DELETE FROM do_not_contact", [])
      let deleted = try db.change("DELETE FROM do_not_contact_key", [])
      return (result: (), deleted: deleted > 0)
    }
    return true
  }

  private static var listContext: SealingContext { SealingContext("do-not-contact-key", "1") }

  private static func listKey(_ wrapping: SealingKey, _ db: Database) throws -> [UInt8]? {
    guard let wrapped = try db.bytes("SELECT wrapped FROM do_not_contact_key WHERE one = ?", [1]) else { return nil }
    guard let key = wrapping.open(wrapped, for: listContext), key.count == SealingKey.count else {
      throw VaultFailure.damaged("do-not-contact-key")
    }
    return key
  }

  private static func makeListKey(
    _ wrapping: SealingKey, _ random: any RandomSource, _ db: Database
  ) throws -> [UInt8] {
    let key = random.bytes(SealingKey.count)
    let wrapped = try wrapping.seal(key, for: listContext, random: random)
    try db.change("INSERT INTO do_not_contact_key (one, wrapped) VALUES (1, ?)", [Data(wrapped)])
    return key
  }
}
