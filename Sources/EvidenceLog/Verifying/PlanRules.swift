import ErasureDomain

/// What every plan keeps, whoever drafted it.
enum PlanRules {
  /// More rows than any plan has; sums of such counts cannot overflow.
  static let largestCount = 1_000_000_000_000

  static func isPossible(_ count: Int) -> Bool { (0...largestCount).contains(count) }

  /// The first rule that a plan breaks, as the end of a sentence that begins with "the plan".
  static func problem(in plan: ErasurePlan) -> String? {
    let references = Set(plan.jobs.map(\.job))
    guard references.count == plan.jobs.count else { return "has two jobs with one reference" }
    guard (0...1_000).contains(plan.margin.percent), (0...1_000_000).contains(plan.margin.least) else {
      return "has a margin that is none"
    }
    for job in plan.jobs {
      guard job.verb.isFollowUp == (job.followUp != nil) else { return "has \(job.job) as half a follow-up" }
      let others = job.dependsOn.map(\.job) + (job.followUp.map { [$0.of] } ?? [])
      guard others.allSatisfy({ references.contains($0) && $0 != job.job }) else {
        return "has \(job.job) wait for a job that is not in it"
      }
      let counts = job.counts.allSatisfy { count in
        isPossible(count.erase) && isPossible(count.reduce) && isPossible(count.anonymised ?? 0)
          && isPossible(count.minimised ?? 0) && isPossible(count.restricted ?? 0)
          && count.kept.allSatisfy { isPossible($0.count) }
      }
      guard counts, job.leftOut.allSatisfy({ isPossible($0.count) }) else {
        return "has impossible counts in \(job.job)"
      }
      guard Set(job.counts.map(\.dataset)).count == job.counts.count else {
        return "counts a dataset of \(job.job) twice"
      }
    }
    if let problem = anonymisationProblem(in: plan) { return problem }
    if let problem = plan.exportProblem { return problem }
    let covered = plan.coverage.flatMap(\.jobs)
    guard covered.count == references.count, Set(covered) == references else {
      return "does not show each of its jobs once under a system"
    }
    return nil
  }

  /// What is anonymised stands with its conditions: who says that no key survives, who approved the method.
  private static func anonymisationProblem(in plan: ErasurePlan) -> String? {
    for job in plan.jobs {
      let conditions = job.anonymise ?? [:]
      guard conditions.isEmpty || job.verb == .erase else {
        return "anonymises in \(job.job), which erases nothing now"
      }
      for count in job.counts where (count.anonymised ?? 0) > 0 && conditions[count.dataset] == nil {
        return "anonymises \(count.dataset) of \(job.job) without its conditions"
      }
      for (dataset, how) in conditions.sorted(by: { $0.key < $1.key }) {
        guard how.groupSize >= Anonymisation.leastGroupSize else { return "anonymises \(dataset) in groups of one" }
        guard how.noKeySurvives.saidBy != how.methodApproved.saidBy else {
          return "anonymises \(dataset) by a method that nobody else approved"
        }
      }
    }
    return nil
  }
}
