public import ErasureDomain
import GRDB

extension Keyring {
  /// Deletes the tags whose expiry is reached, then the keys of epochs under which nothing is left, and returns when no
  /// file of the keyring holds any of them.
  ///
  /// - Returns: What went since the last call that returned: when one threw `.busy` or was cut off, the next tells what
  ///   that one deleted.
  /// - Throws: `.busy` while another connection has the file open; the rows are gone, calling again finishes.
  public func expire(on day: CivilDate) async throws(VaultFailure) -> (tags: Int, epochs: [Epoch]) {
    try await store.destroy { db in
      let tags = try db.change("DELETE FROM tag WHERE expires <= ?", [day.description])
      let epochs = try String.fetchAll(
        db,
        sql: """
          SELECT epoch FROM epoch_key
          WHERE epoch NOT IN (SELECT epoch FROM tag) AND epoch NOT IN (SELECT epoch FROM sealed)
          """)
      for epoch in epochs {
        try db.change("DELETE FROM epoch_key WHERE epoch = ?", [epoch])
        try db.change("INSERT INTO expired (tags, epoch) VALUES (0, ?)", [epoch])
      }
      if tags > 0 { try db.change("INSERT INTO expired (tags, epoch) VALUES (?, NULL)", [tags]) }
      return (result: (), deleted: tags > 0 || !epochs.isEmpty)
    }
    return try await store.write { db in
      let tags = try Int.fetchOne(db, sql: "SELECT sum(tags) FROM expired") ?? 0
      let epochs = try String.fetchAll(
        db, sql: "SELECT DISTINCT epoch FROM expired WHERE epoch IS NOT NULL ORDER BY epoch"
      ).map(Self.epoch(named:))
      if tags > 0 || !epochs.isEmpty { try db.execute(sql: "DELETE FROM expired") }
      return (tags: tags, epochs: epochs)
    }
  }
}
