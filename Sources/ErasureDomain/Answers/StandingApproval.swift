/// What officers have signed beforehand: who was erased in a system and is back with a restore may go again at once.
public struct StandingApproval: Hashable, Sendable, Codable {
  /// How many rows one such erasure may take at most.
  public static let rowRange = 1...10_000
  /// People who must sign it: never one alone, whatever the configuration asks for plans.
  public static let signaturesNeeded = 2

  /// SHA-256 of the system's record for which it was signed.
  public var record: ContentDigest
  public var atMost: Int
  /// It counts before this instant only.
  public var until: UTCTime
  /// What is the same in all its signatures.
  public var nonce: String
  public var approvals: [Approval]

  public init(record: ContentDigest, atMost: Int, until: UTCTime, nonce: String, approvals: [Approval]) {
    self.record = record
    self.atMost = atMost
    self.until = until
    self.nonce = nonce
    self.approvals = approvals
  }

  /// Enough people have signed.
  public var isComplete: Bool { approvals.count >= Self.signaturesNeeded }

  /// Why a plan is not covered by it; nil when it is.
  ///
  /// The plan erases again what came back in that system, touches nothing else, and no more rows than were signed for.
  public func problem(
    with plan: ErasurePlan, erasing again: RequestReceived.Again?, in system: SystemName, at time: UTCTime
  ) -> String? {
    guard isComplete else { return "it is not signed by \(Self.signaturesNeeded) people" }
    guard time < until else { return "it ended on \(until)" }
    guard again?.system == system else { return "it is about what came back in \(system), and this is not" }
    guard plan.leastApprovals <= approvals.count else { return "the plan needs more signatures" }
    var rows = 0
    for job in plan.jobs {
      switch job.verb {
      case .erase, .eraseKept:
        guard job.system == system, job.record == record else {
          return "the register describes \(job.system) otherwise than when it was signed"
        }
        rows += job.approvedRows
      case .tagExpiry, .confirmExpiry: continue
      case .instruct, .notify, .stopSending, .manual, .export: return "the plan does more than erase in \(system)"
      }
    }
    return rows <= atMost ? nil : "the plan takes \(rows) rows, and at most \(atMost) were signed for"
  }
}
