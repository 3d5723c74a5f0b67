import ErasureDomain
import EvidenceLog
import Foundation
import TestKit

/// A problem of the benchmark itself.
struct BenchProblem: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Writes a log folder entry by entry, and beside it what a bare loop needs: the signatures and the sizes of lists.
struct BenchLog {
  static let origin = "bench.example/evidence"
  private static let width = 256

  let folder: URL
  let drafter: Officer
  let approvers: [Officer]
  let random: SeededRandom
  private let signer: Ed25519CheckpointSigner
  private var tile: [[UInt8]] = []
  private(set) var leaves: [MerkleHash] = []
  /// Public key, signature and message of each signature, each with its length before it.
  private var signatures: [UInt8] = []
  private(set) var signatureCount = 0
  /// The number of leaves in each list of a conclusion or an end.
  private var lists: [String] = []
  private var known: Set<ContentDigest> = []

  init(folder: URL, seed: UInt64) throws {
    self.folder = folder
    random = SeededRandom(seed: seed)
    drafter = try Officer("dora", seed: 1)
    approvers = [try Officer("ada", seed: 2), try Officer("ben", seed: 3), try Officer("cor", seed: 4)]
    signer = try Ed25519CheckpointSigner(name: Self.origin, seed: [UInt8](repeating: 7, count: 32))
    for name in ["evidence/artifacts/sha256", "evidence/tile/entries"] {
      try FileManager.default.createDirectory(at: folder.appending(path: name), withIntermediateDirectories: true)
    }
  }

  var verifierKey: String { signer.verifierKey.text }
  var count: Int { leaves.count }

  // MARK: Entries

  /// Appends an entry; the one written, with its index and hash.
  mutating func add<Facts: EntryFacts>(
    _ facts: Facts, _ subject: EntrySubject = .log, by: Officer? = nil, at time: UTCTime
  ) throws -> BenchEntry {
    let entry = try EntryDraft(facts, about: subject, by: by?.person).entry(at: time)
    let bytes = entry.encoded()
    let added = BenchEntry(index: UInt64(leaves.count), entry: entry, leaf: MerkleTree.leafHash(bytes))
    leaves.append(added.leaf)
    tile.append(bytes)
    if tile.count == Self.width { try writeTile() }
    return added
  }

  private mutating func writeTile() throws {
    let index = UInt64((leaves.count - 1) / Self.width)
    guard let place = Tile(kind: .entries, index: index, width: tile.count) else {
      throw BenchProblem("no tile \(index)")
    }
    try write(try EntryBundle.encode(tile), to: place.path)
    tile = []
  }

  private func write(_ bytes: [UInt8], to path: String) throws {
    let file = folder.appending(path: "evidence/" + path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  // MARK: Artifacts, signatures, lists

  mutating func artifact(_ bytes: [UInt8]) throws -> ContentDigest {
    let digest = ContentDigest(hashing: bytes)
    if known.insert(digest).inserted {
      try Data(bytes).write(to: folder.appending(path: "evidence/artifacts/sha256/\(digest.hex)"))
    }
    return digest
  }

  /// Signs a text; the digests of text and signature.
  mutating func sign(
    _ text: [UInt8], namespace: String, by officer: Officer
  ) throws -> (text: ContentDigest, signature: ContentDigest) {
    let armored = try officer.sign(text, namespace: namespace)
    let parsed = try SSHSignature(armored: armored)
    // The last 64 bytes of an SSHSIG by an Ed25519 key are the signature, the last 32 of its key the key.
    note(key: parsed.publicKey.blob.suffix(32), signature: parsed.blob.suffix(64), parsed.signedBytes(message: text))
    return (try artifact(text), try artifact(armored))
  }

  /// Remembers one signature for the bare loop.
  mutating func note(key: some Sequence<UInt8>, signature: some Sequence<UInt8>, _ message: [UInt8]) {
    signatures += Array(key) + Array(signature)
    signatures += [UInt8(message.count >> 8), UInt8(message.count & 0xFF)] + message
    signatureCount += 1
  }

  mutating func list(_ entries: ArraySlice<BenchEntry>) -> (ranges: String, root: String) {
    lists.append("\(entries.count)")
    return (
      IndexRanges(entries.map(\.index)).description, MerkleTree.root(of: entries.map(\.leaf)).base64
    )
  }

  func reference<Kind>() -> Reference<Kind> { Reference(using: random) }

  // MARK: The end

  /// Writes the last tile, every tile of hashes, the checkpoint, and the files beside the folder.
  mutating func finish() throws {
    if !tile.isEmpty { try writeTile() }
    var level = 0
    var hashes = leaves
    while !hashes.isEmpty {
      for start in stride(from: 0, to: hashes.count, by: Self.width) {
        let part = Array(hashes[start..<min(start + Self.width, hashes.count)])
        guard let place = Tile(kind: .hashes(level: level), index: UInt64(start / Self.width), width: part.count) else {
          throw BenchProblem("no tile at \(start)")
        }
        try write(Tile.encode(part), to: place.path)
      }
      hashes = stride(from: 0, to: hashes.count / Self.width * Self.width, by: Self.width).map {
        MerkleTree.root(of: Array(hashes[$0..<($0 + Self.width)]))
      }
      level += 1
    }
    let checkpoint = Checkpoint(
      origin: Self.origin, size: UInt64(leaves.count), root: MerkleTree.root(of: leaves))
    let note = try SignedNote.signing(checkpoint.text, by: [signer])
    try write(note.encoded, to: "checkpoint")
    let signers = try ([drafter] + approvers).map { "\($0.principal) \(try $0.publicKey().text)\n" }.joined()
    try Data(signers.utf8).write(to: folder.appending(path: "allowed_signers"))
    try Data((verifierKey + "\n").utf8).write(to: folder.appending(path: "log.vkey"))
    try Data(signatures).write(to: folder.appending(path: "signatures"))
    try Data(lists.joined(separator: "\n").utf8).write(to: folder.appending(path: "lists"))
  }
}

/// An entry that was written.
struct BenchEntry {
  let index: UInt64
  let entry: EvidenceEntry
  let leaf: MerkleHash
}
