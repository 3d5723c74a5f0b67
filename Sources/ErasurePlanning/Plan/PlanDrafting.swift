public import ErasureDomain

/// Makes the plan that follows from request, register and findings. Pure: the same input gives the same bytes.
public enum PlanDrafting {
  /// Days that a follow-up with a date has for its attempts.
  public static let followUpDays = 30

  /// The plan, or every reason why there can be none.
  ///
  /// Every system of the register gets a line of coverage. Jobs stand in this order: exports, companies, searched systems in
  /// the order in which they run, backups, work by hand, follow-ups by date.
  public static func draft(_ input: PlanInput) throws(PlanProblem) -> ErasurePlan {
    let refusals = input.refusals()
    guard refusals.isEmpty else { throw PlanProblem(refusals: refusals) }
    var jobs = PlanJobs(input)
    jobs.exportFirst()
    if input.received.asksForErasure {
      jobs.tellCompanies()
      jobs.eraseSearched()
      jobs.tagBackups()
      jobs.workByHand()
    } else if jobs.dueNow.isEmpty {
      throw PlanProblem(refusals: [.nothingToExport])
    }
    let all = jobs.dueNow + jobs.followUpsByDate
    return ErasurePlan(
      plan: input.plan, request: input.request, log: input.log, drafter: input.drafter, at: input.at,
      practice: input.practice, register: input.registerDigest, findings: input.findingsDigest,
      ground: input.ground, dueDates: input.dueDates, margin: input.margin,
      coverage: input.register.systems.map { coverage(of: $0, jobs: all, input) }, jobs: all,
      decisions: input.decisionLines())
  }

  private static func coverage(of record: SystemRecord, jobs: [PlannedJob], _ input: PlanInput) -> Coverage {
    let own = jobs.filter { $0.system == record.system }.map(\.job)
    return Coverage(
      system: record.system, title: record.title, role: record.role, jobs: own,
      notApplicable: own.isEmpty ? reason(for: record, input) : nil, ceased: input.cessation(of: record))
  }

  /// Why a system has no job.
  private static func reason(for record: SystemRecord, _ input: PlanInput) -> Coverage.Reason {
    guard input.applicable.contains(where: { $0.system == record.system }) else {
      return input.received.again == nil ? .otherCapacity : .notRestored
    }
    if input.isRejected(record) { return .groundRejected }
    guard input.received.asksForErasure || input.searched[record.system]?.hasHits == false else {
      return .erasureNotAsked
    }
    switch input.cessation(of: record)?.remains {
    case .successor: return .toldThroughSuccessor
    case .nobody: return .nobodyToTell
    case .trustee, nil: return input.hasNoDataYet(record) ? .noDataYet : .nothingFound
    }
  }
}
