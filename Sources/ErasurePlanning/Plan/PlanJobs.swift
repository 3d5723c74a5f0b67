import ErasureDomain

/// The jobs of a plan while it is being made.
struct PlanJobs {
  private let input: PlanInput
  /// The start of the day after the work-to date: that whole day may be used.
  private let deadline: UTCTime

  private var exports: [PlannedJob] = []
  private var companies: [PlannedJob] = []
  private var erasures: [PlannedJob] = []
  private var backups: [PlannedJob] = []
  private var byHand: [PlannedJob] = []
  private var followUps: [PlannedJob] = []

  init(_ input: PlanInput) {
    self.input = input
    deadline = input.startOfDay(input.dueDates.workTo.adding(days: 1))
  }

  var dueNow: [PlannedJob] { exports + companies + erasures + backups + byHand }

  /// Dated ones first; those that wait for another job's date come last, in the order they were made.
  var followUpsByDate: [PlannedJob] {
    let dated = followUps.filter { $0.followUp?.due != nil }
    let undated = followUps.filter { $0.followUp?.due == nil }
    return dated.sorted(by: Self.runsEarlier) + undated
  }

  private static func runsEarlier(_ left: PlannedJob, _ right: PlannedJob) -> Bool {
    let (first, second) = (left.followUp?.due ?? .last, right.followUp?.due ?? .last)
    if first != second { return first < second }
    if left.system != right.system { return left.system < right.system }
    if left.followUp?.rule != right.followUp?.rule { return (left.followUp?.rule ?? "") < (right.followUp?.rule ?? "") }
    return left.followUp?.isConditional == false && right.followUp?.isConditional == true
  }

  // MARK: Steps, in the order of the plan

  /// One job for each system of ours of which the person is given a copy; what makes data go waits for all of them.
  ///
  /// A copy of a system holds nothing that the system has not; companies answer for their own.
  mutating func exportFirst() {
    let packages = input.received.packages
    guard !packages.isEmpty else { return }
    for record in input.applicable where record.role == .own {
      let planned: PlannedExport
      let seen = input.searched[record.system]
      if SystemDuty(of: record) == .erase {
        guard let seen, seen.hasHits else { continue }
        planned = PlannedExport(
          packages: packages,
          datasets: input.exporting.contains(record.system) ? Self.taken(packages, of: record, seen) : [])
        // Nothing of it was declared as provided by the person.
        if planned.isByHand, input.exporting.contains(record.system) { continue }
      } else {
        planned = PlannedExport(packages: packages, datasets: [])
      }
      // E-mails and calls are a copy of what we have; what the person has provided is in no system that we cannot read.
      if planned.isByHand, !packages.contains(.access) { continue }
      exports.append(
        job(
          in: record, .export, identifiers: record.datasets.flatMap(\.find).map(\.kind) + record.identifiers,
          leftOut: input.received.asksForErasure ? [] : seen?.leftOut ?? [], export: planned))
    }
  }

  private static func taken(
    _ packages: [PackageKind], of record: SystemRecord, _ seen: SearchedSystem
  ) -> [PlannedExport.Dataset] {
    record.datasets.compactMap { dataset in
      let rows = seen.counts.filter { $0.dataset == dataset.name }
        .reduce(0) { $0 + $1.going + $1.kept.reduce(0) { $0 + $1.count } }
      let takeAlong = dataset.takeAlong ?? TakeAlong()
      guard rows > 0, packages.contains(.access) || !takeAlong.portability.isEmpty else { return nil }
      return PlannedExport.Dataset(dataset: dataset.name, rows: rows, takeAlong: takeAlong)
    }
  }

  private var exported: [Dependency] { exports.map { Dependency(job: $0.job, kind: .settled) } }

  /// One job for each company: we do not look into its systems.
  mutating func tellCompanies() {
    for record in input.applicable {
      guard case .tell(let verb) = input.duty(in: record) else { continue }
      companies.append(
        job(
          in: record, verb, identifiers: record.identifiers, dependsOn: verb.waitsForExports ? exported : [],
          sideEffects: input.remarks(on: record)))
    }
  }

  /// One job for each searched system with hits, and one follow-up for each rule and day that keeps rows there.
  mutating func eraseSearched() {
    let hit = input.applicable.filter {
      SystemDuty(of: $0) == .erase && input.searched[$0.system]?.hasHits == true
    }
    let ordering = SearchOrdering(hit, given: input.givenKinds)
    let told = companies.map { Dependency(job: $0.job, kind: .handedOver) }
    for record in ordering.order {
      guard let seen = input.searched[record.system] else { continue }
      let before = erasures.filter { ordering.waits[record.system]?.contains($0.system) == true }
      let erasure = job(
        in: record, .erase, counts: seen.counts, identifiers: record.datasets.flatMap(\.find).map(\.kind),
        dependsOn: exported + told + before.map { Dependency(job: $0.job, kind: .settled) }, leftOut: seen.leftOut,
        anonymise: Self.anonymisations(in: record, seen.counts), sideEffects: seen.sideEffects + record.longKeptCopies)
      erasures.append(erasure)
      follow(erasure, in: record, counts: seen.counts)
    }
  }

  /// One pair of jobs for each backup system that keeps copies of a system in which rows go now.
  mutating func tagBackups() {
    for record in input.register.systems where SystemDuty(of: record) == .tag {
      let copied = input.register.systems(copiedTo: record.system)
      let erased = erasures.filter { copied.contains($0.system) && $0.approvedRows > 0 }
      guard !erased.isEmpty else { continue }
      let tag = job(in: record, .tagExpiry, dependsOn: erased.map { Dependency(job: $0.job, kind: .settled) })
      backups.append(tag)
      followUps.append(
        job(
          in: record, .confirmExpiry, dependsOn: [Dependency(job: tag.job, kind: .settled)],
          followUp: FollowUp(of: tag.job, rule: nil, citation: nil, due: nil, dueAt: nil)))
    }
  }

  /// Carriers and what else only a person can do.
  mutating func workByHand() {
    for record in input.applicable where input.duty(in: record) == .byHand {
      byHand.append(
        job(
          in: record, .manual, identifiers: record.identifiers, dependsOn: exported,
          sideEffects: input.remarks(on: record)))
    }
  }

  // MARK: Making one job

  private mutating func follow(_ erasure: PlannedJob, in record: SystemRecord, counts: [DatasetCount]) {
    let kept = KeptGroups(of: record, counts: counts)
    for group in kept.groups {
      followUps.append(
        job(
          in: record, .eraseKept, counts: kept.counts[group] ?? [],
          dependsOn: [Dependency(job: erasure.job, kind: .settled)],
          followUp: FollowUp(
            of: erasure.job, rule: group.rule, citation: input.register.retention[group.rule]?.citation,
            due: group.until, dueAt: input.startOfDay(group.until),
            ground: input.register.retention[group.rule]?.ground, conditional: group.isConditional,
            movesTo: record.outlives(group) ? record.movesTo : nil)))
    }
  }

  /// The conditions under which rows are anonymised, for datasets in which any are.
  private static func anonymisations(in record: SystemRecord, _ counts: [DatasetCount]) -> [String: Anonymisation] {
    var found: [String: Anonymisation] = [:]
    for dataset in record.datasets {
      guard case .anonymise(let anonymisation) = dataset.treatment,
        counts.contains(where: { $0.dataset == dataset.name && ($0.anonymised ?? 0) > 0 })
      else { continue }
      found[dataset.name] = anonymisation
    }
    return found
  }

  private func job(
    in record: SystemRecord, _ verb: JobVerb, counts: [DatasetCount] = [], identifiers: [IdentifierKind] = [],
    dependsOn: [Dependency] = [], leftOut: [PlannedJob.LeftOut] = [], followUp: FollowUp? = nil,
    anonymise: [String: Anonymisation]? = nil, sideEffects: [String] = [], export: PlannedExport? = nil
  ) -> PlannedJob {
    let end = followUp?.due.map { input.startOfDay($0.adding(days: PlanDrafting.followUpDays)) } ?? deadline
    return PlannedJob(
      job: JobReference(using: input.random), system: record.system, title: record.title, role: record.role,
      connector: record.connector, verb: verb, counts: counts,
      identifiers: Set(identifiers).intersection(input.knownKinds).sorted(), dependsOn: dependsOn, deadline: end,
      leftOut: leftOut.filter { $0.count > 0 }, followUp: followUp, concurrency: record.concurrency,
      record: input.recordDigests[record.system], contract: verb.tellsCompany ? input.contracts[record.system] : nil,
      anonymise: anonymise, sideEffects: sideEffects, export: export)
  }
}

extension SystemRecord {
  /// A sentence for each set of copies that is kept longer than a backup should be.
  var longKeptCopies: [String] {
    copies.compactMap { copy in
      guard let days = copy.keepsDays, days > CopyDeclaration.longDays else { return nil }
      let what = "its copies \(copy.set) are kept for \(days) days"
      return days > CopyDeclaration.tooLongDays
        ? "\(what): too long for a backup (more than \(CopyDeclaration.tooLongDays)); its owner must shorten that, or say why"
        : "\(what), more than \(CopyDeclaration.longDays): the person's letter must say so"
    }
  }
}
