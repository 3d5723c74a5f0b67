import ArgumentParser
import ErasureDomain
import EvidenceLog
import OfficerAPI

/// `expunge approve`.
struct ApproveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "approve", abstract: "Shows a plan and its records, and signs it.",
    discussion: """
      The plan is printed from the very bytes whose digest is signed. Without --key it is only shown. Who decides is \
      who signed: the key is yours, and the daemon never sees it.

      Example: expunge approve 1 --key ~/.ssh/id_ed25519 --principal bram@example.nl
      Example: expunge approve 1 --leave-out 2,5 --ground art17-3-b --citation "Art. 52 AWR" --until 2033-01-01
      Example, signed on another machine:
        expunge approve 1 --print-text > approval.txt
        ssh-keygen -Y sign -n erasure-approval@expunged -f KEY approval.txt
        expunge approve 1 --text approval.txt --signature approval.txt.sig --principal me@example.nl
      """)

  @Argument(help: "The plan's reference, or number or reference of the request.")
  var plan: String

  @OptionGroup var signing: SigningOptions

  @Flag(help: "Sign a refusal instead: the plan falls.")
  var refuse = false

  @Option(help: ArgumentHelp("Leave these records out first; the plan is made anew.", valueName: "numbers"))
  var leaveOut: OrdinalList?

  @Option(help: ArgumentHelp("Why they are left out; - for standard input.", valueName: "file"))
  var reasonFrom: String?

  @OptionGroup var exception: ExceptionOptions

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    if leaveOut == nil, reasonFrom != nil { throw ValidationError("--reason-from belongs to --leave-out") }
    if leaveOut == nil, exception.isGiven {
      throw ValidationError("--ground, --citation, --until and --review belong to --leave-out")
    }
    if leaveOut != nil, refuse || signing.printText || signing.signature != nil {
      throw ValidationError("--leave-out goes alone or with --key")
    }
  }

  func run() async throws {
    let client = connection.client
    if let signed = try signing.signedElsewhere() {
      return try await submit(text: signed.text, signature: signed.signature, principal: signed.principal, client)
    }
    if let leaveOut {
      let terms = try exception.terms()
      let reason = try PrivateText.read(
        from: reasonFrom, question: "Why are they left out?", option: "--reason-from")
      let view = try await client.call(LeaveOut(plan: plan, ordinals: leaveOut.numbers, reason: reason, terms: terms))
      guard signing.key != nil else { return try connection.show(view) { PlanText.text(PlanPage($0)) } }
    }
    let decision: ApprovalText.Decision = refuse ? .refuse : .approve
    let prepared = try await client.call(PrepareApproval(plan: plan, decision: decision.rawValue))
    let review = try ApprovalReview(prepared, asked: plan, decision: decision)
    if signing.printText { return Output.current.exactly(review.textBytes) }
    guard let signer = signing.signer else {
      return try connection.show(prepared) { _ in
        Self.page(prepared, review) + "\nNothing is signed. Next: expunge approve \(plan) --key KEY --principal NAME\n"
      }
    }
    // The answer on standard output is the plan's new state; what is being signed is said besides.
    Output.current.show(Self.page(prepared, review), on: .note)
    try signing.confirm("Sign this \(refuse ? "refusal" : "approval")?")
    let signature = try SSHKeygen(key: signer.key).sign(review.textBytes, namespace: ApprovalText.namespace)
    try await submit(text: prepared.text, signature: signature, principal: signer.principal, client)
  }

  private func submit(text: String, signature: String, principal: String, _ client: DaemonClient) async throws {
    let call = SubmitApproval(plan: plan, text: text, signature: signature, principal: principal)
    try connection.show(try await client.call(call), Self.result)
  }

  /// What the approver reads: made from the plan's bytes, and the records as they are now.
  static func page(_ prepared: ApprovalPrepared, _ review: ApprovalReview) -> String {
    var page = PlanPage(review.plan, digest: review.digest)
    page.startBefore = review.text.startBefore
    page.notices = prepared.plan.notices
    page.differences = prepared.plan.differences
    return PlanText.text(page) + "\n" + ReviewText.text(prepared.records) + "\nThe text to sign\n"
      + String(decoding: review.textBytes, as: UTF8.self)
  }

  private static func result(_ view: PlanView) -> String {
    let count = "\(view.approvals.count) of \(PlanWords.count(view.approvalsNeeded, "signature", "signatures"))"
    let next =
      switch view.state {
      case "approved" where view.approvals.count < view.approvalsNeeded: "another officer must sign"
      case "withdrawn": "nothing of it will happen"
      case "waiting":
        (view.notices.first { $0.contains("waiting period") } ?? "it waits")
      default: "it runs; follow it with expunge watch \(view.number)"
      }
    return "Plan \(view.plan) is \(view.state), \(count): \(next).\n"
  }
}
