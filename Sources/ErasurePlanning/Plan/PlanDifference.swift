public import ErasureDomain

/// What a plan does otherwise than an earlier one of the same request.
public struct PlanDifference {
  private let language: PersonLanguage

  private init(_ language: PersonLanguage) { self.language = language }

  /// One sentence for each difference, in the language; none when both do the same.
  public static func sentences(
    from earlier: ErasurePlan, to plan: ErasurePlan, in language: PersonLanguage = .english
  ) -> [String] {
    PlanDifference(language).sentences(earlier, plan)
  }

  /// The text in the language.
  private func callAsFunction(_ english: String, _ dutch: String) -> String {
    language == .dutch ? dutch : english
  }

  private func sentences(_ earlier: ErasurePlan, _ plan: ErasurePlan) -> [String] {
    let (old, new) = (byDuty(earlier), byDuty(plan))
    var sentences: [String] = []
    for duty in Set(old.keys).union(new.keys).sorted() {
      switch (old[duty], new[duty]) {
      case (nil, let job?): sentences.append("\(duty): \(self("new", "nieuw"))\(counted(job))")
      case (let job?, nil): sentences.append("\(duty): \(self("no more", "niet meer"))\(counted(job))")
      case (let before?, let now?): sentences += changes(duty, before, now)
      case (nil, nil): break
      }
    }
    if earlier.register != plan.register {
      sentences.append(self("the register was changed in between", "het register is tussentijds gewijzigd"))
    }
    if earlier.ground != plan.ground {
      sentences.append(self("the ground is another one", "de grond is een andere"))
    }
    return sentences + decisions(from: earlier, to: plan)
  }

  private func decisions(from earlier: ErasurePlan, to plan: ErasurePlan) -> [String] {
    // A plan of before grounds were decided is compared by its rows alone.
    guard let before = earlier.decisions else { return [] }
    return (plan.decisions ?? []).compactMap { line in
      let old = before.first { $0.system == line.system && $0.category == line.category }
      guard let old, old.ground != line.ground || old.rejected != line.rejected else { return nil }
      let how =
        line.rejected.map { self("rejected (\($0.rawValue))", "verworpen (\($0.rawValue))") }
        ?? (old.rejected != nil
          ? self("accepted", "aanvaard") : self("accepted on another ground", "op een andere grond aanvaard"))
      return self(
        "\(line.system), \(line.category): the ground is \(how)",
        "\(line.system), \(line.category): de grond is \(how)")
    }
  }

  private func byDuty(_ plan: ErasurePlan) -> [String: PlannedJob] {
    Dictionary(plan.jobs.map { (duty($0), $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// What stays the same from one proposal to the next: references do not.
  private func duty(_ job: PlannedJob) -> String {
    let day = job.followUp.flatMap { follow in follow.due.map { "\($0)" + (follow.rule.map { " (\($0))" } ?? "") } }
    return "\(job.system), \(job.verb.rawValue)" + (day.map { self(" on \($0)", " op \($0)") } ?? "")
  }

  private func counted(_ job: PlannedJob) -> String {
    job.approvedRows > 0 ? self(", \(job.approvedRows) rows", ", \(job.approvedRows) rijen") : ""
  }

  private func changes(_ duty: String, _ before: PlannedJob, _ now: PlannedJob) -> [String] {
    var sentences: [String] = []
    for name in Set((before.counts + now.counts).map(\.dataset)).sorted() {
      let (old, new) = (before.counts.first { $0.dataset == name }, now.counts.first { $0.dataset == name })
      let (went, goes) = (old?.going ?? 0, new?.going ?? 0)
      if went != goes {
        sentences.append(
          "\(duty): " + self("\(name) \(goes) rows instead of \(went)", "\(name) \(goes) rijen in plaats van \(went)"))
      }
      let (stayed, stays) = (Self.kept(old), Self.kept(new))
      if stayed != stays {
        sentences.append(
          "\(duty): "
            + self(
              "\(name) keeps \(stays) rows instead of \(stayed)",
              "\(name) houdt \(stays) rijen in plaats van \(stayed)"))
      }
    }
    let (had, has) = (Self.leftOut(before), Self.leftOut(now))
    if had != has {
      sentences.append(
        "\(duty): "
          + self("\(has) records left out instead of \(had)", "\(has) gegevens weggelaten in plaats van \(had)"))
    }
    if before.export != now.export {
      sentences.append(
        "\(duty): "
          + self("other rows or columns are taken along", "er worden andere rijen of kolommen meegenomen"))
    }
    if before.record != now.record {
      sentences.append(
        "\(duty): "
          + self("the register describes the system otherwise", "het register beschrijft het systeem anders"))
    }
    return sentences
  }

  private static func kept(_ count: DatasetCount?) -> Int { (count?.kept ?? []).reduce(0) { $0 + $1.count } }

  private static func leftOut(_ job: PlannedJob) -> Int { job.leftOut.reduce(0) { $0 + $1.count } }
}
