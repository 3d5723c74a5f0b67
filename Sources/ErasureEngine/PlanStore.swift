public import ErasureDomain
import EvidenceLog
public import Journal
import Synchronization

/// Reads approved plans back from their artifact, checked against the digest that was signed.
public final class PlanStore: Sendable {
  /// The bytes of the plans that are kept in memory, all together: the jobs of one plan are mostly due together.
  static let mostBytes = 4 << 20

  private struct Kept {
    /// Plans by the digest of their bytes, which never change: those of the last time, and those before.
    var young: [ContentDigest: ErasurePlan] = [:]
    var old: [ContentDigest: ErasurePlan] = [:]
    /// The bytes of the young ones.
    var bytes = 0
  }

  private let journal: any Journal
  private let kept = Mutex(Kept())

  public init(journal: any Journal) { self.journal = journal }

  /// The plan whose bytes hash to the proposal's digest; throws when they do not.
  public func plan(_ reference: PlanReference) async throws -> (plan: ErasurePlan, record: PlanRecord) {
    let found = try await journal.read { [self] reader -> (record: PlanRecord, bytes: [UInt8]?)? in
      guard let record = try reader.plan(reference) else { return nil }
      return (record, known(record.proposal.digest) == nil ? try reader.artifact(record.proposal.digest) : nil)
    }
    guard let (record, bytes) = found else { throw EngineProblem.planBytes(reference) }
    let digest = record.proposal.digest
    if let bytes { return (try plan(reference, digest, bytes), record) }
    return (try await plan(reference, digest), record)
  }

  /// The plan whose bytes have a digest that was just read with its proposal; throws as `plan(_:)` does.
  func plan(_ reference: PlanReference, _ digest: ContentDigest) async throws -> ErasurePlan {
    if let plan = known(digest) { return plan }
    guard let bytes = try await journal.read({ reader in try reader.artifact(digest) }) else {
      throw EngineProblem.planBytes(reference)
    }
    return try plan(reference, digest, bytes)
  }

  private func plan(_ reference: PlanReference, _ digest: ContentDigest, _ bytes: [UInt8]) throws -> ErasurePlan {
    guard ContentDigest(hashing: bytes) == digest else { throw EngineProblem.planBytes(reference) }
    let plan = try CanonicalJSON.decode(ErasurePlan.self, from: bytes)
    kept.withLock { Self.keep(plan, digest, size: bytes.count, in: &$0) }
    return plan
  }

  private func known(_ digest: ContentDigest) -> ErasurePlan? {
    kept.withLock { kept in kept.young[digest] ?? kept.old[digest] }
  }

  private static func keep(_ plan: ErasurePlan, _ digest: ContentDigest, size: Int, in kept: inout Kept) {
    // Half of it for each generation.
    if kept.bytes > 0, kept.bytes + size > mostBytes / 2 {
      kept.old = kept.young
      kept.young = [:]
      kept.bytes = 0
    }
    kept.young[digest] = plan
    kept.bytes += size
  }
}
