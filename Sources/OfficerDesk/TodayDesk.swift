import ConnectorKit
import ErasureDomain
import ErasureEngine
import Journal
import OfficerAPI

// What needs somebody today. Counts come from indexes that hold what is open alone, and the list ends after a screenful:
// neither grows with what was ever asked.
extension OfficerDesk {
  static let mostInToday = 25
  /// Days from today on within which a work-to date is near.
  static let nearDays = 7

  /// What waits, in numbers; of it the status, its warnings and the first screen are made.
  struct WaitingWork {
    var counts = WorkCounts()
    var overdue = 0
    var week = 0
    var keepsPerson = 0
    var objections = 0
    var silent: [SilentCompany] = []
    /// Findings of looks after the conclusion, and exceptions to be looked at again.
    var returned: [ReprobeFinding] = []
    var exceptions: [StandingException] = []

    /// Everything that waits for a person: jobs, requests, findings and exceptions.
    var tasks: Int {
      counts.questions.values.reduce(0) { $0 + $1.values.reduce(0, +) } + (counts.stages[.questions] ?? 0)
        + returned.count + exceptions.count
    }
  }

  func waitingWork(at now: UTCTime) async throws -> WaitingWork {
    let today = clock.day(of: now)
    // Concluded before the first instant of a day is concluded on an earlier one.
    let waited = clock.start(of: today.adding(days: 1 - Self.daysToInform))
    var work = try await journal.read { reader in
      WaitingWork(
        counts: try reader.workCounts(), overdue: try reader.due(in: CivilDate.first..<today),
        week: try reader.due(in: today..<today.adding(days: Self.nearDays + 1)),
        keepsPerson: try reader.concluded(before: waited),
        objections: try reader.objections(orderedUntil: now.adding(seconds: -Self.marketingSeconds)),
        silent: try reader.silent(at: now))
    }
    work.returned = try await openReprobes()
    work.exceptions = try await dueExceptions()
    return work
  }

  func today(_ caller: Caller) async throws -> TodayView {
    let now = clock.now()
    let work = try await waitingWork(at: now)
    var view = TodayView(now: now, today: clock.day(of: now))
    view.open = work.counts.open
    view.stages = work.counts.stages
    (view.overdue, view.week, view.keepsPerson) = (work.overdue, work.week, work.keepsPerson)
    view.objections = work.objections
    tally(work, for: caller, in: &view)
    try await approvals(work, for: caller, in: &view)
    view.silent = work.silent.map { company in
      TodayView.Silence(
        system: company.system, title: title(of: company.system), jobs: company.jobs, since: company.since,
        until: company.until)
    }
    try await matters(work, in: &view)
    try await health(of: caller, in: &view)
    guard Permissions.allow(ListRequests.name, caller) else {
      view.hideNumbers()
      return view
    }
    view.requests = try await lines(for: caller)
    return view
  }

  private func title(of system: SystemName) -> String { systems.record(system)?.title ?? system.description }

  /// A system owner without another role at the desk has what waits in his systems.
  private func tally(_ work: WaitingWork, for caller: Caller, in view: inout TodayView) {
    var questions = work.counts.questions
    let isOwnerAlone = caller.roles.isSubset(of: [.systemOwner, .operator]) && caller.roles.contains(.systemOwner)
    if isOwnerAlone { questions = questions.filter { caller.person?.owns.contains($0.key) == true } }
    view.questions = questions.values.reduce(into: [:]) { sum, some in sum.merge(some, uniquingKeysWith: +) }
    view.tasks = isOwnerAlone ? view.questions.values.reduce(0, +) : work.tasks
  }

  // MARK: Plans

  private func approvals(_ work: WaitingWork, for caller: Caller, in view: inout TodayView) async throws {
    let standing = try await approverStanding(at: view.now)
    view.signersUnreadable = standing.isUnreadable
    view.approvers = standing.isEnough ? nil : standing.able
    view.keys = standing.keys
    view.latePlans = first(standing.latePlans, in: &view).map { TodayView.Matter(number: $0) }
    view.plans = work.counts.plans
    guard Permissions.allow(PrepareApproval.name, caller) else { return }
    let plans = try await journal.read { reader in
      try reader.plansToSign(limit: Self.mostPlans).compactMap { plan in
        try reader.request(plan.request).map { (plan: plan, request: $0) }
      }
    }
    view.plansToSign = plans.count { canSign($0.plan, of: $0.request, caller) }
    view.mayBeMoreToSign = view.plans > plans.count
  }

  /// What is named of a list that may be long; the rest is counted.
  private func first<Some>(_ list: [Some], in view: inout TodayView) -> ArraySlice<Some> {
    view.further += max(0, list.count - Self.mostInToday)
    return list.prefix(Self.mostInToday)
  }

  /// Whether a signature of his would count: he neither drafted nor signed it, and decided about no hold.
  private func canSign(_ plan: PlanRecord, of request: RequestRecord, _ caller: Caller) -> Bool {
    guard let person = caller.id, Permissions.allow(PrepareApproval.name, caller), plan.waitsForSignatures else {
      return false
    }
    return plan.drafter != person && !plan.approvals.contains { $0.by == person }
      && request.holds?.deciders.contains(person) != true
  }

  // MARK: Requests

  /// The first open requests by days left.
  private func lines(for caller: Caller) async throws -> [TodayView.Line] {
    let today = clock.today
    let found = try await journal.read { reader in
      try reader.requests(.open([]), in: nil, from: nil, backwards: false, limit: Self.mostInToday).map { request in
        let plan = request.state == .verified ? try request.plan.flatMap { try reader.plan($0) } : nil
        let asks = request.state == .inErasure ? try request.plan.map { try reader.asks($0) } : nil
        return (request: request, plan: plan, asks: asks ?? false)
      }
    }
    return found.compactMap { request, plan, asks in
      guard let stage = request.stage(with: plan) else { return nil }
      let due = request.dueInForce
      return TodayView.Line(
        number: request.number, state: request.state.word, waitsFor: stage,
        isMine: stage == .signatures && plan.map { canSign($0, of: request, caller) } == true, asks: asks,
        daysLeft: request.hasOpenClock ? due.workTo.days(since: today) : nil, workTo: due.workTo,
        statutory: due.statutory)
    }
  }

  // MARK: What is wrong, or to be looked at again

  private func matters(_ work: WaitingWork, in view: inout TodayView) async throws {
    let log = try await journal.read { reader in try reader.log() }
    for finding in first(work.returned, in: &view) {
      view.returned.append(
        TodayView.Matter(
          number: try await number(of: finding.request), system: finding.system, records: finding.records))
    }
    for (system, scan) in (log.scanned ?? [:]).sorted(by: { $0.key < $1.key }) where scan.certain > 0 {
      view.returned.append(TodayView.Matter(number: nil, system: system, records: scan.certain))
    }
    view.restored = (log.restored ?? [:]).keys.sorted()
    let incidents = (log.incidents ?? [:]).sorted { $0.value.reportBefore < $1.value.reportBefore }
    for (request, incident) in first(incidents, in: &view) {
      view.incidents.append(TodayView.Matter(number: try await number(of: request), before: incident.reportBefore))
    }
    view.holds = first(try await dueHolds(), in: &view).map { hold in
      TodayView.Matter(number: hold.number, system: hold.system, day: hold.reviewBefore)
    }
    for standing in first(work.exceptions, in: &view) {
      view.exceptions.append(
        TodayView.Matter(
          number: try await number(of: standing.request), system: standing.system, day: standing.terms.day))
    }
    view.stopped = log.stopped.map { TodayView.Stop(by: settings.people.name(of: $0.by), at: $0.at) }
  }

  private func number(of request: RequestReference) async throws -> Int? {
    try await journal.read { reader in try reader.request(request)?.number }
  }

  private func health(of caller: Caller, in view: inout TodayView) async throws {
    view.gates = try await waitingGates().map { gate in
      TodayView.Gate(
        system: gate.system, title: gate.title, state: gate.state, jobs: gate.waiting,
        isMine: caller.owns(gate.system))
    }
    if !settings.practice { view.changed = settings.changedWithoutSignatures }
    if let files = try await caseFileStanding() {
      view.caseFilesPast = files.past
      view.caseFilesUnwritable = !files.areWritable
    }
    view.journalFailure = journal.failure.map { "\($0)" }
    view.isNotAnchored = true
  }
}

extension TodayView {
  /// For who may list no requests: what remains says how many, and nothing of which.
  fileprivate mutating func hideNumbers() {
    func without(_ matters: [Matter]) -> [Matter] {
      matters.map { matter in
        var matter = matter
        matter.number = nil
        return matter
      }
    }
    latePlans = without(latePlans)
    returned = without(returned)
    incidents = without(incidents)
    holds = without(holds)
    exceptions = without(exceptions)
  }
}
