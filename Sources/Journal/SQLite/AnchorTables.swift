import ErasureDomain
import EvidenceLog
import Foundation
import GRDB

/// The tables of what witnesses and time-stamping authorities said.
enum AnchorTables {
  static func write(_ anchor: CheckpointAnchor, in db: Database) throws {
    switch anchor {
    case .cosignature(let size, let witness, let line):
      try db.run(
        "INSERT INTO cosignature (size, witness, line) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [Int64(clamping: size), witness, line])
    case .timeStamp(let size, let stamp):
      let authorities = ContentDigest(hashing: stamp.authorities).bytes.data
      try db.run(
        "INSERT INTO stamp_authorities (digest, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [authorities, stamp.authorities.data])
      try db.run(
        """
        INSERT INTO time_stamp (size, imprint, reply, authorities) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
        """, [Int64(clamping: size), stamp.imprint.bytes.data, stamp.reply.data, authorities])
    }
  }

  static func holds(_ anchor: CheckpointAnchor, in db: Database) throws -> Bool {
    switch anchor {
    case .cosignature(let size, let witness, let line):
      try cosignatures(of: size, in: db).contains { $0.witness == witness && $0.line == line }
    case .timeStamp(let size, let stamp): try timeStamp(of: size, imprint: stamp.imprint, in: db) != nil
    }
  }

  static func cosignatures(of size: UInt64, in db: Database) throws -> [(witness: String, line: String)] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT witness, line FROM cosignature WHERE size = ? ORDER BY witness, line"),
      arguments: [Int64(clamping: size)]
    ).map { (witness: $0[0], line: $0[1]) }
  }

  static func newestCosigned(by witness: String, in db: Database) throws -> UInt64? {
    try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT max(size) FROM cosignature WHERE witness = ?"), arguments: [witness]
    ).map { UInt64(clamping: $0) }
  }

  static func timeStamp(of size: UInt64, imprint: ContentDigest, in db: Database) throws -> StoredTimeStamp? {
    try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT reply, coalesce(bytes, authorities) FROM time_stamp LEFT JOIN stamp_authorities ON digest = authorities
          WHERE size = ? AND imprint = ?
          """),
      arguments: [Int64(clamping: size), imprint.bytes.data]
    ).map {
      StoredTimeStamp(imprint: imprint, reply: Array($0[0] as Data), authorities: Array($0[1] as Data))
    }
  }
}
