import ArgumentParser
import ErasureDomain
import EvidenceLog
import OfficerAPI

/// `expunge plan export`.
struct PlanExport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes a plan for an officer who cannot reach the daemon, to be signed anywhere.",
    discussion: """
      The folder names nobody: plan.json, whose SHA-256 stands in approval.txt; plan.txt, the same in words; approval.txt, \
      the text to sign; README.txt. The records' own columns are not in it: they are shown live and never written.

      Example: expunge plan export 1 plan/
      """)

  @Argument(help: "The plan's reference, or number or reference of the request.")
  var plan: String

  @Argument(help: "A folder that is empty or does not exist yet.")
  var folder: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let target = EvidenceFolder(path: folder)
    try target.requireEmpty()
    let prepared = try await connection.client.call(
      PrepareApproval(plan: plan, decision: ApprovalText.Decision.approve.rawValue))
    let review = try ApprovalReview(prepared, asked: plan, decision: .approve)
    var page = PlanPage(review.plan, digest: review.digest)
    page.startBefore = review.text.startBefore
    page.notices = prepared.plan.notices
    page.differences = prepared.plan.differences
    let number = prepared.plan.number
    let files = [
      ("plan.json", prepared.planBytes), ("plan.txt", PlanText.text(page)), ("approval.txt", prepared.text),
      ("README.txt", Self.readMe(number, review.text.startBefore)),
    ].map { ExportedEvidence.File(path: $0.0, content: Base64.encode(Array($0.1.utf8))) }
    let summary = try target.write(ExportedEvidence(files: files))
    try connection.show(summary) { _ in
      "The plan is in \(folder). It is signed there with ssh-keygen, and the signature comes back:\n"
        + "expunge approve \(number) --text approval.txt --signature approval.txt.sig --principal NAME\n"
    }
  }

  private static func readMe(_ number: Int, _ before: UTCTime) -> String {
    """
    A plan to erase one person's data, for an officer who cannot reach the daemon. It names nobody.

    1. Read plan.txt. plan.json is the same plan as it is signed:
         sha256sum plan.json          must be the digest after "plan" in approval.txt
    2. Sign:
         ssh-keygen -Y sign -n \(ApprovalText.namespace) -f YOUR_KEY approval.txt
    3. Send approval.txt and approval.txt.sig to your office before \(before). There, whoever delivers it:
         expunge approve \(number) --text approval.txt --signature approval.txt.sig --principal YOUR_NAME

    Who signs decides, whoever delivers it. Who drafted the plan cannot sign it.

    """
  }
}
