public import ErasureDomain
import Foundation
import GRDB

/// What recognition after closing needs, and no more (`keyring.db`): recognition tags, the sealed row keys of
/// follow-ups, and the epoch keys both are under, each with an end.
///
/// An epoch key is 32 random bytes, made on first use and stored wrapped by the credential `vaultkey`. Without it a tag
/// is noise and a sealed row key cannot be opened, so destroying it shreds every stray copy. Files are for their owner
/// alone (0600). Every call works off the cooperative pool and is durable when it returns.
public final class Keyring: Sendable {
  /// The most bytes of sealed row keys of one job: 16 MiB.
  public static let maximumSealedBytes = 16 * 1_024 * 1_024

  let store: SecretStore

  /// Opens the keyring or makes it, and finishes destructions that were cut off.
  ///
  /// When another process has the file open they stay unfinished until `expire` or `finishDestructions` succeeds.
  ///
  /// - Parameters:
  ///   - path: Of `keyring.db`; its folder exists.
  ///   - wrappingKey: The 32 bytes of the credential.
  ///   - random: A cryptographically secure source.
  /// - Throws: `.wrongKey` when the file was made with another key, and what opening a database can end in.
  public init(path: String, wrappingKey: [UInt8], random: any RandomSource) throws(VaultFailure) {
    store = try SecretStore(
      path: path, name: "keyring", migrator: Self.migrator, wrappingKey: wrappingKey, random: random)
  }

  /// How much the keyring holds.
  public func counts() async throws(VaultFailure) -> KeyringCounts {
    try await store.read { db in
      KeyringCounts(
        tags: try Int.fetchOne(db, sql: "SELECT count(*) FROM tag") ?? 0,
        sealedJobs: try Int.fetchOne(db, sql: "SELECT count(*) FROM sealed") ?? 0,
        epochs: try Self.epochs(db),
        lastExpiry: try String.fetchOne(db, sql: "SELECT max(expires) FROM tag").flatMap { CivilDate($0) })
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
    migrator.registerMigration("keyring-1") { db in
      try db.execute(sql: tables)
    }
    migrator.registerMigration("keyring-2-do-not-contact") { db in
      try db.execute(sql: doNotContactTables)
    }
    return migrator
  }

  /// `row` is a random number that groups the tags of one row. `expired` keeps what went until it has been told.
  private static let tables = """
    CREATE TABLE epoch_key (epoch TEXT PRIMARY KEY, wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE tag (
      row BLOB NOT NULL, field TEXT NOT NULL, tag BLOB NOT NULL, system TEXT NOT NULL,
      epoch TEXT NOT NULL REFERENCES epoch_key (epoch), request TEXT NOT NULL, erased_at TEXT NOT NULL,
      expires TEXT NOT NULL, PRIMARY KEY (row, field, tag)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX tag_value ON tag (tag);
    CREATE INDEX tag_request ON tag (request, system);
    CREATE INDEX tag_expires ON tag (expires);
    CREATE INDEX tag_epoch ON tag (epoch);
    CREATE TABLE sealed (
      job TEXT PRIMARY KEY, epoch TEXT NOT NULL REFERENCES epoch_key (epoch), box BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sealed_epoch ON sealed (epoch);
    CREATE TABLE expired (tags INTEGER NOT NULL, epoch TEXT) STRICT;
    """

  private static func context(_ epoch: Epoch) -> SealingContext {
    SealingContext("epoch-key", epoch.description)
  }

  /// The epochs that have a key, the earliest first.
  static func epochs(_ db: Database) throws -> [Epoch] {
    try String.fetchAll(db, sql: "SELECT epoch FROM epoch_key ORDER BY epoch").map(epoch(named:))
  }

  static func epoch(named text: String) throws -> Epoch {
    guard let epoch = Epoch(text) else { throw VaultFailure.damaged("epoch-key") }
    return epoch
  }

  /// The 32 bytes of an epoch's key; nil when it has none. For one call, on the thread of the database.
  static func key(of epoch: Epoch, _ wrapping: SealingKey, _ db: Database) throws -> [UInt8]? {
    let sql = "SELECT wrapped FROM epoch_key WHERE epoch = ?"
    guard let wrapped = try db.bytes(sql, [epoch.description]) else { return nil }
    guard let key = wrapping.open(wrapped, for: context(epoch)), key.count == SealingKey.count else {
      throw VaultFailure.damaged("epoch-key")
    }
    return key
  }

  /// The key of an epoch, made now when there is none.
  static func makeKey(
    of epoch: Epoch, _ wrapping: SealingKey, _ random: any RandomSource, _ db: Database
  ) throws -> [UInt8] {
    if let key = try key(of: epoch, wrapping, db) { return key }
    let key = random.bytes(SealingKey.count)
    let wrapped = try wrapping.seal(key, for: context(epoch), random: random)
    try db.change("INSERT INTO epoch_key (epoch, wrapped) VALUES (?, ?)", [epoch.description, Data(wrapped)])
    return key
  }
}
