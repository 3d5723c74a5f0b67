public import ErasureDomain

/// Shows a person, or an authority with her letter, that a request in the log was hers (`FORMAT.md`, "Subject commitment").
public struct SubjectVerifier: Sendable {
  /// The entry that was found.
  public struct Found: Hashable, Sendable {
    public let entry: UInt64
    /// Of the log that was looked into.
    public let size: UInt64
    public let request: RequestReference
    public let number: Int
    public let receivedOn: CivilDate
  }

  private let trust: AuditTrust

  /// A verifier with somebody's own keys.
  public init(trust: AuditTrust) { self.trust = trust }

  /// Looks into a log folder or a bundle: checks the checkpoint, that the entry is in the signed tree, and that it carries
  /// the commitment to exactly these identifiers. Throws `SubjectProblem`, what is wrong with the checkpoint, or what
  /// reading throws.
  public func find(
    _ code: SubjectCodeText, of identifiers: [(kind: String, value: String)], in files: some EvidenceFiles
  ) throws -> Found {
    guard let note = try files.read(CheckpointCheck.path) else { throw SubjectProblem.absent(entry: code.entry) }
    let checkpoint = try trust.policy.verify(try SignedNote(parsing: note)).checkpoint
    guard Lines.same(checkpoint.origin, code.log) else { throw SubjectProblem.otherLog(code.log) }
    guard code.entry < checkpoint.size else {
      throw SubjectProblem.beyond(entry: code.entry, size: checkpoint.size)
    }
    let (bytes, proof) = try entry(code.entry, of: checkpoint.size, in: files)
    do {
      try MerkleProofs.verifyInclusion(
        leaf: MerkleTree.leafHash(bytes), index: code.entry, size: checkpoint.size, proof: proof, root: checkpoint.root)
    } catch {
      throw SubjectProblem.notProved(entry: code.entry, "\(error)")
    }
    let received = try EvidenceEntry(decoding: bytes)
    guard received.kind == RequestReceived.kind else { throw SubjectProblem.otherEntry(entry: code.entry) }
    guard received.subject.request == code.request else { throw SubjectProblem.otherRequest(entry: code.entry) }
    guard Set(identifiers.map(\.kind)) == Set(code.kinds) else {
      throw SubjectProblem.otherKinds(code: code.kinds)
    }
    let facts = try received.facts(as: RequestReceived.self)
    let computed = Hex.encode(SubjectCommitment.compute(nonce: code.nonce, identifiers: identifiers))
    guard Lines.same(facts.commitment, computed) else { throw SubjectProblem.otherPerson(entry: code.entry) }
    return Found(
      entry: code.entry, size: checkpoint.size, request: code.request, number: facts.number,
      receivedOn: facts.receivedOn)
  }

  /// The bytes of an entry and its proof, of a bundle from its own file, of a log folder from the tiles.
  private func entry(
    _ index: UInt64, of size: UInt64, in files: some EvidenceFiles
  ) throws -> (bytes: [UInt8], proof: [MerkleHash]) {
    if let bytes = try files.read("entries/\(index).json") {
      guard let proof = try files.read("proofs/\(index).tlog-proof") else {
        throw SubjectProblem.notProved(entry: index, "its proof is absent")
      }
      return (bytes, try TlogProof(parsing: proof).hashes)
    }
    guard let tile = Tile.tile(.entries, index: index / UInt64(Tile.fullWidth), size: size),
      let bundle = try files.read(tile.path)
    else { throw SubjectProblem.absent(entry: index) }
    let entries = try EntryBundle.decode(bundle, count: tile.width)
    let nodes = TileMerkleNodes(size: size) { tile in
      guard let bytes = try files.read(tile.path) else { throw SubjectProblem.absent(entry: index) }
      return bytes
    }
    return (
      entries[Int(index % UInt64(Tile.fullWidth))], try MerkleProofs.inclusion(index: index, size: size, source: nodes)
    )
  }
}
