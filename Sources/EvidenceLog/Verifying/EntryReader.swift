import ErasureDomain

/// Reads entries with what they name: pure, but for the files it reads.
struct EntryReader {
  /// How much of artifacts is held for entries that are read together: whoever makes evidence shall not fill the memory of who
  /// checks it.
  static let mostTogether = 8 << 20

  private let policy: SignaturePolicy
  private let shapes: KnownShapes
  private let artifact: (ContentDigest) throws -> ArtifactFile?
  /// Keys of receipts that were read before, by their texts: a company has few.
  private var keys: [String: ReceiptKey] = [:]
  /// Texts that were read before: two people sign the same.
  private var texts: [ContentDigest: [UInt8]] = [:]
  private var taken = 0

  /// `shapes` are shared by all who read the same log; `artifact` gives the file that has a digest as its name.
  init(
    _ policy: SignaturePolicy, _ shapes: KnownShapes = KnownShapes(),
    artifact: @escaping (ContentDigest) throws -> ArtifactFile?
  ) {
    self.policy = policy
    self.shapes = shapes
    self.artifact = artifact
  }

  /// Throws only what reading an artifact throws.
  mutating func read(_ bytes: [UInt8]) throws -> ReadEntry {
    let leaf = MerkleTree.leafHash(bytes)
    let address = PersonalDataScan.emailAddress(in: bytes)
    let entry: EvidenceEntry
    do { entry = try EvidenceEntry(decoding: bytes, types: KnownEntryKinds.byKind) } catch {
      return ReadEntry(
        leaf: leaf, address: address, entry: .failure(error), unknownFacts: [], digests: EntryDigests(),
        named: .artifacts(nil))
    }
    return ReadEntry(
      leaf: leaf, address: address, entry: .success(entry.condensed),
      unknownFacts: shapes.unknownFacts(of: entry), digests: Self.digests(in: entry),
      named: taken < Self.mostTogether ? .artifacts(try named(by: entry)) : .unread)
  }

  private static func digests(in entry: EvidenceEntry) -> EntryDigests {
    let concludes = entry.kind == RequestConcluded.kind || entry.kind == RequestEnded.kind
    return EntryDigests(
      all: KnownEntryKinds.digests(in: entry), register: concludes ? entry.digests(in: "register") : [])
  }

  // MARK: Artifacts

  private typealias Files = [(digest: ContentDigest, file: ArtifactRules.Seen)]

  /// Facts that do not read name nothing; that they do not read is said elsewhere.
  mutating func named(by entry: EvidenceEntry) throws -> NamedArtifacts? {
    var files: Files = []
    guard let content = try content(of: entry, &files) else { return nil }
    return NamedArtifacts(content, seen: files)
  }

  private mutating func content(of entry: EvidenceEntry, _ files: inout Files) throws -> NamedArtifacts.Content? {
    switch entry.kind {
    case PlanProposed.kind: return try facts(PlanProposed.self, of: entry).map { try plan($0.digest, &files) }
    case PlanApproved.kind:
      return try facts(PlanApproved.self, of: entry).map { facts in
        let namespace = facts.standing == true ? StandingApprovalText.namespace : ApprovalText.namespace
        return try signed(facts.approval, for: namespace, &files)
      }
    case PlanConfirmed.kind:
      return try facts(PlanConfirmed.self, of: entry).map {
        try signed($0.approval, for: ApprovalText.namespace, &files)
      }
    case PlanWithdrawn.kind:
      return try facts(PlanWithdrawn.self, of: entry)?.refusal.map {
        try signed($0, for: ApprovalText.namespace, &files)
      }
    case StandingApproved.kind:
      return try facts(StandingApproved.self, of: entry).map {
        try signed($0.approval, for: StandingApprovalText.namespace, &files)
      }
    case ChangeSigned.kind:
      return try facts(ChangeSigned.self, of: entry).map {
        try signed($0.approval, for: ConfigurationText.namespace, &files)
      }
    case TaskAttested.kind:
      return try facts(TaskAttested.self, of: entry).map {
        try signed($0.text, $0.signature, for: AttestationText.namespace, &files)
      }
    case ReceiptKept.kind:
      return try facts(ReceiptKept.self, of: entry).map { try receipt($0.receipt, by: $0.key, &files) }
    case CallbackReceived.kind:
      guard let facts = facts(CallbackReceived.self, of: entry), let digest = facts.receipt else { return nil }
      return try receipt(digest, by: facts.key, &files)
    case NoticeAnswered.kind:
      guard let facts = facts(NoticeAnswered.self, of: entry), let digest = facts.receipt else { return nil }
      return try receipt(digest, by: facts.key, &files)
    case RequestConcluded.kind:
      return try facts(RequestConcluded.self, of: entry).map { try report($0.report, &files) }
    case RequestEnded.kind: return try facts(RequestEnded.self, of: entry).map { try report($0.report, &files) }
    default: return nil
    }
  }

  private func facts<Facts: EntryFacts>(_ type: Facts.Type, of entry: EvidenceEntry) -> Facts? {
    do { return try entry.facts(as: type) } catch { return nil }
  }

  private mutating func bytes(_ digest: ContentDigest, _ files: inout Files) throws -> [UInt8]? {
    guard let file = try artifact(digest) else { return nil }
    taken += file.bytes.count
    files.append((digest, file.seen))
    return file.seen.hasItsDigest ? file.bytes : nil
  }

  private mutating func report(_ digest: ContentDigest, _ files: inout Files) throws -> NamedArtifacts.Content {
    try bytes(digest, &files).map { .report($0) } ?? .absent
  }

  private mutating func plan(_ digest: ContentDigest, _ files: inout Files) throws -> NamedArtifacts.Content {
    guard let bytes = try bytes(digest, &files) else { return .absent }
    do {
      let plan = try CanonicalJSON.decode(ErasurePlan.self, from: bytes)
      return .plan(.success(NamedArtifacts.Plan(plan: plan, problem: PlanRules.problem(in: plan))))
    } catch {
      return .plan(.failure(error))
    }
  }

  private mutating func signed(
    _ approval: Approval, for namespace: String, _ files: inout Files
  ) throws -> NamedArtifacts.Content {
    try signed(approval.text, approval.signature, for: namespace, &files)
  }

  private mutating func signed(
    _ text: ContentDigest, _ signature: ContentDigest, for namespace: String, _ files: inout Files
  ) throws -> NamedArtifacts.Content {
    guard let message = try message(text, &files), let armored = try bytes(signature, &files) else { return .absent }
    var approval: Result<ApprovalText, SignedTextError>?
    if namespace == ApprovalText.namespace {
      do { approval = .success(try ApprovalText(parsing: message)) } catch { approval = .failure(error) }
    }
    let key: Result<NamedArtifacts.SignedText.Signer, SSHSignatureError>
    do {
      let parsed = try SSHSignature(armored: armored)
      try parsed.verify(message: message, namespace: namespace, policy: policy)
      key = .success(.init(key: parsed.publicKey, fingerprint: parsed.publicKey.fingerprint))
    } catch {
      key = .failure(error)
    }
    return .signed(NamedArtifacts.SignedText(bytes: message, approval: approval, key: key))
  }

  private mutating func message(_ digest: ContentDigest, _ files: inout Files) throws -> [UInt8]? {
    if let known = texts[digest] { return known }
    let bytes = try bytes(digest, &files)
    texts[digest] = bytes
    return bytes
  }

  private mutating func receipt(
    _ digest: ContentDigest, by jwk: String?, _ files: inout Files
  ) throws -> NamedArtifacts.Content {
    guard let jwk, let key = keys[jwk] ?? ReceiptKey(jwk: jwk) else { return .receipt(.keyUnknown) }
    keys[jwk] = key
    guard let bytes = try bytes(digest, &files) else { return .receipt(.absent) }
    do {
      return .receipt(.holds(try SignedReceipt(verifying: String(decoding: bytes, as: UTF8.self), by: [key]).claims))
    } catch {
      return .receipt(.wrong(error))
    }
  }
}
