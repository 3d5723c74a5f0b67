public import ErasureDomain
import EvidenceLog
public import Journal

/// Reads approved plans back from their artifact, checked against the digest that was signed.
public struct PlanStore: Sendable {
  private let journal: any Journal

  public init(journal: any Journal) { self.journal = journal }

  /// The plan whose bytes hash to the proposal's digest; throws when they do not.
  public func plan(_ reference: PlanReference) async throws -> (plan: ErasurePlan, record: PlanRecord) {
    let found = try await journal.read { reader -> (PlanRecord, [UInt8])? in
      guard let record = try reader.plan(reference) else { return nil }
      guard let bytes = try reader.artifact(record.proposal.digest) else { return nil }
      return (record, bytes)
    }
    guard let (record, bytes) = found, ContentDigest(hashing: bytes) == record.proposal.digest else {
      throw EngineProblem.planBytes(reference)
    }
    return (try CanonicalJSON.decode(ErasurePlan.self, from: bytes), record)
  }
}
