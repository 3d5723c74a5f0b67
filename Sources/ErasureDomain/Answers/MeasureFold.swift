/// Where a measure of a request stands.
public struct MeasureRecord: Hashable, Sendable, Codable {
  public struct Line: Hashable, Sendable, Codable {
    public var system: SystemName
    /// Its owner sees to it.
    public var byHand: Bool
    public var startedAt: UTCTime?
    /// Since when it holds there, and for how many rows.
    public var appliedAt: UTCTime?
    public var rows: Int?
    /// Why the last try did not do it.
    public var lastCode: FailureCode?
    /// When it was put back, after it was lifted.
    public var undoneAt: UTCTime?
  }

  public var measure: RestrictionMeasure
  public var orderedAt: UTCTime
  public var by: PersonReference
  public var lines: [Line]
  /// When it was lifted; nil while it is in force.
  public var liftedAt: UTCTime?

  /// Lines that wait: for their mark, or after the lift for its end.
  public var open: [Line] {
    lines.filter { liftedAt == nil ? $0.appliedAt == nil : $0.startedAt != nil && $0.undoneAt == nil }
  }

  /// Since when it holds everywhere; nil while a system is missing or since it was lifted.
  public var inForceSince: UTCTime? {
    guard liftedAt == nil, open.isEmpty else { return nil }
    return lines.compactMap(\.appliedAt).max() ?? orderedAt
  }
}

/// The fold of measures, and the guards an auditor relies on (requirements C5, C8, C9): intent before effect, only where the
/// owner has released the system, and no lift before the person was told.
enum MeasureFold {
  static let kinds: Set<EntryKind> = [
    MeasureOrdered.kind, MeasureStarted.kind, MeasureApplied.kind, MeasureFailed.kind, MeasureLifted.kind,
    MeasureUndone.kind,
  ]

  static func fold(_ entry: EvidenceEntry, into record: inout RequestRecord, in answers: some JournalAnswers) throws {
    guard !record.vaultDestroyed else {
      throw FoldProblem.malformed(entry.kind, "nobody knows any more whose request this was")
    }
    switch entry.kind {
    case MeasureOrdered.kind: try order(entry, &record)
    case MeasureStarted.kind:
      let facts = try entry.facts(as: MeasureStarted.self)
      let log = try answers.log()
      guard log.stopped == nil, log.isReleased(facts.system) else {
        throw FoldProblem.malformed(entry.kind, "\(facts.system) is looked at only, or everything stands still")
      }
      try change(facts.measure, facts.system, entry, &record) { line, _ in
        guard !line.byHand else { throw FoldProblem.malformed(entry.kind, "\(facts.system) is dealt with by hand") }
        line.startedAt = entry.at
      }
    case MeasureApplied.kind:
      let facts = try entry.facts(as: MeasureApplied.self)
      try change(facts.measure, facts.system, entry, &record) { line, isLifted in
        guard !isLifted, entry.by != nil || !line.byHand, entry.by != nil || line.startedAt != nil else {
          throw FoldProblem.malformed(entry.kind, "nobody began it in \(facts.system), or it was lifted")
        }
        // A system that cannot be reached any more is seen to by a person.
        line.byHand = entry.by != nil
        line.startedAt = line.startedAt ?? entry.at
        line.appliedAt = entry.at
        line.rows = line.byHand ? nil : facts.rows
        line.lastCode = nil
      }
    case MeasureFailed.kind:
      let facts = try entry.facts(as: MeasureFailed.self)
      try change(facts.measure, facts.system, entry, &record) { line, _ in line.lastCode = facts.code }
    case MeasureLifted.kind: try lift(entry, &record)
    case MeasureUndone.kind:
      let facts = try entry.facts(as: MeasureUndone.self)
      try change(facts.measure, facts.system, entry, &record) { line, isLifted in
        guard isLifted, line.startedAt != nil, entry.by != nil || !line.byHand else {
          throw FoldProblem.malformed(entry.kind, "the measure was not lifted, or never held in \(facts.system)")
        }
        line.byHand = entry.by != nil
        line.undoneAt = entry.at
        line.lastCode = nil
      }
    default: break
    }
  }

  /// Identifiers that came later may lead to rows without the mark: it is set once more.
  static func reopen(_ record: inout RequestRecord) {
    for var measure in record.measures ?? [] where measure.liftedAt == nil {
      for index in measure.lines.indices where !measure.lines[index].byHand { measure.lines[index].appliedAt = nil }
      record.put(measure)
    }
  }

  private static func order(_ entry: EvidenceEntry, _ record: inout RequestRecord) throws {
    let facts = try entry.facts(as: MeasureOrdered.self)
    guard let by = entry.by else { throw FoldProblem.malformed(entry.kind, "names nobody") }
    switch record.state {
    case .verified, .inErasure, .withdrawnPartly, .concluded: break
    // An objection to marketing needs no more than the channel that it came by.
    case .received where facts.measure == .marketing: break
    case .received, .refused, .withdrawn, .closed, .ended:
      throw FoldProblem.malformed(entry.kind, "the request is \(record.state.word)")
    }
    let systems = facts.systems + facts.byHand
    guard !systems.isEmpty, Set(systems).count == systems.count else {
      throw FoldProblem.malformed(entry.kind, "names no system, or one twice")
    }
    if let earlier = record.measure(facts.measure) {
      guard earlier.liftedAt != nil, earlier.open.isEmpty else {
        throw FoldProblem.exists("\(facts.measure.rawValue) of this request")
      }
    }
    let lines =
      facts.systems.map { MeasureRecord.Line(system: $0, byHand: false) }
      + facts.byHand.map { MeasureRecord.Line(system: $0, byHand: true) }
    record.put(MeasureRecord(measure: facts.measure, orderedAt: entry.at, by: by, lines: lines))
  }

  private static func lift(_ entry: EvidenceEntry, _ record: inout RequestRecord) throws {
    let facts = try entry.facts(as: MeasureLifted.self)
    guard var measure = record.measure(facts.measure), measure.liftedAt == nil else {
      throw FoldProblem.unknown("\(facts.measure.rawValue) in force")
    }
    guard record.state.leavesRowsAlone else {
      throw FoldProblem.malformed(
        entry.kind, "the erasure has begun: keys may be others' by now, and nothing is put back")
    }
    // Local days are the entries' own, seen from some time zone.
    guard entry.by != nil, facts.informedOn >= measure.orderedAt.utcDay.adding(days: -1),
      facts.informedOn <= entry.at.utcDay.adding(days: 1)
    else { throw FoldProblem.malformed(entry.kind, "the person was not told before, or nobody decided it") }
    measure.liftedAt = entry.at
    record.put(measure)
  }

  private static func change(
    _ measure: RestrictionMeasure, _ system: SystemName, _ entry: EvidenceEntry, _ record: inout RequestRecord,
    _ body: (inout MeasureRecord.Line, _ isLifted: Bool) throws -> Void
  ) throws {
    guard var found = record.measure(measure),
      let index = found.open.first(where: { $0.system == system }).flatMap({
        line in found.lines.firstIndex { $0.system == line.system }
      })
    else { throw FoldProblem.unknown("\(measure.rawValue) that waits in \(system)") }
    try body(&found.lines[index], found.liftedAt != nil)
    record.put(found)
  }
}

extension ErasureRequest.State {
  /// Whether no plan of the request has changed any row.
  public var leavesRowsAlone: Bool {
    switch self {
    case .received, .verified, .refused, .withdrawn: true
    case .inErasure, .withdrawnPartly, .concluded, .closed, .ended: false
    }
  }
}

extension RequestRecord {
  /// The newest of a measure; nil where it was never ordered.
  public func measure(_ measure: RestrictionMeasure) -> MeasureRecord? { measures?.first { $0.measure == measure } }

  fileprivate mutating func put(_ measure: MeasureRecord) {
    measures = (measures ?? []).filter { $0.measure != measure.measure } + [measure]
  }
}
