import ErasureDomain

// The rules of a request: its number, its conclusion and its end.
extension EvidenceReplay {
  mutating func checkNumber(_ entry: EvidenceEntry, _ place: Place) throws {
    let facts = try entry.facts(as: RequestReceived.self)
    counts.requests += 1
    let expected = answers.lastNumber + 1
    // One request alone does not show the others' numbers.
    guard scope == .oneRequest || facts.number == expected else {
      return wrong(place, "the request has number \(facts.number) where \(expected) follows")
    }
  }

  /// What a conclusion or an end lists must be exactly the request's entries, and the root the tree over them.
  mutating func checkCoverage(_ entry: EvidenceEntry, _ place: Place) throws {
    let listed: (entries: String, root: String)
    switch entry.kind {
    case RequestConcluded.kind:
      let facts = try entry.facts(as: RequestConcluded.self)
      listed = (facts.entries, facts.entriesRoot)
    case RequestEnded.kind:
      let facts = try entry.facts(as: RequestEnded.self)
      listed = (facts.entries, facts.entriesRoot)
    default: return
    }
    guard let request = entry.subject.request, let history = histories[request] else {
      return wrong(place, "\(entry.kind) of a request without entries before it")
    }
    var first = entry.kind == RequestEnded.kind ? history.concluded ?? 0 : 0
    if scope == .oneRequest, entry.kind == RequestEnded.kind, history.concluded == nil {
      // A bundle may lack the conclusion itself: then the list begins after entries that are here.
      let start = IndexDifference.first(listed.entries) ?? 0
      first = history.entries.firstIndex { $0.index >= start } ?? 0
    }
    // Entries are large: their indexes are taken where they stand.
    let covered = history.entries.indices[first...].map { history.entries[$0].index }
    guard Lines.same(IndexRanges(covered).description, listed.entries) else {
      return missing(in: listed.entries, covered, place, entry.kind)
    }
    guard Lines.same(MerkleTree.root(of: Array(history.leaves[first...])).base64, listed.root) else {
      return wrong(place, "entriesRoot is not the root over the entries that it lists")
    }
    counts.coverages += 1
  }

  private mutating func missing(in listed: String, _ present: [UInt64], _ place: Place, _ kind: EntryKind) {
    switch IndexDifference(listed: listed, present: present) {
    case .malformed?, nil: wrong(place, "the list of entries in \(kind) is malformed")
    case .absent(let index)?:
      if scope == .oneRequest {
        result.add(
          AuditFinding(
            entry: index, path: "entries/\(index).json",
            reason: "\(kind) at \(place.index) lists this entry of the request, and it is not here"))
      } else {
        wrong(place, "it lists entry \(index), which is not an entry of the request before it")
      }
    case .notListed(let index)?:
      wrong(place, "it does not list entry \(index), which is an entry of the request")
    }
  }

  mutating func checkConclusion(_ entry: EvidenceEntry, _ place: Place) throws {
    let facts = try entry.facts(as: RequestConcluded.self)
    guard let request = entry.subject.request, let record = answers.request(request) else { return }
    guard facts.looks.count >= 2, facts.looks.allSatisfy({ $0.remaining == 0 }) else {
      return wrong(place, "a request is concluded after two last looks that saw nothing; this one was not")
    }
    guard record.firstLook == facts.looks.first else {
      return wrong(place, "its first look is not the one that plan.concluded recorded")
    }
    try checkLooks(Array(facts.looks.dropFirst()), of: record.plan, place)
    try checkReport(format: facts.reportFormat, facts.register, of: request, record.plan, place)
  }

  /// Last looks are into every system that was searched, but for those that an officer took out.
  mutating func checkLooks(_ looks: [LastLook], of reference: PlanReference?, _ place: Place) throws {
    guard counts.rules >= LogRules.conclusionsAreSeen, let plan = try reference.flatMap({ try orderlyPlan($0) }) else {
      return
    }
    let systems = plan.lookedInto { job in
      if case .settled(let outcome) = answers.job(job)?.state { outcome } else { nil }
    }
    for look in looks where look.systems != systems.count {
      wrong(
        place, "a last look went into \(look.systems) systems, and the plan searched \(systems.count) that it must see")
    }
  }

  mutating func checkClosing(_ entry: EvidenceEntry, _ place: Place) throws {
    guard let request = entry.subject.request, let record = answers.request(request) else { return }
    switch entry.kind {
    case RequestClosed.kind:
      if record.informed == nil { wrong(place, "the request is closed before the person was informed") }
    case VaultDestroyed.kind:
      guard record.state == .closed else {
        return wrong(place, "the vault entry is destroyed while the request is \(record.state.word)")
      }
    default:
      guard record.vaultDestroyed else {
        return wrong(place, "the request ends before its vault entry was destroyed")
      }
      let facts = try entry.facts(as: RequestEnded.self)
      try checkReport(format: facts.reportFormat, facts.register, of: request, record.plan, place)
    }
  }

  /// Makes the erasure report again from the entries before and compares the bytes.
  private mutating func checkReport(
    format: Int, _ register: RegisterSince?, of request: RequestReference,
    _ reference: PlanReference?, _ place: Place
  ) throws {
    // A report of another form is made by another version of this program.
    guard ErasureReport.formats.contains(format) else {
      counts.reportsNotMade += 1
      return
    }
    let plan = try reference.flatMap { try orderlyPlan($0) }
    guard let bytes = named?.report, plan != nil || reference == nil else {
      counts.reportsNotMade += 1
      return
    }
    let made: [UInt8]
    do {
      made = Array(
        try ErasureReport.text(
          request: request, plan: plan, entries: histories[request]?.entries ?? [], format: format,
          register: register
        ).utf8)
    } catch {
      return wrong(place, "the erasure report cannot be made from the entries before: \(error)")
    }
    guard made == bytes else {
      let line = zip(made, bytes).prefix { $0 == $1 }.count { $0.0 == Lines.newline } + 1
      return wrong(place, "the erasure report that it names is not the one that the entries give; line \(line) differs")
    }
    counts.reports += 1
  }
}
