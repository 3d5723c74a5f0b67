/// The fold of the entries that move a request's dates, and the guards an auditor relies on (rules D5, D7, D8, D10).
enum ClockFold {
  static let kinds: Set<EntryKind> = [
    DeadlineExtended.kind, IdentityAsked.kind, IdentityProved.kind, ReceiptCorrected.kind, DeadlineNear.kind,
  ]

  static func fold(_ entry: EvidenceEntry, into record: inout RequestRecord) throws {
    switch entry.kind {
    case DeadlineExtended.kind: try extend(entry, &record)
    case IdentityAsked.kind: try ask(entry, &record)
    case IdentityProved.kind: try prove(entry, &record)
    case ReceiptCorrected.kind: try correct(entry, &record)
    case DeadlineNear.kind:
      let facts = try entry.facts(as: DeadlineNear.self)
      guard record.alarms?.contains(where: { $0.workTo == facts.workTo && $0.lead <= facts.lead }) != true else {
        throw FoldProblem.exists("the alarm \(facts.lead) working days before \(facts.workTo)")
      }
      record.alarms = (record.alarms ?? []) + [facts]
    default: break
    }
  }

  /// Whoever was asked to prove who he is is confirmed with the proof alone.
  static func requireProof(_ record: RequestRecord, _ kind: EntryKind) throws {
    guard record.identityAsked == nil || record.identityProved != nil else {
      throw FoldProblem.malformed(kind, "identity was asked for and is not proved")
    }
  }

  private static func extend(_ entry: EvidenceEntry, _ record: inout RequestRecord) throws {
    let facts = try entry.facts(as: DeadlineExtended.self)
    guard record.extended == nil else { throw FoldProblem.exists("the one extension of this request") }
    try requireOpen(record, entry.kind)
    try requireDay(facts.on, of: entry)
    let dates = record.received.dueDates
    guard dates.permitsExtension(on: facts.on) else {
      throw FoldProblem.malformed(entry.kind, "\(facts.on) is not within the first deadline, \(dates.statutory)")
    }
    let days = record.identityProved?.suspendedDays ?? 0
    // Without a suspension the day is the one of the first entry; with one, the next working day after the moved one.
    let nominal = DueDates.extendedNominal(received: dates.received).adding(days: days)
    let isRight =
      days == 0
      ? facts.statutory == dates.extended
      : (nominal...nominal.adding(days: HolidayCalendar.longestBreak)).contains(facts.statutory)
    guard isRight, facts.workTo <= facts.statutory else {
      throw FoldProblem.malformed(entry.kind, "two further months do not end on \(facts.statutory)")
    }
    record.extended = facts
  }

  private static func ask(_ entry: EvidenceEntry, _ record: inout RequestRecord) throws {
    let facts = try entry.facts(as: IdentityAsked.self)
    guard record.state == .received else {
      throw FoldProblem.malformed(entry.kind, "the request is \(record.state.word): identity is not open any more")
    }
    try requireDay(facts.on, of: entry)
    record.identityAsked = (record.identityAsked ?? []) + [facts]
  }

  private static func prove(_ entry: EvidenceEntry, _ record: inout RequestRecord) throws {
    let facts = try entry.facts(as: IdentityProved.self)
    guard record.identityProved == nil else { throw FoldProblem.exists("the proof of identity") }
    guard let asked = record.identityAsked?.first, record.state == .received else {
      throw FoldProblem.malformed(entry.kind, "nobody asked for a proof")
    }
    let dates = record.received.dueDates
    guard facts.on >= asked.on, facts.suspendedDays == dates.suspendedDays(asked: asked.on, proof: facts.on) else {
      throw FoldProblem.malformed(
        entry.kind, "asked on \(asked.on) and proved on \(facts.on) do not make \(facts.suspendedDays) days")
    }
    let nominal = dates.nominal.adding(days: facts.suspendedDays)
    guard facts.suspendedDays > 0 || facts.statutory == dates.statutory,
      (nominal...nominal.adding(days: HolidayCalendar.longestBreak)).contains(facts.statutory)
    else { throw FoldProblem.malformed(entry.kind, "so many days do not lead to \(facts.statutory)") }
    guard (record.extended == nil) == (facts.extended == nil), (facts.extended == nil) == (facts.extendedWorkTo == nil)
    else { throw FoldProblem.malformed(entry.kind, "an extended date belongs to an extended deadline") }
    record.identityProved = facts
  }

  private static func correct(_ entry: EvidenceEntry, _ record: inout RequestRecord) throws {
    let facts = try entry.facts(as: ReceiptCorrected.self)
    guard facts.receivedAt < record.received.receivedAt, facts.receivedOn <= record.received.receivedOn else {
      throw FoldProblem.malformed(entry.kind, "a receipt is never moved to a later time")
    }
    guard facts.dueDates.received == facts.receivedOn else {
      throw FoldProblem.malformed(entry.kind, "its dates are not counted from \(facts.receivedOn)")
    }
    try requireOpen(record, entry.kind)
    record.received.receivedAt = facts.receivedAt
    record.received.receivedOn = facts.receivedOn
    record.received.dueDates = facts.dueDates
    record.extended = nil
    record.identityProved?.count(from: facts.dueDates)
  }

  private static func requireOpen(_ record: RequestRecord, _ kind: EntryKind) throws {
    switch record.state {
    case .received, .verified, .inErasure: return
    case .refused, .withdrawn, .withdrawnPartly, .concluded, .closed, .ended:
      throw FoldProblem.malformed(kind, "the request is \(record.state.word)")
    }
  }

  /// A local day is the entry's own, seen from some time zone.
  private static func requireDay(_ day: CivilDate, of entry: EvidenceEntry) throws {
    guard abs(day.days(since: entry.at.utcDay)) <= 1 else {
      throw FoldProblem.malformed(entry.kind, "\(day) is not the day of the entry")
    }
  }
}
