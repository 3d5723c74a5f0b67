import ErasureDomain
import Foundation
import GRDB
import SubjectVault
import TestKit
import Testing

/// Gives 0x20 … 0x3f for the first 32 bytes that are asked at once, the key of the vectors, else what a seed gives.
private final class VectorRandom: RandomSource {
  private let other = SeededRandom(seed: 7)

  func bytes(_ count: Int) -> [UInt8] { count == 32 ? Array(0x20...0x3f) : other.bytes(count) }
}

@Suite struct KeyringTagTests {
  private let random = SeededRandom(seed: 31)
  private let folder: StoreFolder
  private let crm: SystemName
  private let erasedAt: UTCTime
  private let autumn: Keyring.Epoch
  private let expires: CivilDate

  init() throws {
    folder = try StoreFolder()
    crm = try system("crm")
    erasedAt = try instant("2026-11-05T10:00:00Z")
    autumn = Keyring.Epoch(containing: try day("2026-11-05"))
    expires = try day("2027-05-04")
  }

  private let ada = [
    (field: "pk:customers", value: "4711"), (field: "email:raw", value: "Ada@Example.org"),
    (field: "email:n1", value: "ada@example.org"),
  ]

  @Test func `tags are those of the published vectors`() async throws {
    let keyring = try folder.keyring(VectorRandom())
    _ = try await write(keyring, [ada])
    let raw = try OtherConnection(folder.keyringPath)
    let tags = try ["pk:customers", "email:n1"].map { field in
      try raw.blobs("SELECT tag FROM tag WHERE field = ?", [field]).map { Hex.encode($0) }
    }
    #expect(
      tags == [
        ["8dca36883b7667307ad84cf6bc8f82ad61af24811102038afb3cedc59e11b977"],
        ["9b078d17c65138ceb7ca23219e1ddbc45d4ecfc1b2e5cc8759c3af6868e34c04"],
      ])
  }

  @Test func `no value stands in any file`() async throws {
    let keyring = try folder.keyring()
    _ = try await write(keyring, [ada])
    let bytes = try folder.contents()
    for text in ["4711", "Example.org", "example.org"] { #expect(!Remains.contains(bytes, Array(text.utf8))) }
    #expect(Remains.contains(bytes, Array("pk:customers".utf8)))
  }

  @Test func `primary key and a second field of one row are certain, less is possible`() async throws {
    let keyring = try folder.keyring()
    let request = RequestReference(using: random)
    let grace = [(field: "pk:customers", value: "9"), (field: "email:n1", value: "grace@example.org")]
    #expect(try await write(keyring, [ada, grace], request) == 5)
    let all = try await keyring.hits(system: crm, fields: ada)
    #expect(all.map(\.certainty) == [.certain])
    #expect(all.first?.fields == ["email:n1", "email:raw", "pk:customers"])
    #expect(all.first?.request == request)
    #expect(all.first?.erasedAt == erasedAt)
    #expect(all.first?.expires == expires)
    // A key that is used again, by another person.
    let again = try await keyring.hits(
      system: crm, fields: [(field: "pk:customers", value: "4711"), (field: "email:n1", value: "x@example.org")])
    #expect(again.map(\.certainty) == [.possible])
    #expect(again.first?.fields == ["pk:customers"])
    // Two fields, neither the key.
    let fields = Array(ada.dropFirst())
    #expect(try await keyring.hits(system: crm, fields: fields).map(\.certainty) == [.possible])
    // Key of one row and address of another.
    let mixed = try await keyring.hits(
      system: crm, fields: [(field: "pk:customers", value: "9"), (field: "email:n1", value: "ada@example.org")])
    #expect(mixed.map(\.certainty) == [.possible, .possible])
    #expect(Set(mixed.map(\.row)).count == 2)
  }

  @Test func `nothing else is hit`() async throws {
    let keyring = try folder.keyring()
    _ = try await write(keyring, [ada])
    #expect(try await keyring.hits(system: system("back-office"), fields: ada).isEmpty)
    #expect(try await keyring.hits(system: crm, fields: [(field: "pk:orders", value: "4711")]).isEmpty)
    #expect(try await keyring.hits(system: crm, fields: [(field: "email:n1", value: "Ada@Example.org")]).isEmpty)
    #expect(try await keyring.hits(system: crm, fields: []).isEmpty)
    let rows = try await keyring.hits(system: crm, rows: [[(field: "pk:customers", value: "1")], ada, []])
    #expect(rows.map(\.count) == [0, 1, 0])
  }

  @Test func `writing the same rows again makes no doubles, after a restart and in the next quarter too`() async throws
  {
    let request = RequestReference(using: random)
    let keyring = try folder.keyring()
    #expect(try await write(keyring, [ada, ada], request) == 3)
    #expect(try await write(keyring, [ada], request) == 3)
    keyring.close()
    let again = try folder.keyring(SeededRandom(seed: 32))
    #expect(try await write(again, [ada.reversed()], request) == 3)
    let winter = Keyring.Epoch(containing: try day("2027-01-02"))
    let later = try day("2027-07-01")
    let count = try await again.write(
      tags: [ada], of: crm, request: request, epoch: winter, erasedAt: erasedAt, expires: later)
    #expect(count == 3)
    let counts = try await again.counts()
    #expect(counts.tags == 3)
    #expect(counts.epochs == [autumn])
    #expect(counts.lastExpiry == later)
    // A row that changed in between is another row; another request's tags are its own.
    #expect(try await write(again, [Array(ada.dropLast())], request) == 2)
    #expect(try await write(again, [ada]) == 3)
    #expect(try await again.counts().tags == 8)
  }

  @Test func `rows that share a field stay two rows, and a field may come twice in one`() async throws {
    let keyring = try folder.keyring()
    let mail = (field: "email:n1", value: "ada@example.org")
    let rows = [
      [(field: "pk:customers", value: "1"), mail],
      [(field: "pk:customers", value: "2"), mail, (field: "email:n1", value: "lovelace@example.org"), mail],
    ]
    #expect(try await write(keyring, rows) == 5)
    #expect(try await write(keyring, [[]]) == 0)
    let hits = try await keyring.hits(system: crm, fields: rows[0])
    #expect(hits.map(\.certainty).sorted { $0.rawValue < $1.rawValue } == [.certain, .possible])
  }

  @Test func `hits are found over all epochs, and tags of two epochs do not link`() async throws {
    let keyring = try folder.keyring()
    let winter = Keyring.Epoch(containing: try day("2027-01-02"))
    _ = try await write(keyring, [ada])
    _ = try await keyring.write(
      tags: [ada], of: crm, request: RequestReference(using: random), epoch: winter, erasedAt: erasedAt,
      expires: expires)
    #expect(try await keyring.counts().epochs == [autumn, winter])
    #expect(try await keyring.hits(system: crm, fields: ada).map(\.certainty) == [.certain, .certain])
    let raw = try OtherConnection(folder.keyringPath)
    #expect(try raw.number("SELECT count(DISTINCT tag) FROM tag") == 6)
  }

  @Test func `an expiry moves to a later day only, for one request and system`() async throws {
    let keyring = try folder.keyring()
    let (one, other) = (RequestReference(using: random), RequestReference(using: random))
    let shop = try system("shop")
    _ = try await write(keyring, [ada], one)
    _ = try await write(keyring, [ada], other)
    _ = try await keyring.write(
      tags: [ada], of: shop, request: one, epoch: autumn, erasedAt: erasedAt, expires: expires)
    #expect(try await keyring.extend(tagsOf: crm, request: one, expires: expires.adding(days: -1)) == 0)
    #expect(try await keyring.extend(tagsOf: crm, request: one, expires: expires) == 0)
    #expect(try await keyring.extend(tagsOf: crm, request: one, expires: expires.adding(days: 30)) == 3)
    #expect(try await keyring.expire(on: expires).tags == 6)
    #expect(try await keyring.hits(system: crm, fields: ada).map(\.request) == [one])
  }

  private func write(
    _ keyring: Keyring, _ rows: [[(field: String, value: String)]], _ request: RequestReference? = nil
  ) async throws -> Int {
    try await keyring.write(
      tags: rows, of: crm, request: request ?? RequestReference(using: random), epoch: autumn, erasedAt: erasedAt,
      expires: expires)
  }
}
