import ErasureDomain
import EvidenceLog
import OfficerAPI

/// A plan and the text that approves it, checked against each other without trusting the daemon.
///
/// What is shown is made from `plan`, and `plan` is read from the very bytes whose digest is in the text.
struct ApprovalReview {
  let plan: ErasurePlan
  let digest: ContentDigest
  let text: ApprovalText
  let textBytes: [UInt8]

  /// Refuses when the text is not for these bytes, or the bytes hold more than is shown.
  init(_ prepared: ApprovalPrepared, asked: String, decision: ApprovalText.Decision) throws(ConsoleFailure) {
    let bytes = Array(prepared.planBytes.utf8)
    textBytes = Array(prepared.text.utf8)
    do {
      plan = try CanonicalJSON.decode(ErasurePlan.self, from: bytes)
      // A key that this program does not know would be approved without being shown.
      guard try CanonicalJSON.encode(plan) == bytes else {
        throw ConsoleFailure(.refused, "the plan holds more than this program can show; update expunge before signing")
      }
      text = try ApprovalText(parsing: textBytes)
    } catch let failure as ConsoleFailure {
      throw failure
    } catch {
      throw ConsoleFailure(.refused, "the plan or its text does not read: \(error); nothing was signed")
    }
    digest = ContentDigest(hashing: bytes)
    let rules: [(Bool, String)] = [
      (text.plan == digest, "another plan"), (text.request == plan.request, "another request"),
      (text.log == plan.log, "another log"), (text.findings == plan.findings, "other findings"),
      (text.jobs == plan.jobs.count, "another number of jobs"), (text.decision == decision, "another decision"),
      (asked == plan.plan.text || asked == plan.request.text || Int(asked) != nil, "another plan"),
    ]
    if let broken = rules.first(where: { !$0.0 }) {
      throw ConsoleFailure(
        .refused, "the text to sign is for \(broken.1) than the one shown; sign nothing and tell your colleagues")
    }
  }
}
