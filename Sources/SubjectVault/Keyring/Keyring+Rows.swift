public import ErasureDomain
import Foundation
import GRDB

extension Keyring {
  /// Seals the keys of the rows that a follow-up job will erase, in the place of older ones of that job.
  ///
  /// They can be opened while the key of `epoch` exists, which goes when nothing is left under it. Throws
  /// `.unavailable(rows-too-large)` beyond `maximumSealedBytes`.
  public func seal(
    _ bytes: [UInt8], rowsOf job: JobReference, dueIn epoch: Epoch
  ) async throws(VaultFailure) {
    guard bytes.count <= Self.maximumSealedBytes else { throw .unavailable(FailureCode("rows-too-large")) }
    let (wrapping, random) = (store.wrapping, store.random)
    try await store.write { db in
      let bytesOfKey = try Self.makeKey(of: epoch, wrapping, random, db)
      guard let key = SealingKey(bytesOfKey) else { throw VaultFailure.damaged("epoch-key") }
      let box = try key.seal(bytes, for: Self.context(job, epoch), random: random)
      try db.change(
        """
        INSERT INTO sealed (job, epoch, box) VALUES (?, ?, ?)
        ON CONFLICT (job) DO UPDATE SET epoch = excluded.epoch, box = excluded.box
        """, [job.text, epoch.description, Data(box)])
    }
  }

  /// The bytes that were sealed for a job; nil when it has none. Throws `.damaged` when they cannot be opened.
  public func rows(of job: JobReference) async throws(VaultFailure) -> [UInt8]? {
    let wrapping = store.wrapping
    return try await store.read { db in
      let statement = try db.cachedStatement(sql: "SELECT epoch, box FROM sealed WHERE job = ?")
      guard let row = try Row.fetchOne(statement, arguments: [job.text]) else { return nil }
      let epoch = try Self.epoch(named: row[0])
      let box: Data = row[1]
      guard let key = try Self.key(of: epoch, wrapping, db).flatMap(SealingKey.init),
        let bytes = key.open(Array(box), for: Self.context(job, epoch))
      else { throw VaultFailure.damaged("sealed-rows/\(job)") }
      return bytes
    }
  }

  /// Removes the sealed row keys of a settled job; nothing happens when there are none.
  ///
  /// A reader elsewhere does not fail this: what the files still hold then goes with the next `expire`, which insists.
  public func removeRows(of job: JobReference) async throws(VaultFailure) {
    do {
      try await store.destroy { db in
        let rows = try db.change("DELETE FROM sealed WHERE job = ?", [job.text])
        return (result: (), deleted: rows > 0)
      }
    } catch {
      // `.busy` before the deletion (another writer) leaves the rows, and the caller must know.
      guard error == .busy, try await rows(of: job) == nil else { throw error }
    }
  }

  private static func context(_ job: JobReference, _ epoch: Epoch) -> SealingContext {
    SealingContext("sealed-rows", job.text, epoch.description)
  }
}
