import ErasureDomain

/// Whose attempts an entry ends at once. A withdrawal lets those go on that have announced their effect already.
enum WorkStopScope {
  case everything
  case system(SystemName)
  case plan(PlanReference)
  /// What one system has of one request stays.
  case hold(RequestReference, SystemName)

  /// Nil for an entry that stops nothing.
  init?(_ entry: EvidenceEntry) {
    switch entry.kind {
    case WorkStopped.kind: self = .everything
    case SystemStopped.kind:
      guard let facts = try? entry.facts(as: SystemStopped.self) else { return nil }
      self = .system(facts.system)
    case PlanPaused.kind, PlanDoubted.kind:
      guard let plan = entry.subject.plan else { return nil }
      self = .plan(plan)
    case HoldSet.kind:
      guard let request = entry.subject.request, let facts = try? entry.facts(as: HoldSet.self) else { return nil }
      self = .hold(request, facts.system)
    default: return nil
    }
  }

  /// Whether an attempt of the job ends. One that only looks, or tags copies of what is gone, changes nothing that
  /// anybody wants to stop.
  func covers(_ job: JobRecord) -> Bool {
    switch self {
    case .everything: true
    case .system(let system): job.system == system && job.verb.changesSystem
    case .hold(let request, let system): job.request == request && job.system == system && job.verb.canBeHeld
    case .plan(let plan): job.plan == plan && !job.verb.isFollowUp
    }
  }
}
