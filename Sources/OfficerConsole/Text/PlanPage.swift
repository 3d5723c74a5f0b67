import ErasureDomain
import OfficerAPI

/// A plan as it is shown, whether it comes from the plan's own bytes or from the daemon's summary.
struct PlanPage {
  /// One job, or a system without one.
  struct Row {
    var system: SystemName
    var title: String
    var role: SystemRole
    var verb: JobVerb?
    var counts: [DatasetCount]
    var leftOut: Int
    /// Kinds of identifiers used or sent; nil when not known here.
    var identifiers: [IdentifierKind]?
    /// Systems that come first.
    var after: [SystemName]
    var followUp: FollowUp?
    var notApplicable: Coverage.Reason?
    /// What else will happen there.
    var sideEffects: [String] = []
    /// Conditions under which rows are anonymised, by dataset.
    var anonymise: [String: Anonymisation] = [:]
    /// For a company that does not exist any more and has no job of its own.
    var ceased: Cessation?
    /// What an export reads.
    var export: PlannedExport?

    var isFollowUp: Bool { followUp != nil || verb?.isFollowUp == true }
    var erased: Int { counts.reduce(0) { $0 + $1.erase } }
    var reduced: Int { counts.reduce(0) { $0 + $1.reduce } }

    var anonymised: Int { counts.reduce(0) { $0 + ($1.anonymised ?? 0) } }
    var restricted: Int { counts.reduce(0) { $0 + ($1.restricted ?? 0) } }
    var minimised: Int { counts.reduce(0) { $0 + ($1.minimised ?? 0) } }

    /// Rows that stay, by rule and day.
    var kept: [KeptCount] {
      var sums: [String: KeptCount] = [:]
      for kept in counts.flatMap(\.kept) {
        sums["\(kept.until) \(kept.rule) \(kept.isConditional)", default: kept.group].count += kept.count
      }
      return sums.sorted { $0.key < $1.key }.map(\.value)
    }
  }

  var plan: PlanReference
  var request: RequestReference
  var digest: ContentDigest
  var practice: Bool
  var at: UTCTime
  var margin: Margin
  var rows: [Row]
  var number: Int?
  var state: String?
  var drafter: String?
  var startBefore: UTCTime?
  var approvals: [String] = []
  var approvalsNeeded: Int?
  var log: String?
  var ground: ErasureGround?
  var dueDates: DueDates?
  /// What the daemon says stands in its way now; no part of what is signed.
  var notices: [String] = []
  /// What it does otherwise than the proposal before it, as the daemon says; nil where there was none.
  var differences: [String]?
  /// On which ground, by category, with the name or reference of who decided.
  var decisions: [PlanView.Decision] = []

  /// From the daemon's summary.
  init(_ view: PlanView) {
    plan = view.plan
    request = view.request
    digest = view.digest
    practice = view.practice
    at = view.at
    margin = view.margin
    number = view.number
    state = view.state
    drafter = view.drafter
    startBefore = view.startBefore
    approvals = view.approvals
    approvalsNeeded = view.approvalsNeeded
    notices = view.notices
    differences = view.differences
    decisions = view.decisions ?? []
    rows = view.lines.map { line in
      Row(
        system: line.system, title: line.title, role: line.role, verb: line.verb, counts: line.counts,
        leftOut: line.leftOut, identifiers: nil, after: line.after, followUp: line.followUp,
        notApplicable: line.notApplicable, sideEffects: line.sideEffects ?? [], anonymise: line.anonymise ?? [:],
        ceased: line.ceased, export: line.export)
    }
  }

  /// From the plan itself; nothing of it comes from elsewhere.
  init(_ plan: ErasurePlan, digest: ContentDigest) {
    self.plan = plan.plan
    request = plan.request
    self.digest = digest
    practice = plan.practice
    at = plan.at
    margin = plan.margin
    log = plan.log
    ground = plan.ground
    dueDates = plan.dueDates
    drafter = plan.drafter.text
    decisions = plan.decisions?.map { PlanView.Decision($0, by: $0.by.text) } ?? []
    let systems = plan.jobs.reduce(into: [:]) { $0[$1.job] = $1.system }
    rows = plan.jobs.map { job in
      Row(
        system: job.system, title: job.title, role: job.role, verb: job.verb, counts: job.counts,
        leftOut: job.leftOut.reduce(0) { $0 + $1.count }, identifiers: job.identifiers,
        after: job.dependsOn.compactMap { systems[$0.job] }, followUp: job.followUp, notApplicable: nil,
        sideEffects: job.sideEffects ?? [], anonymise: job.anonymise ?? [:], export: job.export)
    }
    for line in plan.coverage {
      guard let reason = line.notApplicable else { continue }
      rows.append(
        Row(
          system: line.system, title: line.title, role: line.role, verb: nil, counts: [], leftOut: 0,
          identifiers: nil, after: [], followUp: nil, notApplicable: reason, ceased: line.ceased))
    }
  }
}
