import ConnectorKit
import ErasureDomain
import ErasureEngine
import ErasurePlanning
import Journal
import OfficerAPI

// Erasing the wrong person is a breach of personal data (Article 4(12) GDPR), with the term of Article 33.
extension OfficerDesk {
  /// Hours within which the authority must hear of a breach (Article 33(1) GDPR).
  static let reportingHours: Int64 = 72
  /// Seconds that listing the copies of one keeper may take.
  static let listingSeconds: Int64 = 60
  static let wrongPerson = FailureCode("wrong-person")

  func open(_ call: OpenIncident, _ caller: Caller) async throws -> IncidentView {
    let record = try await find(call.request)
    // First of all nothing more goes.
    try await pausePlan(of: record, caller)
    if try await journal.read({ reader in try reader.log().incidents?[record.request] }) == nil {
      let before = clock.now().adding(seconds: Self.reportingHours * 3_600)
      try await append(
        IncidentOpened(incident: Self.wrongPerson, about: record.request, reportBefore: before), about: .log,
        by: caller.id, expecting: nil)
    }
    return try await show(ShowIncident(request: record.request.text))
  }

  private func pausePlan(of record: RequestRecord, _ caller: Caller) async throws {
    guard let plan = record.plan else { return }
    let current = try await findPlan(plan.text)
    switch current.state {
    case .approved where current.approvedAt != nil, .waiting, .executing:
      try await append(
        PlanPaused(), about: EntrySubject(request: record.request, plan: plan), by: caller.id,
        expecting: current.revision)
    case .draft, .proposed, .approved: try await withdrawProposal(of: record, by: caller)
    case .paused, .concluded, .halted, .withdrawn: return
    }
  }

  func show(_ call: ShowIncident) async throws -> IncidentView {
    let record = try await find(call.request)
    let (incident, jobs, entries) = try await journal.read { reader in
      (
        try reader.log().incidents?[record.request], try record.plans.flatMap { try reader.jobs(of: $0) },
        try reader.entries(of: record.request, kinds: [AttemptPrepared.kind])
      )
    }
    guard let incident else {
      throw Refusal(.notFound, "request \(record.number) has no open incident; expunge incident wrong-person opens one")
    }
    var prepared: [JobReference: UTCTime] = [:]
    for stored in entries {
      guard let job = stored.entry.subject.job else { continue }
      prepared[job] = min(prepared[job] ?? stored.entry.at, stored.entry.at)
    }
    var places: [IncidentView.Place] = []
    for job in jobs where Self.hasHappened(job) {
      guard let at = prepared[job.job] ?? job.settledAt else { continue }
      var copies: [IncidentView.Place.Copy] = []
      if job.verb.changesSystem { copies = await self.copies(of: job.system, completeBefore: at) }
      places.append(
        IncidentView.Place(
          system: job.system, title: systems.record(job.system)?.title ?? job.system.description, verb: job.verb,
          state: job.state.word, rows: Self.rows(job), at: at, copies: copies))
    }
    return IncidentView(
      request: record.request, number: record.number, openedAt: incident.at, reportBefore: incident.reportBefore,
      hoursLeft: Int(incident.reportBefore.seconds(since: clock.now()) / 3_600), places: places)
  }

  /// Whether something went by it or somebody was told, or may have been: an attempt that could reach nobody did neither.
  private static func hasHappened(_ job: JobRecord) -> Bool {
    guard job.verb.tellsCompany else {
      if job.verb == .manual { return job.state.word == "erased" }
      // What an attempt had announced and rolled back is forgotten by the fold.
      return job.verb.changesSystem && (job.prepared != nil || !job.taken.isEmpty || job.state.isSettled)
    }
    if case .settled(let outcome) = job.state {
      switch outcome {
      case .excepted, .cancelled: return job.handedOverAt != nil
      case .erased, .nothingFound, .anonymised, .restricted, .notified, .unconfirmed, .expiryTagged, .exported:
        return true
      }
    }
    return job.handedOverAt != nil || job.verifyFirst
  }

  /// What its receipt says went, or what an attempt without an answer may have taken.
  private static func rows(_ job: JobRecord) -> Int {
    if case .settled(let outcome) = job.state, let receipt = outcome.receipt {
      return receipt.erased + receipt.anonymised + receipt.restricted
    }
    return (job.prepared?.effects ?? []).reduce(0) {
      $0 + $1.erased + $1.reduced + ($1.anonymised ?? 0) + ($1.restricted ?? 0)
    }
  }

  private func copies(
    of system: SystemName, completeBefore instant: UTCTime
  ) async -> [IncidentView.Place.Copy] {
    var copies: [IncidentView.Place.Copy] = []
    for keeper in Set((settings.register[system]?.copies ?? []).map(\.system)).sorted() {
      guard let listing = try? systems.connector(keeper) as? any CopyListing else {
        copies.append(.init(keeper: keeper, problem: "it lists no copies; ask its owner"))
        continue
      }
      do throws(ConnectorFailure) {
        let deadline = clock.now().adding(seconds: Self.listingSeconds)
        let copy = try await listing.newestCopy(completeBefore: instant, deadline: deadline)
        copies.append(.init(keeper: keeper, complete: copy?.complete, lastDay: copy?.lastDay))
      } catch {
        copies.append(.init(keeper: keeper, problem: Self.words(for: error)))
      }
    }
    return copies
  }

  func close(_ call: CloseIncident, _ caller: Caller) async throws -> Done {
    let record = try await find(call.request)
    try await append(
      IncidentClosed(about: record.request, reported: call.reported), about: .log, by: caller.id, expecting: nil)
    return Done()
  }

  /// A warning for each incident that is not dealt with yet.
  func incidentWarnings() async throws -> [String] {
    let (log, now) = (try await journal.read { reader in try reader.log() }, clock.now())
    var warnings: [String] = []
    for (request, incident) in (log.incidents ?? [:]).sorted(by: { $0.value.reportBefore < $1.value.reportBefore }) {
      let number = try await find(request.text).number
      let left = incident.reportBefore.seconds(since: now) / 3_600
      warnings.append(
        "request \(number) may have erased the wrong person: the authority must hear of it "
          + (left >= 0 ? "within \(left) hours" : "at once, \(-left) hours too late")
          + "; expunge incident show \(number)")
    }
    return warnings
  }
}
