import Foundation
import GRDB

/// What may be left of a person with us: identifiers in the clear, and the sealed bytes that the vault held.
struct PersonRemains {
  var search: PersonSearch
  var sealed: [[UInt8]]

  /// Everything that the daemon keeps or publishes.
  static func files(of site: Installation) throws -> [String: [UInt8]] {
    try PersonSearch.files(below: ["state", "evidence", "daemon.log"].map { site.path($0) })
  }

  /// Where something is left, in words.
  func found(in site: Installation) throws -> [String] { found(in: try Self.files(of: site)) }

  func found(in files: [String: [UInt8]]) -> [String] {
    search.hits(in: files).map(\.description)
      + files.flatMap { name, bytes in
        // The beginning of a sealed string is as random as the rest, and one page of a file may hold only that.
        PersonSearch.found(sealed.map { Array($0.prefix(32)) }, in: bytes).map { "\(name): sealed string \($0 + 1)" }
      }
  }
}

extension Installation {
  /// What the vault holds of requests, wrapped keys and sealed items, read from a copy of its files.
  func sealedInVault() throws -> [[UInt8]] {
    let copy = beside("vault")
    try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
    for name in ["vault.db", "vault.db-wal"] where FileManager.default.fileExists(atPath: path("state/" + name)) {
      try FileManager.default.copyItem(atPath: path("state/" + name), toPath: copy + "/" + name)
    }
    let database = try DatabaseQueue(path: copy + "/vault.db")
    let sealed = try database.read { db in
      try ["SELECT wrapped FROM request_key", "SELECT box FROM item"].flatMap { query in
        try Data.fetchAll(db, sql: query).map { Array($0) }
      }
    }
    try database.close()
    return sealed
  }
}
