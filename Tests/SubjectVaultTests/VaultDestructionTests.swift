import ErasureDomain
import Foundation
import GRDB
import SubjectVault
import TestKit
import Testing

/// Destruction is looked for in the bytes of the files, with the wrapped key and the ciphertext known from before.
@Suite struct VaultDestructionTests {
  private let random = SeededRandom(seed: 21)
  private let folder: StoreFolder

  init() throws { folder = try StoreFolder() }

  @Test func `after destruction neither wrapped key nor ciphertext is in any file, and before it was`() async throws {
    let vault = try folder.vault()
    let (request, other) = try await seed(vault)
    let secrets = try self.secrets(of: request)
    let others = try self.secrets(of: other)
    #expect(secrets.count == 4)
    // The control: the same search finds them while they are there.
    #expect(Remains.count(of: secrets, in: try folder.contents()) == secrets.count)
    #expect(try await vault.destroy(request) == 4)
    let after = try folder.contents()
    #expect(Remains.count(of: secrets, in: after) == 0)
    #expect(!Remains.contains(after, Array(request.text.utf8)))
    #expect(Remains.count(of: others, in: after) == others.count)
    #expect(try await !vault.contains(request))
    #expect(try await vault.get(.note, of: other) == Array("note".utf8))
    #expect(try await vault.destroy(request) == 0)
  }

  @Test func `destruction ends with an empty WAL, but for the one page that unmarks it`() async throws {
    let vault = try folder.vault()
    let (request, _) = try await seed(vault)
    _ = try await vault.destroy(request)
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.vaultPath + "-wal")
    let size = try #require(attributes[.size] as? Int)
    // A header of 32 bytes, and 24 before the page.
    #expect(size <= 32 + 24 + 4_096)
  }

  @Test func `without secure_delete the same search finds remains of the same rows`() async throws {
    let vault = try folder.vault()
    let (request, _) = try await seed(vault)
    let secrets = try self.secrets(of: request)
    vault.close()
    let raw = try OtherConnection(folder.vaultPath)
    try raw.execute("PRAGMA secure_delete = OFF")
    try raw.execute("DELETE FROM item WHERE request = ?", [request.text])
    try raw.execute("DELETE FROM request_key WHERE request = ?", [request.text])
    #expect(try raw.number("PRAGMA wal_checkpoint(TRUNCATE)") == 0)
    try raw.close()
    #expect(Remains.count(of: secrets, in: try folder.contents()) > 0)
  }

  @Test func `an open reader makes it busy and keeps the bytes; when it ends destruction finishes`() async throws {
    let vault = try folder.vault()
    let (request, other) = try await seed(vault)
    let secrets = try self.secrets(of: request)
    let reader = try OtherConnection(folder.vaultPath)
    try reader.beginReading()
    #expect(await failure { () throws(VaultFailure) in _ = try await vault.destroy(request) } == .busy)
    // The row is gone for everyone who looks now, its bytes are not.
    #expect(try await !vault.contains(request))
    #expect(Remains.count(of: secrets, in: try folder.contents()) == secrets.count)
    #expect(await failure { () throws(VaultFailure) in _ = try await vault.destroy(request) } == .busy)
    #expect(await failure { () throws(VaultFailure) in try await vault.finishDestructions() } == .busy)
    // The rest of the vault goes on meanwhile.
    try await vault.put([UInt8]([5]), as: .contact, of: other)
    try reader.endReading()
    #expect(try await vault.destroy(request) == 0)
    #expect(Remains.count(of: secrets, in: try folder.contents()) == 0)
    #expect(try await vault.get(.contact, of: other) == [5])
  }

  @Test func `a crash between deletion and checkpoint is finished at the next start`() async throws {
    let vault = try folder.vault()
    let (request, other) = try await seed(vault)
    let secrets = try self.secrets(of: request)
    let reader = try OtherConnection(folder.vaultPath)
    try reader.beginReading()
    #expect(await failure { () throws(VaultFailure) in _ = try await vault.destroy(request) } == .busy)
    let image = try folder.crashImage()
    try reader.endReading()
    #expect(Remains.count(of: secrets, in: try image.contents()) == secrets.count)
    let restarted = try image.vault()
    #expect(Remains.count(of: secrets, in: try image.contents()) == 0)
    #expect(try await !restarted.contains(request))
    #expect(try await restarted.get(.note, of: other) == Array("note".utf8))
    #expect(try await restarted.destroy(request) == 0)
  }

  @Test func `a start beside a reader leaves the destruction marked, and it can be finished later`() async throws {
    let vault = try folder.vault()
    let (request, _) = try await seed(vault)
    let secrets = try self.secrets(of: request)
    let reader = try OtherConnection(folder.vaultPath)
    try reader.beginReading()
    #expect(await failure { () throws(VaultFailure) in _ = try await vault.destroy(request) } == .busy)
    vault.close()
    let restarted = try folder.vault()
    #expect(try reader.number("SELECT count(*) FROM item") == 4)
    #expect(await failure { () throws(VaultFailure) in try await restarted.finishDestructions() } == .busy)
    try reader.endReading()
    try await restarted.finishDestructions()
    #expect(Remains.count(of: secrets, in: try folder.contents()) == 0)
  }

  @Test func `older values of replaced and removed items go too`() async throws {
    let vault = try folder.vault()
    let request = RequestReference(using: random)
    try await vault.create(request)
    var secrets: [[UInt8]] = []
    for size in [40, 4_000, 40, 12_000, 300] {
      try await vault.put(random.bytes(size), as: .note, of: request)
      secrets += try self.secrets(of: request)
    }
    try await vault.remove(.note, of: request)
    _ = try await vault.destroy(request)
    #expect(Remains.count(of: secrets, in: try folder.contents()) == 0)
  }

  /// Rows move between pages as others come and go; what they leave behind is the reason for the VACUUM.
  /// The first seed is one with which `secure_delete` and a checkpoint alone leave something.
  @Test(arguments: [5, nil] as [UInt64?])
  func `whatever happened before, a destroyed request leaves nothing`(_ seed: UInt64?) async throws {
    let random = seed.map(SeededRandom.init(seed:)) ?? SeededRandom.property()
    let vault = try folder.vault(random)
    let raw = try OtherConnection(folder.vaultPath)
    var live: [RequestReference: [[UInt8]]] = [:]
    var destroyed = 0
    for step in 0..<400 {
      let references = live.keys.sorted()
      let request = references.isEmpty ? nil : references[random.number(in: 0...references.count - 1)]
      switch (random.number(in: 1...20), request) {
      case (1...6, _), (_, nil):
        let fresh = RequestReference(using: random)
        try await vault.create(fresh)
        live[fresh] = try raw.blobs("SELECT wrapped FROM request_key WHERE request = ?", [fresh.text])
      case (7...16, let request?):
        let item = VaultItem(rawValue: "item-\(random.number(in: 0...7))")
        let size = [30, 60, 200, 900, 3_000, 9_000][random.number(in: 0...5)]
        try await vault.put(random.bytes(size), as: item, of: request)
        live[request, default: []] += try raw.blobs(
          "SELECT box FROM item WHERE request = ? AND name = ?", [request.text, item.rawValue])
      case (_, let request?):
        let secrets = live.removeValue(forKey: request) ?? []
        _ = try await vault.destroy(request)
        destroyed += 1
        let remains = Remains.count(of: secrets, in: try folder.contents())
        try #require(remains == 0, "seed \(random.seed) step \(step): \(remains) of \(secrets.count) left")
      }
    }
    #expect(destroyed > 20)
    #expect(try await vault.requests() == live.keys.sorted())
  }

  private func seed(_ vault: SubjectVault) async throws -> (RequestReference, RequestReference) {
    let (request, other) = (RequestReference(using: random), RequestReference(using: random))
    for reference in [request, other] {
      try await vault.create(reference)
      try await vault.put(Array("note".utf8), as: .note, of: reference)
    }
    // One item within a page, one over several.
    try await vault.put(random.bytes(500), as: .contact, of: request)
    try await vault.put(random.bytes(20_000), as: .found, of: request)
    return (request, other)
  }

  /// The wrapped key and the sealed items as they are stored.
  private func secrets(of request: RequestReference) throws -> [[UInt8]] {
    let raw = try OtherConnection(folder.vaultPath)
    let secrets =
      try raw.blobs("SELECT wrapped FROM request_key WHERE request = ?", [request.text])
      + raw.blobs("SELECT box FROM item WHERE request = ?", [request.text])
    try raw.close()
    return secrets
  }
}
