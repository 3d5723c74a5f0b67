import ErasureDomain
import EvidenceLog
import OfficerAPI
import OfficerDesk

/// What somebody sees before he signs a plan: every record as it is now, and the very text.
struct ApprovalPage: Sendable {
  struct Record: Sendable {
    let ordinal: Int
    let system: String
    let dataset: String
    let columns: [Column]
  }

  struct Column: Sendable {
    let name: String
    let value: String
  }

  let number: Int
  let plan: String
  let digest: String
  let text: String
  let namespace: String
  let decision: String
  let isRefusal: Bool
  let records: [Record]
  let rows: String
  /// Set when the plan is too large for a page: the command to use instead.
  let command: String?
  let notices: [String]
  let approvals: [String]
}

// Signing a plan.
extension PageRoutes {
  static let approval: [PageRoute] = [
    .get("/requests/{request}/approve", .call(PrepareApproval.name)) { visit in
      let decision = visit.query["decision"] == "refuse" ? "refuse" : "approve"
      let prepared = try await visit.call(PrepareApproval(plan: visit.part("request"), decision: decision))
      return .page(
        "approval", title: visit.words("approval.title.\(decision)", String(prepared.plan.number)),
        content: ApprovalPage(prepared, decision, visit))
    },
    .post("/requests/{request}/approve", .call(SubmitApproval.name)) { visit in
      let passkey = try PagePasskey(visit.form, visit.words)
      let prepared = try await visit.call(
        PrepareApproval(plan: visit.part("request"), decision: visit.form["decision"] ?? "approve"))
      try requireSmallEnough(prepared, visit)
      let signed = try await signature(passkey, for: ApprovalText.namespace, visit)
      let plan = try await visit.call(
        SubmitApproval(
          plan: visit.part("request"), text: passkey.text, signature: signed.signature, principal: signed.principal))
      return await visit.go(
        to: "/requests/\(plan.number)/plan",
        saying: visit.words("approval.taken", visit.words.code("plan-state", plan.state)))
    },
  ]

  /// The rows of a plan that a page may have signed are limited: a page that we serve could show another plan.
  private static func requireSmallEnough(_ prepared: ApprovalPrepared, _ visit: PageVisit) throws {
    guard let command = ApprovalPage(prepared, "approve", visit).command else { return }
    throw Refusal(.refused, visit.words("approval.large", command))
  }

  /// The visitor's own signature with his passkey: who is here is who signs.
  static func signature(
    _ passkey: PagePasskey, for namespace: String, _ visit: PageVisit
  ) async throws -> (principal: String, signature: String) {
    let own = try await visit.desk.signersInForce().signers.filter { signer in
      signer.principals.contains { visit.desk.signer($0) == visit.visitor?.person }
    }
    guard let signed = passkey.signature(by: own, for: namespace, on: visit.page.settings.url) else {
      throw Refusal(.forbidden, visit.words("passkey.other"))
    }
    if let refusal = signed.refusal { throw Refusal(.forbidden, refusal.description) }
    return (signed.principal, String(decoding: signed.armored, as: UTF8.self))
  }
}

extension ApprovalPage {
  init(_ prepared: ApprovalPrepared, _ decision: String, _ visit: PageVisit) {
    let words = visit.words
    number = prepared.plan.number
    plan = prepared.plan.plan.text
    digest = prepared.plan.digest.description
    text = prepared.text
    namespace = ApprovalText.namespace
    self.decision = decision
    isRefusal = decision == "refuse"
    records = prepared.records.map { line in
      Record(
        ordinal: line.ordinal, system: line.system.description, dataset: line.dataset,
        columns: line.columns.map { Column(name: $0.name, value: $0.value) })
    }
    let count = prepared.plan.lines.reduce(0) {
      $0 + $1.counts.reduce(0) { $0 + $1.erase + $1.reduce + ($1.anonymised ?? 0) + ($1.restricted ?? 0) }
    }
    rows = words.number(count)
    command = count > visit.page.settings.mostRowsToSign ? "expunge approve \(prepared.plan.number)" : nil
    notices = prepared.plan.notices
    approvals = prepared.plan.approvals
  }
}
