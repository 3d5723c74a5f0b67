public import ErasureDomain

extension EvidenceSource {
  /// The figures of requests received on these days, as of the last entry.
  public func figures(from: CivilDate?, until: CivilDate?) throws -> EvidenceFigures {
    var log = LogAccount()
    var figures: EvidenceFigures?
    try AccountWalk(self).run { index, entry in
      do { try log.take(entry) } catch { throw AuditingProblem.entry(index, "\(error)") }
    } account: { account in
      var counted = figures ?? EvidenceFigures(from: from, until: until, asOf: log.asOf)
      counted.add(account)
      figures = counted
    }
    var counted = figures ?? EvidenceFigures(from: from, until: until, asOf: log.asOf)
    log.addIncidents(to: &counted)
    return counted.finished()
  }

  /// The numbers of requests received on these days, for a sample to be drawn from.
  public func numbers(from: CivilDate?, until: CivilDate?) throws -> [Int] {
    var numbers: [Int] = []
    let kind = Array("\"kind\":\"\(RequestReceived.kind)\"".utf8)
    try walk { index, bytes in
      guard bytes.firstRange(of: kind) != nil else { return }
      let entry = try Self.entry(bytes, index)
      guard entry.kind == RequestReceived.kind else { return }
      let facts: RequestReceived
      do { facts = try entry.facts(as: RequestReceived.self) } catch { throw AuditingProblem.entry(index, "\(error)") }
      if (from ?? .first) <= facts.receivedOn, facts.receivedOn <= (until ?? .last) { numbers.append(facts.number) }
    }
    return numbers
  }
}
