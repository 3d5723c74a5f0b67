import ErasureDomain
import Foundation
import GRDB
import SubjectVault
import Testing
import TestKit

/// A folder for one test with a vault and a keyring in it; it goes with the test.
final class StoreFolder: Sendable {
  let url: URL
  static let wrappingKey = [UInt8](repeating: 0x57, count: 32)

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("subject-vault-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    do { try FileManager.default.removeItem(at: url) } catch { print("left behind: \(url.lastPathComponent)") }
  }

  var vaultPath: String { url.appendingPathComponent("vault.db").path }
  var keyringPath: String { url.appendingPathComponent("keyring.db").path }

  func vault(_ random: any RandomSource = SeededRandom(), key: [UInt8] = wrappingKey) throws -> SubjectVault {
    try SubjectVault(path: vaultPath, wrappingKey: key, random: random)
  }

  func keyring(_ random: any RandomSource = SeededRandom(), key: [UInt8] = wrappingKey) throws -> Keyring {
    try Keyring(path: keyringPath, wrappingKey: key, random: random)
  }

  /// The bytes of every file in the folder.
  ///
  /// Another process reads them: a descriptor that this one closes would drop SQLite's locks on the file.
  func contents() throws -> [UInt8] {
    var bytes: [UInt8] = []
    for file in try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() {
      bytes += try ChildProcess.run(["/bin/cat"] + [url.appendingPathComponent(file).path])
    }
    return bytes
  }

  /// The files as a power cut would leave them now.
  func crashImage() throws -> StoreFolder {
    let image = try StoreFolder()
    for file in try FileManager.default.contentsOfDirectory(atPath: url.path) where !file.hasSuffix("-shm") {
      _ = try ChildProcess.run(["/bin/cp"] + [url.appendingPathComponent(file).path, image.url.path])
    }
    return image
  }
}

/// A connection beside the store, as a shell or a copying program would have.
final class OtherConnection {
  private let queue: DatabaseQueue

  init(_ path: String) throws {
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    configuration.foreignKeysEnabled = false
    queue = try DatabaseQueue(path: path, configuration: configuration)
  }

  func execute(_ sql: String, _ arguments: StatementArguments = []) throws {
    try queue.inDatabase { db in try db.execute(sql: sql, arguments: arguments) }
  }

  func blobs(_ sql: String, _ arguments: StatementArguments = []) throws -> [[UInt8]] {
    try queue.inDatabase { db in try Data.fetchAll(db, sql: sql, arguments: arguments).map { Array($0) } }
  }

  func number(_ sql: String) throws -> Int? {
    try queue.inDatabase { db in try Int.fetchOne(db, sql: sql) }
  }

  /// Starts to read, and keeps what it sees until `endReading`.
  func beginReading() throws {
    _ = try queue.inDatabase { db in
      try db.execute(sql: "BEGIN")
      return try Int.fetchOne(db, sql: "SELECT count(*) FROM key_check")
    }
  }

  func endReading() throws { try execute("ROLLBACK") }

  func close() throws { try queue.close() }
}

/// Searches bytes for remains of secrets, piece by piece: a row may be spread over pages.
enum Remains {
  /// How many of these secrets have at least one piece of 16 bytes in the bytes.
  static func count(of secrets: [[UInt8]], in bytes: [UInt8]) -> Int {
    secrets.count { secret in
      stride(from: 0, through: secret.count - 16, by: max(16, secret.count / 24)).contains { start in
        contains(bytes, Array(secret[start..<start + 16]))
      }
    }
  }

  static func contains(_ bytes: [UInt8], _ piece: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { bytes in
      piece.withUnsafeBytes { piece in
        guard let start = bytes.baseAddress, let wanted = piece.baseAddress else { return false }
        var offset = 0
        while bytes.count - offset >= piece.count,
          let found = memchr(start + offset, Int32(piece[0]), bytes.count - offset - piece.count + 1)
        {
          if memcmp(found, wanted, piece.count) == 0 { return true }
          offset = UnsafeRawPointer(found) - start + 1
        }
        return false
      }
    }
  }
}

/// Runs a body that must fail, and answers how.
func failure(of body: () async throws(VaultFailure) -> Void) async -> VaultFailure? {
  do {
    try await body()
    return nil
  } catch {
    return error
  }
}

/// A system's name of a test.
func system(_ name: String) throws -> SystemName { try #require(SystemName(name)) }

/// A day of a test.
func day(_ text: String) throws -> CivilDate { try #require(CivilDate(text)) }

/// An instant of a test.
func instant(_ text: String) throws -> UTCTime { try #require(UTCTime(text)) }
