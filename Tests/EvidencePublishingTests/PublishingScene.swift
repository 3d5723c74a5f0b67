import ErasureDomain
import EvidenceLog
import EvidencePublishing
import Journal
import Synchronization
import TestKit

/// A journal with a log key and a folder to publish to.
final class PublishingScene: Sendable {
  let clock = ManualClock()
  let fixture: JournalFixture
  let journal: any Journal
  let signer: CountingSigner
  let folder: TemporaryFolder

  init(_ journal: (any Journal)? = nil, seed: UInt64 = 7, folder: TemporaryFolder? = nil) throws {
    fixture = JournalFixture(random: SeededRandom(seed: seed)) { ContentDigest(hashing: $0) }
    self.folder = try folder ?? TemporaryFolder()
    signer = try CountingSigner()
    self.journal = journal ?? MemoryJournal(clock: clock)
  }

  var publisher: CheckpointPublisher {
    CheckpointPublisher(
      journal: journal, signers: [signer], folder: folder.path("log"), origin: JournalFixture.origin)
  }

  var policy: TrustPolicy {
    get throws { try TrustPolicy(logs: [.init(key: signer.verifierKey)]) }
  }

  func published() throws -> [String: [UInt8]] { try folder.files(below: "log") }

  func open() async throws {
    try await journal.append([fixture.logOpened(vkey: signer.verifierKey.text)], to: .log, expecting: 0)
  }

  func addRequests(_ count: Int) async throws {
    for _ in 0..<count {
      let request = RequestReference(using: fixture.random)
      try await journal.append([fixture.received(request)], to: .request(request), expecting: 0)
    }
  }
}

/// A log key that remembers what it signed.
final class CountingSigner: CheckpointSigner {
  let verifierKey: NoteVerifierKey
  private let inner: Ed25519CheckpointSigner
  private let texts = Mutex<[[UInt8]]>([])

  init(name: String = JournalFixture.origin, seed: UInt8 = 5) throws {
    inner = try Ed25519CheckpointSigner(name: name, seed: [UInt8](repeating: seed, count: 32))
    verifierKey = inner.verifierKey
  }

  func sign(noteText: [UInt8]) throws -> [UInt8] {
    texts.withLock { $0.append(noteText) }
    return try inner.sign(noteText: noteText)
  }

  var checkpoints: [Checkpoint] {
    get throws { try texts.withLock { $0 }.map { try Checkpoint(parsing: $0) } }
  }
}

/// The files of a log folder as the specification says them, computed from the entries alone.
enum ExpectedFolder {
  static func tiles(_ entries: [[UInt8]]) -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for (number, start) in stride(from: 0, to: entries.count, by: 256).enumerated() {
      let some = entries[start..<min(start + 256, entries.count)]
      let bytes = some.flatMap { [UInt8($0.count >> 8), UInt8($0.count & 255)] + $0 }
      files["tile/entries/\(name(number, width: some.count))"] = bytes
    }
    var hashes = entries.map { MerkleTree.leafHash($0) }
    var level = 0
    while !hashes.isEmpty {
      var next: [MerkleHash] = []
      for (number, start) in stride(from: 0, to: hashes.count, by: 256).enumerated() {
        let some = Array(hashes[start..<min(start + 256, hashes.count)])
        files["tile/\(level)/\(name(number, width: some.count))"] = some.flatMap(\.bytes)
        if some.count == 256 { next.append(root(some)) }
      }
      hashes = next
      level += 1
    }
    return files
  }

  private static func name(_ number: Int, width: Int) -> String {
    let digits = String(repeating: "0", count: 3 - String(number).count) + String(number)
    return width == 256 ? digits : "\(digits).p/\(width)"
  }

  private static func root(_ hashes: [MerkleHash]) -> MerkleHash {
    hashes.count == 1
      ? hashes[0]
      : MerkleTree.nodeHash(root(Array(hashes[..<(hashes.count / 2)])), root(Array(hashes[(hashes.count / 2)...])))
  }
}
