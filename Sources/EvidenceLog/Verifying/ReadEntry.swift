import ErasureDomain

/// An entry with all that can be found out about it without those before it.
///
/// Whoever reads entries in whatever order gets the same, so that it may be done ahead, on other processors.
struct ReadEntry: Sendable {
  let leaf: MerkleHash
  /// The place of something like an e-mail address.
  let address: Int?
  /// Condensed: its bytes need not be kept with it.
  let entry: Result<EvidenceEntry, EntryProblem>
  /// Names of facts that its kind's type does not know.
  let unknownFacts: [String]
  let digests: EntryDigests
  let named: Named

  var artifacts: NamedArtifacts? { if case .artifacts(let named) = named { named } else { nil } }

  enum Named: Sendable {
    /// Nothing where its kind names no artifact that is read.
    case artifacts(NamedArtifacts?)
    /// Too much was read together with it: it is done when it is its turn.
    case unread
  }
}

/// The digests in an entry, in no particular order.
struct EntryDigests: Sendable {
  /// What `KnownEntryKinds.digests(in:)` says.
  var all: [ContentDigest] = []
  /// Those of them that are of the register in force at a conclusion or an end, which need not be there.
  var register: [ContentDigest] = []
}

/// What stands in the artifacts that an entry names, as far as it can be judged by itself. Nothing of one that is absent, or
/// that is another file under its name.
final class NamedArtifacts: Sendable {
  /// A text that somebody signed.
  struct SignedText: Sendable {
    let bytes: [UInt8]
    /// What it says, where it should approve a plan.
    let approval: Result<ApprovalText, SignedTextError>?
    /// The key whose signature holds, for this text and the purpose that the entry's kind has.
    let key: Result<Signer, SSHSignatureError>

    struct Signer: Sendable {
      let key: SSHPublicKey
      let fingerprint: String
    }
  }

  /// What a company signed.
  enum Receipt: Sendable {
    /// The entry's key is no key.
    case keyUnknown
    case absent
    case wrong(ReceiptProblem)
    case holds(ReceiptClaims)
  }

  /// A plan, and the first rule of every plan that it breaks.
  struct Plan: Sendable {
    let plan: ErasurePlan
    let problem: String?
  }

  /// What one of them is to its entry.
  enum Content: Sendable {
    case signed(SignedText)
    case receipt(Receipt)
    case plan(Result<Plan, CanonicalJSONError>)
    case report([UInt8])
    case absent
  }

  let seen: [(digest: ContentDigest, file: ArtifactRules.Seen)]
  let content: Content

  init(_ content: Content, seen: [(digest: ContentDigest, file: ArtifactRules.Seen)]) {
    self.content = content
    self.seen = seen
  }

  var signed: SignedText? { if case .signed(let text) = content { text } else { nil } }
  var receipt: Receipt { if case .receipt(let receipt) = content { receipt } else { .absent } }
  var plan: Result<Plan, CanonicalJSONError>? { if case .plan(let plan) = content { plan } else { nil } }
  var report: [UInt8]? { if case .report(let bytes) = content { bytes } else { nil } }
}
