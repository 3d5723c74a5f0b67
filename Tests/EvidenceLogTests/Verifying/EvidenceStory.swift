import ErasureDomain
import EvidenceLog
import TestKit
import Testing

/// A small log that a daemon could have written, signed and cosigned for real, with room for lies.
///
/// A lie is told while the log is written: everything after it (lists, roots, reports, the checkpoint) fits it, so
/// that only the rules can find it.
struct EvidenceStory {
  /// Changes the facts of the n-th entry of a kind, counted from 1.
  struct Lie {
    let kind: EntryKind
    let number: Int
    let tell: (inout [String: CanonicalJSON]) -> Void

    init(_ kind: EntryKind, _ number: Int = 1, _ tell: @escaping (inout [String: CanonicalJSON]) -> Void) {
      self.kind = kind
      self.number = number
      self.tell = tell
    }
  }

  static let origin = "erasure.example/evidence"

  let drafter: Officer
  let ada: Officer
  let ben: Officer
  let log: Ed25519CheckpointSigner
  /// Who signs the checkpoint; the log's first key where nothing is said.
  var signing: [Ed25519CheckpointSigner]?
  let witness: Ed25519Cosigner
  var entries: [(bytes: [UInt8], entry: EvidenceEntry)] = []
  private(set) var artifacts: [ContentDigest: [UInt8]] = [:]
  private(set) var lies: [Lie] = []
  /// Entries that are not written, by kind and number.
  var omitted: [(kind: EntryKind, number: Int)] = []
  /// Signs in the place of the first approver.
  var firstApprover: Officer?
  /// Called before each entry; may add entries of its own.
  /// The plan's lines about grounds, as they are signed.
  var lines: ([CategoryDecision]) -> [CategoryDecision]? = { $0 }
  var interruption: ((inout EvidenceStory, EntryKind) throws -> Void)?
  /// Claims of the partner's signed receipt that are other than they should be; nil: the partner signs nothing.
  var receiptClaims: [String: CanonicalJSON]?
  /// The person is given a copy first; nil where he asks for erasure alone.
  var taking: Taking?
  private var seen: [EntryKind: Int] = [:]
  private var nextReference: UInt64 = 1
  var now: UTCTime

  init(lies: [Lie] = []) throws {
    self.lies = lies
    drafter = try Officer("dora", seed: 1)
    ada = try Officer("ada", seed: 2)
    ben = try Officer("ben", seed: 3)
    log = try Ed25519CheckpointSigner(name: Self.origin, seed: [UInt8](repeating: 7, count: 32))
    witness = try Ed25519Cosigner(name: "witness.example/w1", seed: [UInt8](repeating: 8, count: 32))
    now = try #require(UTCTime("2026-03-02T09:00:00Z"))
  }

  // MARK: Writing

  mutating func reference<Kind>() -> Reference<Kind> {
    nextReference += 1
    return Reference(bytes: withUnsafeBytes(of: (nextReference.bigEndian, nextReference.byteSwapped)) { Array($0) })
  }

  mutating func artifact(_ text: String) -> ContentDigest { artifact(Array(text.utf8)) }

  mutating func artifact(_ bytes: [UInt8]) -> ContentDigest {
    let digest = ContentDigest(hashing: bytes)
    artifacts[digest] = bytes
    return digest
  }

  mutating func destroy(_ digest: ContentDigest) { artifacts[digest] = nil }

  mutating func add<Facts: EntryFacts>(
    _ facts: Facts, _ subject: EntrySubject = .log, by: Officer? = nil
  ) throws {
    try add(EntryDraft(facts, about: subject, by: by?.person))
  }

  mutating func add(_ draft: EntryDraft) throws {
    if let interruption {
      self.interruption = nil
      try interruption(&self, draft.kind)
      self.interruption = interruption
    }
    let number = seen[draft.kind, default: 0] + 1
    seen[draft.kind] = number
    guard !omitted.contains(where: { $0 == (draft.kind, number) }) else { return }
    var facts = draft.facts
    for lie in lies where lie.kind == draft.kind && lie.number == number { lie.tell(&facts) }
    now = now.adding(seconds: 60)
    let entry = EvidenceEntry(at: now, kind: draft.kind, subject: draft.subject, by: draft.by, facts: facts)
    entries.append((entry.encoded(), entry))
  }

  /// An entry of a kind that no version of the program knows.
  mutating func addUnknown(_ kind: String, _ subject: EntrySubject = .log) {
    now = now.adding(seconds: 60)
    let entry = EvidenceEntry(
      at: now, kind: EntryKind(kind), subject: subject, by: nil, facts: ["what": .string("later")])
    entries.append((entry.encoded(), entry))
  }

  /// The same entry a second time, later.
  mutating func add(again entry: EvidenceEntry) throws {
    now = now.adding(seconds: 60)
    let copy = EvidenceEntry(at: now, kind: entry.kind, subject: entry.subject, by: entry.by, facts: entry.facts)
    entries.append((copy.encoded(), copy))
  }

  mutating func addDestruction(of digest: ContentDigest, about request: RequestReference) throws {
    try add(ArtifactsDestroyed(about: request, digests: [digest]))
  }

  func entries(of request: RequestReference) -> [(index: UInt64, bytes: [UInt8], entry: EvidenceEntry)] {
    entries.enumerated().filter { $1.entry.subject.request == request }
      .map { (UInt64($0), $1.bytes, $1.entry) }
  }

  // MARK: Lists and reports

  func covered(_ request: RequestReference, from first: UInt64 = 0) -> (ranges: String, root: String) {
    let covered = entries(of: request).filter { $0.index >= first }
    return (
      IndexRanges(covered.map(\.index)).description,
      MerkleTree.root(of: covered.map { MerkleTree.leafHash($0.bytes) }).base64
    )
  }

  /// The register as it was at the beginning: it changes in no story before a conclusion.
  var register: RegisterSince? {
    let opened = entries.first.flatMap { try? $0.entry.facts(as: LogOpened.self) }
    return opened.map { RegisterSince(inForce: $0.register, times: 0, systems: []) }
  }

  mutating func report(_ request: RequestReference, _ plan: ErasurePlan?) throws -> ContentDigest {
    let entries = entries(of: request).map { (index: $0.index, entry: $0.entry) }
    do {
      return artifact(try ErasureReport.text(request: request, plan: plan, entries: entries, register: register))
    } catch {
      // A lie in an entry can leave nothing to report.
      return artifact("no report")
    }
  }

  // MARK: The auditor

  func policy(quorum: Bool = true) throws -> TrustPolicy {
    try TrustPolicy(
      logs: [.init(key: log.verifierKey)], witnesses: [.init(name: "w1", key: witness.verifierKey)],
      quorum: quorum ? "w1" : nil)
  }

  func allowedSigners() throws -> AllowedSigners {
    let namespaces =
      "namespaces=\"\(SignatureNamespace.approval),\(SignatureNamespace.attestation),\(SignatureNamespace.configuration)\""
    let lines = try [drafter, ada, ben].map { "\($0.principal) \(namespaces) \(try $0.publicKey().text)\n" }
    return try AllowedSigners(parsing: Array(lines.joined().utf8))
  }

  func trust(signers: Bool = true, earlier: [[UInt8]] = []) throws -> AuditTrust {
    AuditTrust(policy: try policy(), allowedSigners: signers ? try allowedSigners() : nil, earlier: earlier)
  }
}
