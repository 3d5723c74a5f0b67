import ErasureDomain
import ErasurePlanning
import Journal
import OfficerAPI

// Figures about a period, from the journal in bounded pieces: records are read, counted and forgotten.
extension OfficerDesk {
  /// Requests that are read in one view.
  private static let requestsInView = 500

  func report(_ call: ReportPeriod) async throws -> PeriodReport {
    guard call.from <= call.to else { throw Refusal(.invalid, "the period ends before it begins") }
    let now = clock.now()
    let (log, size, told) = try await journal.read { reader in
      (
        try reader.log(), try reader.size,
        try reader.entries(from: 0, holding: ["\"kind\":\"\(ExceptionGranted.kind)\"", "\"kind\":\"incident."])
      )
    }
    var tally = PeriodTally(
      PeriodReport(
        from: call.from, to: call.to, today: clock.day(of: now), practice: settings.practice, coverage: coverage(log)),
      clock: clock, asOf: now)
    var counted: Set<RequestReference> = []
    var missing: [Int] = []
    var last = 0
    while last < log.lastNumber {
      let (from, newest) = (last, log.lastNumber)
      let piece = try await journal.read { reader in
        try reader.requests(after: from, limit: Self.requestsInView).filter { $0.number <= newest }.map {
          request -> PeriodTally.Read in
          guard (call.from...call.to).contains(request.received.receivedOn) else { return (request.number, nil) }
          let jobs = try request.plans.flatMap { try reader.jobs(of: $0) }
          return (request.number, (request: request, jobs: jobs, ending: try PeriodTally.Ending(of: request, reader)))
        }
      }
      let end = piece.last?.number ?? newest
      let there = Set(piece.map(\.number))
      missing += (last + 1...max(end, last + 1)).filter { !there.contains($0) }
      for read in piece {
        guard let (request, jobs, ending) = read.counted else { continue }
        counted.insert(request.request)
        tally.add(request, jobs, ending)
      }
      last = end
    }
    try addDecisions(told, of: counted, in: call.from...call.to, to: &tally)
    return tally.finished(newest: log.lastNumber, missing: missing, logSize: size)
  }

  private func addDecisions(
    _ entries: [IndexedEntry], of counted: Set<RequestReference>, in period: ClosedRange<CivilDate>,
    to tally: inout PeriodTally
  ) throws {
    var open: [RequestReference: IncidentOpened] = [:]
    for stored in entries {
      switch stored.entry.kind {
      case ExceptionGranted.kind:
        guard let request = stored.entry.subject.request, counted.contains(request) else { continue }
        tally.add(exceptionOn: try stored.entry.facts(as: ExceptionGranted.self).terms?.ground.rawValue ?? "no-terms")
      case IncidentOpened.kind where period.contains(clock.day(of: stored.entry.at)):
        let facts = try stored.entry.facts(as: IncidentOpened.self)
        open[facts.about] = facts
      case IncidentClosed.kind:
        let about = try stored.entry.facts(as: IncidentClosed.self).about
        if let incident = open.removeValue(forKey: about) { tally.add(incident, closedAt: stored.entry.at) }
      default: continue
      }
    }
    for incident in open.values { tally.add(incident, closedAt: nil) }
  }

  private func coverage(_ log: LogRecord) -> PeriodReport.Coverage {
    let systems = settings.register.systems
    let byHand = systems.count { $0.connector == SystemRecord.manualConnector }
    return PeriodReport.Coverage(
      systems: systems.count, connected: systems.count - byHand, byHand: byHand,
      notReleased: systems.filter { $0.isErasedByUs && !log.isReleased($0.system) }.map(\.system).sorted())
  }
}
