import ErasureDomain

extension PlanInput {
  /// The systems that know people in a capacity of the request, by name.
  var applicable: [SystemRecord] {
    register.systems.filter { record in received.capacities.contains { record.subjects.contains($0) } }
  }

  /// Every reason against a plan.
  func refusals() -> [PlanRefusal] {
    guard !applicable.isEmpty else { return [.noSystem(capacities: received.capacities)] }
    return applicable.flatMap { record -> [PlanRefusal] in
      var refusals: [PlanRefusal] = []
      if !record.owner.contains(where: { !$0.isWhitespace }) { refusals.append(.noOwner(record.system)) }
      switch SystemDuty(of: record) {
      case .erase: refusals += self.refusals(ofSearched: record)
      case .tell:
        if knownKinds.isDisjoint(with: record.identifiers) {
          refusals.append(.noIdentifier(record.system, kinds: record.identifiers))
        }
      case .tag, .byHand: break
      }
      return refusals
    }
  }

  private func refusals(ofSearched record: SystemRecord) -> [PlanRefusal] {
    guard let seen = searched[record.system] else { return [.notSearched(record.system)] }
    var refusals = seen.obstacles.map { PlanRefusal.obstacle(record.system, $0) }
    refusals += seen.blocked.map { PlanRefusal.blocked(record.system, blocker: $0) }
    for count in seen.counts {
      for kept in count.kept where kept.count > 0 && register.retention[kept.rule] == nil {
        let refusal = PlanRefusal.unknownRule(record.system, dataset: count.dataset, rule: kept.rule)
        if !refusals.contains(refusal) { refusals.append(refusal) }
      }
      if count.reduce > 0, KeptGroups.until(ofReduced: count.dataset, in: record, counts: seen.counts) == nil {
        refusals.append(.undatedReduction(record.system, dataset: count.dataset))
      }
    }
    return refusals
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
