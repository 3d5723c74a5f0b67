import ErasureDomain
import EvidenceLog
import OfficerAPI
import OfficerDesk

/// What somebody sees before he signs a plan: the plan, every record as it is now, and the very text.
struct ApprovalPage: Sendable {
  struct Record: Sendable {
    let ordinal: Int
    let system: String
    let dataset: String
    let columns: [Column]
    let isTicked: Bool
  }

  struct Column: Sendable {
    let name: String
    let value: String
  }

  /// Leaving records out, empty or as somebody filled it in.
  struct LeaveOutForm: Sendable {
    let grounds: [PageChoice]
    let reason: String?
    let citation: String?
    let until: String?
    let review: String?
    let today: String
    let isOpen: Bool
  }

  let number: Int
  let problem: PageProblem?
  let summary: PlanPage
  let text: String
  let namespace: String
  let decision: String
  let isRefusal: Bool
  let records: [Record]
  /// Set when the plan is too large for a page: the command to use instead.
  let command: String?
  let isDrafter: Bool
  let maySign: Bool
  let approvedBy: String?
  let leaveOut: LeaveOutForm?
}

// Signing a plan.
extension PageRoutes {
  static let approval: [PageRoute] = [
    .get("/requests/{request}/approve", .call(PrepareApproval.name)) { visit in
      try await approvalPage(visit, visit.query["decision"] == "refuse" ? "refuse" : "approve", problem: nil)
    },
    .post("/requests/{request}/approve", .call(SubmitApproval.name)) { visit in
      let decision = visit.form["decision"] == "refuse" ? "refuse" : "approve"
      let plan: PlanView
      do {
        let passkey = try PagePasskey(visit.form, visit.words)
        let prepared = try await visit.call(PrepareApproval(plan: visit.part("request"), decision: decision))
        try requireSmallEnough(prepared, visit)
        let signed = try await signature(passkey, for: ApprovalText.namespace, visit)
        plan = try await visit.call(
          SubmitApproval(
            plan: visit.part("request"), text: passkey.text, signature: signed.signature, principal: signed.principal))
      } catch {
        let (refused, problem) = (error, try visit.formProblem(error))
        // Who may not see the page, or where there is nothing to sign any more, reads the problem by itself.
        guard visit.may(PrepareApproval.name) else { throw refused }
        do { return try await approvalPage(visit, decision, problem: problem) } catch { throw refused }
      }
      return await visit.go(
        to: "/requests/\(plan.number)/plan",
        saying: PlanPage.isOpen(plan)
          ? visit.words("approval.taken-more", String(plan.approvals.count), String(plan.approvalsNeeded))
          : visit.words("approval.taken", visit.words.code("plan-state", plan.state)))
    },
    .post("/requests/{request}/leave-out", .call(LeaveOut.name)) { visit in
      do {
        let ordinals = visit.form.all("record").compactMap { Int($0) }
        guard !ordinals.isEmpty else { throw PageRefusal(.invalid, visit.words("approval.tick-some"), field: "record") }
        let terms = ExceptionTerms(
          ground: try visit.requiredCode("ground", as: ExceptionGround.self), citation: visit.form["citation"] ?? "",
          until: try visit.formDay("until"), reviewBefore: try visit.formDay("review-before"))
        let plan = try await visit.call(
          LeaveOut(
            plan: visit.part("request"), ordinals: ordinals, reason: visit.form["reason"] ?? "", terms: terms))
        return await visit.go(
          to: "/requests/\(plan.number)/approve",
          saying: visit.words.count(ordinals.count, "approval.did-leave-out"))
      } catch {
        return try await approvalPage(visit, "approve", problem: try visit.formProblem(error))
      }
    },
  ]

  private static func approvalPage(
    _ visit: PageVisit, _ decision: String, problem: PageProblem?
  ) async throws -> PageAnswer {
    let prepared = try await visit.call(
      PrepareApproval(plan: visit.part("request"), decision: decision, language: visit.words.language))
    return .page(
      "approval", title: visit.words("approval.title.\(decision)", String(prepared.plan.number)),
      content: ApprovalPage(prepared, decision, problem: problem, visit), status: problem?.reason.status ?? 200)
  }

  /// The rows of a plan that a page may have signed are limited: a page that we serve could show another plan.
  private static func requireSmallEnough(_ prepared: ApprovalPrepared, _ visit: PageVisit) throws {
    guard let command = ApprovalPage.command(prepared, visit) else { return }
    throw PageRefusal(.refused, visit.words("approval.large", command))
  }

  /// The visitor's own signature with his passkey: who is here is who signs.
  static func signature(
    _ passkey: PagePasskey, for namespace: String, _ visit: PageVisit
  ) async throws -> (principal: String, signature: String) {
    let own = try await visit.desk.listedSigners().signers.filter { signer in
      signer.principals.contains { visit.desk.signer($0) == visit.visitor?.person }
    }
    guard let signed = passkey.signature(by: own, for: namespace, on: visit.page.settings.url) else {
      throw PageRefusal(.forbidden, visit.words("passkey.other"))
    }
    if let refusal = signed.refusal { throw Refusal(.forbidden, refusal.description) }
    return (signed.principal, String(decoding: signed.armored, as: UTF8.self))
  }
}

extension ApprovalPage {
  init(_ prepared: ApprovalPrepared, _ decision: String, problem: PageProblem?, _ visit: PageVisit) {
    let (words, plan, form) = (visit.words, prepared.plan, visit.form)
    number = plan.number
    self.problem = problem
    summary = PlanPage(plan, jobs: [], visit)
    text = prepared.text
    namespace = ApprovalText.namespace
    self.decision = decision
    isRefusal = decision == "refuse"
    let ticked = Set(form.all("record"))
    records = prepared.records.map { line in
      Record(
        ordinal: line.ordinal, system: line.system.description, dataset: line.dataset,
        columns: line.columns.map { Column(name: $0.name, value: $0.value) },
        isTicked: ticked.contains(String(line.ordinal)))
    }
    command = Self.command(prepared, visit)
    isDrafter = summary.isDrafter
    let hasSigned = visit.visitor.map { plan.approvals.contains($0.name) } ?? false
    approvedBy = hasSigned ? words("approval.signed-already") : nil
    maySign = command == nil && !isDrafter && !hasSigned
    leaveOut =
      visit.may(LeaveOut.name) && !isRefusal && !prepared.records.isEmpty
      ? LeaveOutForm(
        grounds: PageChoice.all(
          ExceptionGround.allCases.map(\.rawValue), "exception-ground",
          chosen: [form["ground"] ?? ExceptionGround.legalClaims.rawValue], words),
        reason: form["reason"], citation: form["citation"], until: form["until"], review: form["review-before"],
        today: visit.desk.civilClock.today.description,
        isOpen: problem != nil && !ticked.isEmpty || form["reason"] != nil) : nil
  }

  /// The command that signs a plan of more rows than a page may; nil for one that is small enough.
  static func command(_ prepared: ApprovalPrepared, _ visit: PageVisit) -> String? {
    let rows = prepared.plan.lines.reduce(0) { $0 + $1.counts.reduce(0) { $0 + $1.going } }
    return rows > visit.page.settings.mostRowsToSign ? "expunge approve \(prepared.plan.number)" : nil
  }
}
