import ErasureDomain
import Foundation
import GRDB
import SubjectVault
import TestKit
import Testing

@Suite struct KeyringExpiryTests {
  private let random = SeededRandom(seed: 41)
  private let folder: StoreFolder
  private let crm: SystemName
  private let autumn: Keyring.Epoch
  private let spring: Keyring.Epoch
  private let expires: CivilDate

  init() throws {
    folder = try StoreFolder()
    crm = try system("crm")
    autumn = Keyring.Epoch(containing: try day("2026-11-05"))
    spring = Keyring.Epoch(containing: try day("2034-01-01"))
    expires = try day("2027-05-04")
  }

  @Test func `an epoch's key goes with its last tag, and no file holds key or tags afterwards`() async throws {
    let keyring = try folder.keyring()
    try await write(keyring, "1", expires)
    try await write(keyring, "2", expires.adding(days: 1))
    let secrets = try self.secrets()
    #expect(secrets.count == 5)
    #expect(Remains.count(of: secrets, in: try folder.contents()) == 5)
    var went = try await keyring.expire(on: expires.adding(days: -1))
    #expect(went.tags == 0 && went.epochs.isEmpty)
    went = try await keyring.expire(on: expires)
    #expect(went.tags == 2 && went.epochs.isEmpty)
    #expect(Remains.count(of: secrets, in: try folder.contents()) == 3)
    #expect(try await keyring.hits(system: crm, fields: fields("1")).isEmpty)
    #expect(try await keyring.hits(system: crm, fields: fields("2")).map(\.certainty) == [.certain])
    went = try await keyring.expire(on: expires.adding(days: 9))
    #expect(went.tags == 2 && went.epochs == [autumn])
    #expect(Remains.count(of: secrets, in: try folder.contents()) == 0)
    #expect(try await keyring.counts() == KeyringCounts.none)
    went = try await keyring.expire(on: expires.adding(days: 9))
    #expect(went.tags == 0 && went.epochs.isEmpty)
  }

  @Test func `without secure_delete the same search finds remains of the same rows`() async throws {
    let keyring = try folder.keyring()
    for number in 1...5 { try await write(keyring, "\(number)", expires) }
    let secrets = try self.secrets()
    keyring.close()
    let raw = try OtherConnection(folder.keyringPath)
    try raw.execute("PRAGMA secure_delete = OFF")
    try raw.execute("DELETE FROM tag")
    try raw.execute("DELETE FROM epoch_key")
    #expect(try raw.number("PRAGMA wal_checkpoint(TRUNCATE)") == 0)
    try raw.close()
    #expect(Remains.count(of: secrets, in: try folder.contents()) > 0)
  }

  @Test func `an open reader makes it busy; the next call finishes and tells what went before`() async throws {
    let keyring = try folder.keyring()
    try await write(keyring, "1", expires)
    let secrets = try self.secrets()
    let reader = try OtherConnection(folder.keyringPath)
    try reader.beginReading()
    let (expires, autumn) = (expires, autumn)
    #expect(await failure { () throws(VaultFailure) in _ = try await keyring.expire(on: expires) } == .busy)
    #expect(Remains.count(of: secrets, in: try folder.contents()) == 3)
    let image = try folder.crashImage()
    try reader.endReading()
    // The same on the files as a power cut would have left them.
    let restarted = try image.keyring()
    #expect(Remains.count(of: secrets, in: try image.contents()) == 0)
    for store in [keyring, restarted] {
      let went = try await store.expire(on: expires)
      #expect(went.tags == 2 && went.epochs == [autumn])
    }
    #expect(Remains.count(of: secrets, in: try folder.contents()) == 0)
  }

  @Test func `sealed row keys open for their job until they are removed`() async throws {
    let keyring = try folder.keyring()
    let (one, other) = (JobReference(using: random), JobReference(using: random))
    let rows = Array("customers 4711".utf8)
    try await keyring.seal(rows, rowsOf: one, dueIn: spring)
    try await keyring.seal(rows, rowsOf: other, dueIn: spring)
    try await keyring.seal(rows + [0x21], rowsOf: other, dueIn: autumn)
    #expect(try await keyring.rows(of: one) == rows)
    #expect(try await keyring.rows(of: other) == rows + [0x21])
    #expect(try await keyring.rows(of: JobReference(using: random)) == nil)
    #expect(!Remains.contains(try folder.contents(), rows))
    let counts = try await keyring.counts()
    #expect(counts.sealedJobs == 2 && counts.epochs == [autumn, spring])
    let secrets = try self.secrets()
    // A key with sealed rows under it does not expire, however late it is.
    let went = try await keyring.expire(on: .last)
    #expect(went.tags == 0 && went.epochs.isEmpty)
    try await keyring.removeRows(of: one)
    try await keyring.removeRows(of: one)
    #expect(try await keyring.rows(of: one) == nil)
    #expect(Remains.count(of: secrets, in: try folder.contents()) == secrets.count - 1)
    #expect(try await keyring.expire(on: expires).epochs == [spring])
    try await keyring.removeRows(of: other)
    #expect(try await keyring.expire(on: expires).epochs == [autumn])
    #expect(Remains.count(of: secrets, in: try folder.contents()) == 0)
  }

  @Test func `a stray copy of sealed rows cannot be opened once the epoch's key is gone`() async throws {
    let keyring = try folder.keyring()
    let job = JobReference(using: random)
    try await keyring.seal([1, 2, 3], rowsOf: job, dueIn: spring)
    let raw = try OtherConnection(folder.keyringPath)
    let copy = try #require(try raw.blobs("SELECT box FROM sealed").first)
    func putBack() throws {
      try raw.execute(
        "INSERT OR REPLACE INTO sealed (job, epoch, box) VALUES (?, ?, ?)",
        [job.text, spring.description, Data(copy)])
    }
    let damaged = VaultFailure.damaged("sealed-rows/\(job)")
    try await keyring.removeRows(of: job)
    // The control: while the key is there, the copy opens.
    try putBack()
    #expect(try await keyring.rows(of: job) == [1, 2, 3])
    try await keyring.removeRows(of: job)
    #expect(try await keyring.expire(on: expires).epochs == [spring])
    try putBack()
    #expect(await failure { () throws(VaultFailure) in _ = try await keyring.rows(of: job) } == damaged)
    // Nor under a new key of the same quarter.
    try await keyring.seal([9], rowsOf: JobReference(using: random), dueIn: spring)
    #expect(await failure { () throws(VaultFailure) in _ = try await keyring.rows(of: job) } == damaged)
  }

  @Test func `sealed rows do not open for another job or quarter`() async throws {
    let keyring = try folder.keyring()
    let (one, other) = (JobReference(using: random), JobReference(using: random))
    try await keyring.seal([1], rowsOf: one, dueIn: spring)
    try await keyring.seal([2], rowsOf: other, dueIn: spring)
    let raw = try OtherConnection(folder.keyringPath)
    try raw.execute("UPDATE sealed SET box = (SELECT box FROM sealed WHERE job = ?)", [one.text])
    #expect(
      await failure { () throws(VaultFailure) in _ = try await keyring.rows(of: other) }
        == .damaged("sealed-rows/\(other)"))
    #expect(try await keyring.rows(of: one) == [1])
  }

  @Test func `removing rows beside a reader succeeds, and the next expiry cleans the files`() async throws {
    let keyring = try folder.keyring()
    let job = JobReference(using: random)
    try await keyring.seal([1, 2, 3], rowsOf: job, dueIn: spring)
    let secrets = try self.secrets()
    let reader = try OtherConnection(folder.keyringPath)
    try reader.beginReading()
    try await keyring.removeRows(of: job)
    #expect(try await keyring.rows(of: job) == nil)
    #expect(Remains.count(of: secrets, in: try folder.contents()) == secrets.count)
    try reader.endReading()
    #expect(try await keyring.expire(on: expires).epochs == [spring])
    #expect(Remains.count(of: secrets, in: try folder.contents()) == 0)
  }

  private func fields(_ number: String) -> [(field: String, value: String)] {
    [(field: "pk:customers", value: number), (field: "email:n1", value: "n\(number)@example.org")]
  }

  private func write(_ keyring: Keyring, _ number: String, _ expires: CivilDate) async throws {
    _ = try await keyring.write(
      tags: [fields(number)], of: crm, request: RequestReference(using: random), epoch: autumn,
      erasedAt: instant("2026-11-05T10:00:00Z"), expires: expires)
  }

  /// Tags, wrapped epoch keys and sealed rows as they are stored.
  private func secrets() throws -> [[UInt8]] {
    let raw = try OtherConnection(folder.keyringPath)
    let secrets =
      try raw.blobs("SELECT tag FROM tag") + raw.blobs("SELECT wrapped FROM epoch_key")
      + raw.blobs("SELECT box FROM sealed")
    try raw.close()
    return secrets
  }
}

extension KeyringCounts {
  /// An empty keyring.
  fileprivate static var none: KeyringCounts {
    KeyringCounts(tags: 0, sealedJobs: 0, epochs: [], lastExpiry: nil)
  }
}
