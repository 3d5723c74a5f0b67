import ErasureDomain

/// An offline proof that an entry is in a log: index, inclusion proof and signed checkpoint (C2SP tlog-proof).
///
/// What parses encodes to the same bytes.
public struct TlogProof: Hashable, Sendable {
  /// The first line.
  public static let header = "c2sp.org/tlog-proof@v1"
  /// The most hashes: the height of a tree of 2^64 entries.
  public static let maximumHashes = 64

  /// Opaque data that nothing vouches for; ours has none.
  public let extra: [UInt8]?
  /// The entry's index, from 0.
  public let index: UInt64
  /// From the leaf's sibling up.
  public let hashes: [MerkleHash]
  /// The checkpoint with all its signatures.
  public let checkpoint: SignedNote

  /// A proof of ours, without extra data.
  public init(index: UInt64, hashes: [MerkleHash], checkpoint: SignedNote) throws(TlogProofError) {
    guard hashes.count <= Self.maximumHashes else { throw .tooManyHashes }
    extra = nil
    self.index = index
    self.hashes = hashes
    self.checkpoint = checkpoint
  }

  /// Reads a proof file strictly.
  public init(parsing bytes: [UInt8]) throws(TlogProofError) {
    guard bytes.count <= 2 * SignedNote.maximumBytes else { throw .tooLong(count: bytes.count) }
    var rest = bytes[...]
    func nextLine() -> [UInt8]? {
      guard let end = rest.firstIndex(of: Lines.newline) else { return nil }
      defer { rest = rest[(end + 1)...] }
      return Array(rest[..<end])
    }
    guard nextLine() == Array(Self.header.utf8) else { throw .badHeader }
    var line = nextLine()
    if let text = line.flatMap({ Lines.value(of: $0, after: "extra ") }) {
      guard let data = Base64.decode(bytes: text) else { throw .badExtra }
      extra = data
      line = nextLine()
    } else {
      extra = nil
    }
    guard let index = line.flatMap({ Lines.value(of: $0, after: "index ") }).flatMap({ Lines.number($0) }) else {
      throw .badIndex
    }
    self.index = index
    var hashes: [MerkleHash] = []
    while true {
      guard let line = nextLine() else { throw .noCheckpoint }
      if line.isEmpty { break }
      guard hashes.count < Self.maximumHashes else { throw .tooManyHashes }
      guard let hash = MerkleHash(base64: String(decoding: line, as: UTF8.self)) else {
        throw .badHash(line: hashes.count + 1)
      }
      hashes.append(hash)
    }
    self.hashes = hashes
    do { checkpoint = try SignedNote(parsing: Array(rest)) } catch { throw .note(error) }
  }

  /// The bytes of the `.tlog-proof` file.
  public var encoded: [UInt8] {
    var text = Self.header + "\n"
    if let extra { text += "extra \(Base64.encode(extra))\n" }
    text += "index \(index)\n"
    for hash in hashes { text += hash.base64 + "\n" }
    return Array(text.utf8) + [Lines.newline] + checkpoint.encoded
  }

  /// Checks signatures, quorum and inclusion of exactly these entry bytes.
  @discardableResult
  public func verify(entry: [UInt8], policy: TrustPolicy) throws(TrustError) -> TrustedCheckpoint {
    let trusted = try policy.verify(checkpoint)
    do {
      try MerkleProofs.verifyInclusion(
        leaf: MerkleTree.leafHash(entry), index: index, size: trusted.checkpoint.size, proof: hashes,
        root: trusted.checkpoint.root)
    } catch {
      throw .inclusion(error)
    }
    return trusted
  }
}
