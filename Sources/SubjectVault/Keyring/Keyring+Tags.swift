public import ErasureDomain
import EvidenceLog
import Foundation
import GRDB

extension Keyring {
  /// A tag and the field it was made from.
  private struct FieldTag: Hashable {
    let field: String
    let tag: [UInt8]
  }

  /// Stores recognition tags of rows that are about to be erased. The values are hashed at once and not kept.
  ///
  /// Rows that were written before for the same request and system, in any epoch, are not written again; their expiry
  /// moves to the later day.
  ///
  /// A row's fields are `pk:<table>`, `<kind>:raw` and `<kind>:n1`; a row without fields is left out. `epoch` is the
  /// quarter of today, whose key is made when there is none; on the day `expires` the tags go.
  ///
  /// - Returns: How many tags stand for these rows now, whether written by this call or an earlier one.
  public func write(
    tags rows: [[(field: String, value: String)]], of system: SystemName, request: RequestReference, epoch: Epoch,
    erasedAt: UTCTime, expires: CivilDate
  ) async throws(VaultFailure) -> Int {
    guard rows.contains(where: { !$0.isEmpty }) else { return 0 }
    let (wrapping, random) = (store.wrapping, store.random)
    return try await store.write { db in
      var known = try Self.rows(of: system, request, db)
      var keys: [Epoch: [UInt8]] = [:]
      for earlier in known.keys {
        guard let key = try Self.key(of: earlier, wrapping, db) else { throw VaultFailure.damaged("epoch-key") }
        keys[earlier] = key
      }
      var standing: [[UInt8]: Int] = [:]
      for fields in rows where !fields.isEmpty {
        let matches = keys.lazy.compactMap { epoch, key in
          let tags = Self.tags(of: fields, system, key: key)
          return known[epoch]?[tags].map { (row: $0, tags: tags.count) }
        }
        if let (row, tags) = matches.first {
          try db.change("UPDATE tag SET expires = max(expires, ?) WHERE row = ?", [expires.description, Data(row)])
          standing[row] = tags
          continue
        }
        // Only now, so that a call that writes nothing leaves no key without tags.
        let key = try keys[epoch] ?? Self.makeKey(of: epoch, wrapping, random, db)
        keys[epoch] = key
        let row = random.bytes(16)
        let tags = Self.tags(of: fields, system, key: key)
        known[epoch, default: [:]][tags] = row
        standing[row] = tags.count
        for tag in tags {
          try db.change(
            """
            INSERT INTO tag (row, field, tag, system, epoch, request, erased_at, expires)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
              Data(row), tag.field, Data(tag.tag), system.description, epoch.description, request.text,
              erasedAt.description, expires.description,
            ])
        }
      }
      return standing.values.reduce(0, +)
    }
  }

  /// Erased rows that a row of a system matches, over all epochs that have a key.
  public func hits(
    system: SystemName, fields: [(field: String, value: String)]
  ) async throws(VaultFailure) -> [TagHit] {
    try await hits(system: system, rows: [fields]).first ?? []
  }

  /// The same for many rows at once, one list for each row in their order: what a scan after a restore uses.
  public func hits(
    system: SystemName, rows: [[(field: String, value: String)]]
  ) async throws(VaultFailure) -> [[TagHit]] {
    let wrapping = store.wrapping
    return try await store.read { db in
      let keys = try Self.epochs(db).compactMap { epoch in
        try Self.key(of: epoch, wrapping, db).map { (epoch: epoch, key: $0) }
      }
      return try rows.map { fields in
        try keys.flatMap { epoch, key in
          try Self.hits(Self.tags(of: fields, system, key: key), system, epoch, db)
        }
      }
    }
  }

  /// Whether anything that was erased in a system can still be recognised.
  public func hasTags(of system: SystemName) async throws(VaultFailure) -> Bool {
    try await store.read { db in
      try Bool.fetchOne(
        db, sql: "SELECT EXISTS (SELECT 1 FROM tag WHERE system = ?)", arguments: [system.description]) ?? false
    }
  }

  /// The requests for which something was erased in a system that can still be recognised, and when that began.
  public func erasures(
    in system: SystemName
  ) async throws(VaultFailure) -> [(request: RequestReference, erasedAt: UTCTime)] {
    try await store.read { db in
      let rows = try Row.fetchAll(
        db, sql: "SELECT request, MIN(erased_at) FROM tag WHERE system = ? GROUP BY request",
        arguments: [system.description])
      return try rows.map { row in
        guard let request = RequestReference(row[0] as String), let at = UTCTime(row[1] as String) else {
          throw VaultFailure.damaged("tag")
        }
        return (request: request, erasedAt: at)
      }
    }
  }

  /// Moves the expiry of a request's tags in a system to a later day; an earlier one changes nothing.
  ///
  /// - Returns: How many tags have a later expiry now.
  public func extend(
    tagsOf system: SystemName, request: RequestReference, expires: CivilDate
  ) async throws(VaultFailure) -> Int {
    let day = expires.description
    return try await store.write { db in
      try db.change(
        "UPDATE tag SET expires = ? WHERE request = ? AND system = ? AND expires < ?",
        [day, request.text, system.description, day])
    }
  }

  // MARK: Parts

  private static func tags(
    of fields: [(field: String, value: String)], _ system: SystemName, key: [UInt8]
  ) -> Set<FieldTag> {
    Set(
      fields.map { field, value in
        let tag = RestoreTag.compute(epochKey: key, system: system.description, field: field, value: value)
        return FieldTag(field: field, tag: tag)
      })
  }

  /// The rows of a request in a system, by epoch: their tags and the number that groups them.
  private static func rows(
    of system: SystemName, _ request: RequestReference, _ db: Database
  ) throws -> [Epoch: [Set<FieldTag>: [UInt8]]] {
    var tags: [Epoch: [[UInt8]: Set<FieldTag>]] = [:]
    let found = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT epoch, row, field, tag FROM tag WHERE request = ? AND system = ?"),
      arguments: [request.text, system.description])
    while let row = try found.next() {
      let (number, tag): (Data, Data) = (row[1], row[3])
      tags[try epoch(named: row[0]), default: [:]][Array(number), default: []]
        .insert(FieldTag(field: row[2], tag: Array(tag)))
    }
    return tags.mapValues { rows in
      Dictionary(rows.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
    }
  }

  private static func hits(
    _ tags: Set<FieldTag>, _ system: SystemName, _ epoch: Epoch, _ db: Database
  ) throws -> [TagHit] {
    var fields: [[UInt8]: Set<String>] = [:]
    var facts: [[UInt8]: (request: RequestReference, erasedAt: UTCTime, expires: CivilDate)] = [:]
    for tag in tags {
      let found = try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT row, request, erased_at, expires FROM tag
            WHERE tag = ? AND field = ? AND system = ? AND epoch = ?
            """),
        arguments: [Data(tag.tag), tag.field, system.description, epoch.description])
      for row in found {
        let number: Data = row[0]
        guard let request = RequestReference(row[1] as String), let erasedAt = UTCTime(row[2] as String),
          let expires = CivilDate(row[3] as String)
        else { throw VaultFailure.damaged("tag") }
        fields[Array(number), default: []].insert(tag.field)
        facts[Array(number)] = (request, erasedAt, expires)
      }
    }
    return facts.map { row, fact in
      let names = (fields[row] ?? []).sorted()
      let keys = names.count { $0.hasPrefix("pk:") }
      return TagHit(
        request: fact.request, row: row, fields: names,
        certainty: keys > 0 && keys < names.count ? .certain : .possible,
        erasedAt: fact.erasedAt, expires: fact.expires)
    }.sorted { ($0.request, Hex.encode($0.row)) < ($1.request, Hex.encode($1.row)) }
  }
}
