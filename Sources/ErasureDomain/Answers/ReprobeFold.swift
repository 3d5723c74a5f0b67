/// What a look after the conclusion saw of somebody who had been erased.
public struct ReprobeFinding: Hashable, Sendable, Codable {
  public var request: RequestReference
  public var system: SystemName
  public var day: Int
  public var certain: Int
  public var possible: Int
  public var at: UTCTime
  /// An officer called it lawful; it stays known, so that the next look does not ask the same again.
  public var isLawful: Bool

  public var records: Int { certain + possible }
}

/// The fold of looks after the conclusion: a finding stays open until an officer decides, or nothing is there any more.
enum ReprobeFold {
  /// After so many days no look repeats what was lawful.
  private static let rememberedDays: Int64 = 200

  static func apply(_ entry: EvidenceEntry, to log: inout LogRecord) throws {
    var findings = (log.returned ?? []).filter {
      !$0.isLawful || entry.at.seconds(since: $0.at) < rememberedDays * 86_400
    }
    if entry.kind == ReprobeMade.kind {
      try look(try entry.facts(as: ReprobeMade.self), entry, &findings)
    } else {
      try settle(try entry.facts(as: ReprobeSettled.self), entry, &findings)
    }
    log.returned = findings.isEmpty ? nil : findings
  }

  private static func look(_ facts: ReprobeMade, _ entry: EvidenceEntry, _ findings: inout [ReprobeFinding]) throws {
    guard ReprobeMade.days.contains(facts.day), facts.certain >= 0, facts.possible >= 0 else {
      throw FoldProblem.malformed(entry.kind, "is for no day on which it is looked again, or counts less than nothing")
    }
    let known = findings.firstIndex { $0.request == facts.about && $0.system == facts.system }
    let seen = ReprobeFinding(
      request: facts.about, system: facts.system, day: facts.day, certain: facts.certain, possible: facts.possible,
      at: entry.at, isLawful: false)
    if let known, findings[known].isLawful, seen.records <= findings[known].records, seen.records > 0 { return }
    if let known { findings.remove(at: known) }
    if seen.records > 0 { findings.append(seen) }
  }

  private static func settle(
    _ facts: ReprobeSettled, _ entry: EvidenceEntry, _ findings: inout [ReprobeFinding]
  ) throws {
    guard entry.by != nil else { throw FoldProblem.malformed(entry.kind, "names nobody") }
    guard
      let index = findings.firstIndex(where: {
        $0.request == facts.about && $0.system == facts.system && !$0.isLawful
      })
    else { throw FoldProblem.unknown("an open finding of \(facts.about) in \(facts.system)") }
    switch facts.answer {
    case .lawful: findings[index].isLawful = true
    case .replan: findings.remove(at: index)
    case .retry, .except, .cancel, .accept, .decline:
      throw FoldProblem.malformed(entry.kind, "is answered with lawful or replan")
    }
  }
}
