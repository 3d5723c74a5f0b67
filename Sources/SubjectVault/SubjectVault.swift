public import ErasureDomain
import Foundation
import GRDB

/// The room that holds a person while the request is open, and nothing afterwards (`vault.db`).
///
/// Each request has one random 256-bit data key, stored wrapped by the credential `vaultkey`; its items are sealed
/// under the data key and bound to the request and their name. A data key is opened for one call and then forgotten.
/// Files are for their owner alone (0600). Every call works off the cooperative pool and is durable when it returns.
public final class SubjectVault: Sendable {
  private let store: SecretStore

  /// Opens the vault or makes it, and finishes destructions that were cut off.
  ///
  /// When another process has the file open they stay unfinished until `destroy` or `finishDestructions` succeeds.
  ///
  /// - Parameters:
  ///   - path: Of `vault.db`; its folder exists.
  ///   - wrappingKey: The 32 bytes of the credential.
  ///   - random: A cryptographically secure source.
  /// - Throws: `.wrongKey` when the file was made with another key, and what opening a database can end in.
  public init(path: String, wrappingKey: [UInt8], random: any RandomSource) throws(VaultFailure) {
    store = try SecretStore(
      path: path, name: "vault", migrator: Self.migrator, wrappingKey: wrappingKey, random: random)
  }

  /// Makes the entry of a request: its data key, and no items. Throws `.exists` when there is one.
  public func create(_ request: RequestReference) async throws(VaultFailure) {
    let (wrapping, random) = (store.wrapping, store.random)
    try await store.write { db in
      guard try !Self.hasEntry(request, db) else { throw VaultFailure.exists(request) }
      let wrapped = try wrapping.seal(
        random.bytes(SealingKey.count), for: Self.keyContext(request), random: random)
      try db.change("INSERT INTO request_key (request, wrapped) VALUES (?, ?)", [request.text, Data(wrapped)])
    }
  }

  /// Stores an item, in the place of an older one of that name.
  ///
  /// Throws `.unknownRequest` without an entry, `.unavailable(item-too-large)` beyond `VaultItem.maximumBytes`.
  public func put(_ value: [UInt8], as item: VaultItem, of request: RequestReference) async throws(VaultFailure) {
    let (wrapping, random) = (store.wrapping, store.random)
    try await store.write { db in
      let key = try Self.dataKey(of: request, wrapping, db)
      try Self.seal(value, as: item, of: request, key, random, db)
    }
  }

  /// Puts in the place of an item what is made of it, of nil when the request has none of that name, and stores the others,
  /// in one transaction.
  ///
  /// Throws as `get` and `put` do.
  public func change(
    _ item: VaultItem, of request: RequestReference, with others: [VaultItem: [UInt8]],
    _ body: @escaping @Sendable ([UInt8]?) throws -> [UInt8]
  ) async throws(VaultFailure) {
    let (wrapping, random) = (store.wrapping, store.random)
    try await store.write { db in
      let key = try Self.dataKey(of: request, wrapping, db)
      for (other, value) in others { try Self.seal(value, as: other, of: request, key, random, db) }
      try Self.seal(try body(try Self.open(item, of: request, key, db)), as: item, of: request, key, random, db)
    }
  }

  /// The item, or nil when the request has none of that name.
  ///
  /// Throws `.unknownRequest` without an entry, `.damaged` when the bytes are not those that were put there.
  public func get(_ item: VaultItem, of request: RequestReference) async throws(VaultFailure) -> [UInt8]? {
    try await get([item], of: request)[item]
  }

  /// Those of the items that the request has, read at one time.
  ///
  /// Throws as `get(_:of:)` of one item does.
  public func get(
    _ items: [VaultItem], of request: RequestReference
  ) async throws(VaultFailure) -> [VaultItem: [UInt8]] {
    let wrapping = store.wrapping
    return try await store.read { db in
      let key = try Self.dataKey(of: request, wrapping, db)
      var values: [VaultItem: [UInt8]] = [:]
      for item in items { values[item] = try Self.open(item, of: request, key, db) }
      return values
    }
  }

  /// The names of the items of a request, in their order; none when it has no entry.
  public func items(of request: RequestReference) async throws(VaultFailure) -> [VaultItem] {
    try await store.read { db in
      try String.fetchAll(
        db, sql: "SELECT name FROM item WHERE request = ? ORDER BY name", arguments: [request.text]
      ).map(VaultItem.init(rawValue:))
    }
  }

  /// Removes one item; nothing happens when there is none. The request's key stays.
  public func remove(_ item: VaultItem, of request: RequestReference) async throws(VaultFailure) {
    _ = try await store.write { db in
      try db.change("DELETE FROM item WHERE request = ? AND name = ?", [request.text, item.rawValue])
    }
  }

  /// Whether the request has an entry.
  public func contains(_ request: RequestReference) async throws(VaultFailure) -> Bool {
    try await store.read { db in try Self.hasEntry(request, db) }
  }

  /// The requests that have an entry, in the order of their references.
  public func requests() async throws(VaultFailure) -> [RequestReference] {
    try await store.read { db in
      try String.fetchAll(db, sql: "SELECT request FROM request_key ORDER BY request").map { text in
        guard let request = RequestReference(text) else { throw VaultFailure.damaged("request-key") }
        return request
      }
    }
  }

  /// HMAC-SHA256 under a key that is derived (HKDF-SHA256) from the request's data key for this purpose.
  ///
  /// When the entry is destroyed nobody can compute it again, so it may stand in the log.
  public func hmac(
    _ bytes: [UInt8], of request: RequestReference, purpose: String
  ) async throws(VaultFailure) -> [UInt8] {
    let wrapping = store.wrapping
    return try await store.read { db in
      try Self.dataKey(of: request, wrapping, db).hmac(bytes, purpose: purpose)
    }
  }

  /// HMAC-SHA256 under a key that is derived (HKDF-SHA256) from the vault's own key for this purpose.
  ///
  /// The same as long as the vault has that key; who lacks the key cannot try values.
  public func hmac(_ bytes: [UInt8], purpose: String) -> [UInt8] { store.wrapping.hmac(bytes, purpose: purpose) }

  /// Deletes everything of a request, and returns when no file of the vault holds any of it.
  ///
  /// - Returns: How many rows went, the key among them; 0 when there was no entry.
  /// - Throws: `.busy` while another connection has the file open: then the entry is gone but copies of its bytes are
  ///   not. Calling again finishes, and returns 0.
  public func destroy(_ request: RequestReference) async throws(VaultFailure) -> Int {
    try await store.destroy { db in
      let rows =
        try db.change("DELETE FROM item WHERE request = ?", [request.text])
        + db.change("DELETE FROM request_key WHERE request = ?", [request.text])
      return (result: rows, deleted: rows > 0)
    }
  }

  /// Finishes destructions that a crash or a reader elsewhere cut off. Throws `.busy` while there is one.
  public func finishDestructions() async throws(VaultFailure) {
    try await store.finishDestructions()
  }

  /// Closes the file. No call may follow.
  public func close() { store.close() }

  // MARK: Parts

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("vault-1") { db in
      try db.execute(
        sql: """
          CREATE TABLE request_key (request TEXT PRIMARY KEY, wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID;
          CREATE TABLE item (
            request TEXT NOT NULL REFERENCES request_key (request), name TEXT NOT NULL, box BLOB NOT NULL,
            PRIMARY KEY (request, name)
          ) STRICT, WITHOUT ROWID;
          """)
    }
    return migrator
  }

  private static func keyContext(_ request: RequestReference) -> SealingContext {
    SealingContext("vault-key", request.text)
  }

  private static func itemContext(_ item: VaultItem, _ request: RequestReference) -> SealingContext {
    SealingContext("vault-item", request.text, item.rawValue)
  }

  private static func hasEntry(_ request: RequestReference, _ db: Database) throws -> Bool {
    try db.bytes("SELECT wrapped FROM request_key WHERE request = ?", [request.text]) != nil
  }

  private static func open(
    _ item: VaultItem, of request: RequestReference, _ key: SealingKey, _ db: Database
  ) throws -> [UInt8]? {
    let sql = "SELECT box FROM item WHERE request = ? AND name = ?"
    guard let box = try db.bytes(sql, [request.text, item.rawValue]) else { return nil }
    guard let value = key.open(box, for: itemContext(item, request)) else { throw VaultFailure.damaged(item.rawValue) }
    return value
  }

  private static func seal(
    _ value: [UInt8], as item: VaultItem, of request: RequestReference, _ key: SealingKey, _ random: any RandomSource,
    _ db: Database
  ) throws {
    guard value.count <= VaultItem.maximumBytes else { throw VaultFailure.unavailable(FailureCode("item-too-large")) }
    let box = try key.seal(value, for: itemContext(item, request), random: random)
    try db.change(
      """
      INSERT INTO item (request, name, box) VALUES (?, ?, ?)
      ON CONFLICT (request, name) DO UPDATE SET box = excluded.box
      """, [request.text, item.rawValue, Data(box)])
  }

  /// Opened for one call, on the thread of the database.
  private static func dataKey(
    of request: RequestReference, _ wrapping: SealingKey, _ db: Database
  ) throws -> SealingKey {
    guard let wrapped = try db.bytes("SELECT wrapped FROM request_key WHERE request = ?", [request.text]) else {
      throw VaultFailure.unknownRequest(request)
    }
    guard let key = wrapping.open(wrapped, for: keyContext(request)).flatMap(SealingKey.init) else {
      throw VaultFailure.damaged("request-key")
    }
    return key
  }
}
