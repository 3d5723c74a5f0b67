import ErasureDomain
import EvidenceLog

/// A text that a person signed, as an entry names it.
struct SignedDecision {
  let text: ContentDigest
  let signature: ContentDigest
  /// What `ssh-keygen -Y verify -n` is told.
  let namespace: String

  /// Nothing when the entry names no signature of a person.
  init?(_ entry: EvidenceEntry) throws {
    switch entry.kind {
    case PlanApproved.kind: self.init(try entry.facts(as: PlanApproved.self).approval)
    case PlanConfirmed.kind: self.init(try entry.facts(as: PlanConfirmed.self).approval)
    case PlanWithdrawn.kind:
      guard let refusal = try entry.facts(as: PlanWithdrawn.self).refusal else { return nil }
      self.init(refusal)
    case TaskAttested.kind:
      let facts = try entry.facts(as: TaskAttested.self)
      self.init(text: facts.text, signature: facts.signature, namespace: AttestationText.namespace)
    default: return nil
    }
  }

  private init(_ approval: Approval) {
    self.init(text: approval.text, signature: approval.signature, namespace: ApprovalText.namespace)
  }

  private init(text: ContentDigest, signature: ContentDigest, namespace: String) {
    self.text = text
    self.signature = signature
    self.namespace = namespace
  }
}
