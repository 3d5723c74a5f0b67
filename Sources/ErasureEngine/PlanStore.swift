public import ErasureDomain
import EvidenceLog
public import Journal
import Synchronization

/// Reads approved plans back from their artifact, checked against the digest that was signed.
public final class PlanStore: Sendable {
  /// The most plans that are kept in memory: the jobs of one plan are mostly due together.
  static let mostKept = 64

  private let journal: any Journal
  /// Plans by the digest of their bytes, which never change, the latest read last.
  private let kept = Mutex<[(digest: ContentDigest, plan: ErasurePlan)]>([])

  public init(journal: any Journal) { self.journal = journal }

  /// The plan whose bytes hash to the proposal's digest; throws when they do not.
  public func plan(_ reference: PlanReference) async throws -> (plan: ErasurePlan, record: PlanRecord) {
    let known = kept.withLock { $0 }
    let found = try await journal.read { reader -> (record: PlanRecord, bytes: [UInt8]?)? in
      guard let record = try reader.plan(reference) else { return nil }
      guard !known.contains(where: { $0.digest == record.proposal.digest }) else { return (record, nil) }
      guard let bytes = try reader.artifact(record.proposal.digest) else { return nil }
      return (record, bytes)
    }
    guard let (record, bytes) = found else { throw EngineProblem.planBytes(reference) }
    let digest = record.proposal.digest
    guard let bytes else {
      guard let plan = known.first(where: { $0.digest == digest })?.plan else {
        throw EngineProblem.planBytes(reference)
      }
      return (plan, record)
    }
    guard ContentDigest(hashing: bytes) == digest else { throw EngineProblem.planBytes(reference) }
    let plan = try CanonicalJSON.decode(ErasurePlan.self, from: bytes)
    keep(plan, digest)
    return (plan, record)
  }

  private func keep(_ plan: ErasurePlan, _ digest: ContentDigest) {
    kept.withLock { kept in
      kept.removeAll { $0.digest == digest }
      kept.append((digest: digest, plan: plan))
      if kept.count > Self.mostKept { kept.removeFirst() }
    }
  }
}
