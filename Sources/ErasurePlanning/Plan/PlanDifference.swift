public import ErasureDomain

/// What a plan does otherwise than an earlier one of the same request.
public enum PlanDifference {
  /// One sentence for each difference; none when both do the same.
  public static func sentences(from earlier: ErasurePlan, to plan: ErasurePlan) -> [String] {
    let (old, new) = (byDuty(earlier), byDuty(plan))
    var sentences: [String] = []
    for duty in Set(old.keys).union(new.keys).sorted() {
      switch (old[duty], new[duty]) {
      case (nil, let job?): sentences.append("\(duty): new\(counted(job))")
      case (let job?, nil): sentences.append("\(duty): no more\(counted(job))")
      case (let before?, let now?): sentences += changes(duty, before, now)
      case (nil, nil): break
      }
    }
    if earlier.register != plan.register { sentences.append("the register was changed in between") }
    if earlier.ground != plan.ground { sentences.append("the ground is another one") }
    return sentences + decisions(from: earlier, to: plan)
  }

  private static func decisions(from earlier: ErasurePlan, to plan: ErasurePlan) -> [String] {
    // A plan of before grounds were decided is compared by its rows alone.
    guard let before = earlier.decisions else { return [] }
    return (plan.decisions ?? []).compactMap { line in
      let old = before.first { $0.system == line.system && $0.category == line.category }
      guard let old, old.ground != line.ground || old.rejected != line.rejected else { return nil }
      let how = line.rejected.map { "rejected (\($0.rawValue))" } ?? "accepted on another ground"
      return
        "\(line.system), \(line.category): the ground is \(old.rejected != nil && line.rejected == nil ? "accepted" : how)"
    }
  }

  private static func byDuty(_ plan: ErasurePlan) -> [String: PlannedJob] {
    Dictionary(plan.jobs.map { (duty($0), $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// What stays the same from one proposal to the next: references do not.
  private static func duty(_ job: PlannedJob) -> String {
    let day = job.followUp.flatMap { follow in follow.due.map { "\($0)" + (follow.rule.map { " (\($0))" } ?? "") } }
    return "\(job.system), \(job.verb.rawValue)" + (day.map { " on \($0)" } ?? "")
  }

  private static func counted(_ job: PlannedJob) -> String {
    job.approvedRows > 0 ? ", \(job.approvedRows) rows" : ""
  }

  private static func changes(_ duty: String, _ before: PlannedJob, _ now: PlannedJob) -> [String] {
    var sentences: [String] = []
    for name in Set((before.counts + now.counts).map(\.dataset)).sorted() {
      let (old, new) = (before.counts.first { $0.dataset == name }, now.counts.first { $0.dataset == name })
      let (went, goes) = (old?.going ?? 0, new?.going ?? 0)
      if went != goes { sentences.append("\(duty): \(name) \(goes) rows instead of \(went)") }
      let (stayed, stays) = (kept(old), kept(new))
      if stayed != stays { sentences.append("\(duty): \(name) keeps \(stays) rows instead of \(stayed)") }
    }
    let (had, has) = (leftOut(before), leftOut(now))
    if had != has { sentences.append("\(duty): \(has) records left out instead of \(had)") }
    if before.export != now.export { sentences.append("\(duty): other rows or columns are taken along") }
    if before.record != now.record { sentences.append("\(duty): the register describes the system otherwise") }
    return sentences
  }

  private static func kept(_ count: DatasetCount?) -> Int { (count?.kept ?? []).reduce(0) { $0 + $1.count } }

  private static func leftOut(_ job: PlannedJob) -> Int { job.leftOut.reduce(0) { $0 + $1.count } }
}
