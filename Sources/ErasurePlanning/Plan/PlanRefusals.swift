import ErasureDomain

extension PlanInput {
  /// The systems that know people in a capacity of the request, by name; only the restored one where something is
  /// erased again.
  var applicable: [SystemRecord] {
    if let again = received.again { return register.systems.filter { $0.system == again.system } }
    return register.systems.filter { record in received.capacities.contains { record.subjects.contains($0) } }
  }

  /// Every reason against a plan.
  func refusals() -> [PlanRefusal] {
    guard !applicable.isEmpty else { return [.noSystem(capacities: received.capacities)] }
    return applicable.flatMap { record -> [PlanRefusal] in
      var refusals: [PlanRefusal] = []
      if !record.owner.contains(where: { !$0.isWhitespace }) { refusals.append(.noOwner(record.system)) }
      switch duty(in: record) {
      case .erase: refusals += self.refusals(ofSearched: record)
      // Nobody is told of a request for a copy.
      case .tell where !received.asksForErasure: break
      case .tell:
        if knownKinds.isDisjoint(with: record.identifiers) {
          refusals.append(.noIdentifier(record.system, kinds: record.identifiers))
        }
        if let contract = contracts[record.system], !passed.contains(record.system) {
          refusals.append(.contractNotPassed(record.system, contract: contract))
        }
      case .tag, .byHand, nil: break
      }
      return refusals
    }
  }

  private func refusals(ofSearched record: SystemRecord) -> [PlanRefusal] {
    guard let seen = searched[record.system] else { return [.notSearched(record.system)] }
    var refusals = seen.obstacles.map { PlanRefusal.obstacle(record.system, $0) }
    // What follows is about rows that go.
    guard received.asksForErasure else { return refusals + tooManyRecords(in: record, seen) }
    refusals += seen.blocked.map { .blocked(record.system, blocker: $0, count: seen.blockedCounts[$0]) }
    refusals += tooManyRecords(in: record, seen)
    for count in seen.counts {
      for kept in count.kept where kept.count > 0 && register.retention[kept.rule] == nil {
        let refusal = PlanRefusal.unknownRule(record.system, dataset: count.dataset, rule: kept.rule)
        if !refusals.contains(refusal) { refusals.append(refusal) }
      }
      refusals += self.refusals(ofRulesIn: count, record).filter { !refusals.contains($0) }
      if count.reduce > 0, KeptGroups.until(ofReduced: count.dataset, in: record, counts: seen.counts) == nil {
        refusals.append(.undatedReduction(record.system, dataset: count.dataset))
      }
    }
    if let refusal = refusal(ofRetired: record, seen.counts) { refusals.append(refusal) }
    return refusals
  }

  private func tooManyRecords(in record: SystemRecord, _ seen: SearchedSystem) -> [PlanRefusal] {
    record.datasets.compactMap { dataset in
      guard let most = dataset.atMost, let found = seen.roots[dataset.name], found > most else { return nil }
      return .tooManyRecords(record.system, dataset: dataset.name, found: found, most: most)
    }
  }

  /// Nothing is kept on a rule whose first day has not come.
  private func refusals(ofRulesIn count: DatasetCount, _ record: SystemRecord) -> [PlanRefusal] {
    let rules = Set(count.kept.filter { $0.count > 0 }.map(\.rule)).sorted().compactMap { register.retention[$0] }
    return rules.filter { isMade(before: $0.validFrom) }.map {
      .ruleNotYetValid(record.system, rule: $0.id, from: $0.validFrom)
    }
  }

  func isMade(before day: CivilDate) -> Bool { at < startOfDay(day) }

  /// A system that is switched off before its rows may go forces a decision: where they move.
  private func refusal(ofRetired record: SystemRecord, _ counts: [DatasetCount]) -> PlanRefusal? {
    guard record.movesTo == nil, let retired = record.retired else { return nil }
    let groups = KeptGroups(of: record, counts: counts).groups.filter { record.outlives($0) }
    guard let last = groups.max(by: { $0.until < $1.until }) else { return nil }
    let open = groups.contains(where: \.isConditional)
    return .retiresBeforeDate(record.system, retired: retired, until: open ? nil : last.until)
  }
}

extension SystemRecord {
  /// Whether rows of a group may have to stay until the system is switched off, or longer.
  func outlives(_ group: KeptGroups.Group) -> Bool {
    guard let retired else { return false }
    return group.isConditional || group.until >= retired
  }
}

/// What the register asks of us in a system.
enum SystemDuty: Hashable {
  /// Search it and erase.
  case erase
  /// Tell a company, by this verb.
  case tell(JobVerb)
  /// Put a date on backup sets.
  case tag
  /// A person does it.
  case byHand

  init(of record: SystemRecord) {
    // A company that nothing of ours can reach is told by a person, who says that he did: it has not answered.
    if record.role.isTold, record.connector == SystemRecord.manualConnector {
      self = .byHand
      return
    }
    switch record.role {
    case .own, .copy: self = record.isErasedByUs ? .erase : .byHand
    case .processor: self = .tell(.instruct)
    case .recipient, .joint, .public: self = .tell(.notify)
    case .source: self = .tell(.stopSending)
    case .backup: self = .tag
    case .carrier: self = .byHand
    }
  }
}
