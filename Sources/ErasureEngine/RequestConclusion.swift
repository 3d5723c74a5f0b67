import ConnectorKit
import ErasureDomain
import EvidenceLog
import Journal
import SubjectVault

/// Brings a request from its last settled job to `ended`: last looks, conclusion, destruction of the vault entry.
struct RequestConclusion: Sendable {
  private let around: ErasureEngine.Surroundings
  private let settings: EngineSettings
  private let plans: PlanStore
  private let cancellation: NoticeCancellation

  init(_ around: ErasureEngine.Surroundings, settings: EngineSettings) {
    self.around = around
    self.settings = settings
    plans = PlanStore(journal: around.journal)
    cancellation = NoticeCancellation(around, plans: plans, settings: settings)
  }

  /// Does what is due for the request now. Returns when to come again, where only time is missing.
  func advance(_ reference: RequestReference) async throws -> UTCTime? {
    let found = try await around.journal.read { reader -> (RequestRecord, PlanRecord?, [JobRecord])? in
      guard let request = try reader.request(reference) else { return nil }
      if try Self.isUnderWay(request, reader) { return nil }
      let plan = try request.plan.flatMap { try reader.plan($0) }
      return (request, plan, try request.plans.flatMap { try reader.jobs(of: $0) })
    }
    guard let (request, plan, jobs) = found else { return nil }
    let haveStopped = try await cancelStopped(request, jobs)
    // Before the vault entry goes, which holds what the receipt is for. The entry brings us here again.
    if try await NoticeAnswer(around: around).giveIfDue(request, jobs) { return nil }
    let expires = try await ExportKeeping(around: around).advance(request, jobs)
    // Whatever makes another job want it has an entry that brings us here again.
    let wantsCancel = haveStopped || jobs.contains(where: \.wantsCancel)
    let cancels = wantsCancel ? try await cancellation.advance(request) : nil
    let again = [expires, cancels].compactMap { $0 }.min()
    if let next = try await goOn(request, plan, jobs) { return min(next, again ?? next) }
    return again
  }

  /// Whether jobs of a plan that nobody stopped are still to be done, and none was cancelled: then nothing follows yet, and
  /// their records need not be read. It is so at the end of most jobs.
  private static func isUnderWay(_ request: RequestRecord, _ reader: any JournalReader) throws -> Bool {
    guard request.state == .inErasure, request.packages.isEmpty, let plan = request.plan, request.plans == [plan],
      case let (state, jobs)? = try reader.states(of: plan), state == ErasurePlan.State.executing.word
    else { return false }
    guard !jobs.contains(where: { $0.state == "cancelled" || $0.state == "unconfirmed" }) else { return false }
    return try jobs.contains { job in
      try openStates.contains(job.state) && reader.job(job.job)?.verb.isFollowUp == false
    }
  }

  private static let openStates: Set = [
    "blocked", "ready", "running", "waiting-to-retry", "awaiting-recipient", "awaiting-officer", "failed",
  ]

  private func goOn(
    _ request: RequestRecord, _ plan: PlanRecord?, _ jobs: [JobRecord]
  ) async throws -> UTCTime? {
    switch request.state {
    case .inErasure: return try await concludeIfDone(request, plan, jobs)
    case .closed:
      if !request.vaultDestroyed {
        // A system that is in the register no more has nobody who could discard anything there.
        for job in jobs { try ((try? around.systems.connector(job.system)) as? any Discarding)?.discard(job.job) }
        try await destroyVault(request)
      }
      return try await endIfDone(request.request)
    case .received, .verified, .refused, .withdrawn, .withdrawnPartly, .concluded, .ended: return nil
    }
  }

  // MARK: Concluding

  private func concludeIfDone(
    _ request: RequestRecord, _ plan: PlanRecord?, _ jobs: [JobRecord]
  ) async throws -> UTCTime? {
    guard let plan, !jobs.isEmpty, request.findings.isEmpty else { return nil }
    guard jobs.allSatisfy({ $0.verb.isFollowUp || $0.state.isSettled }) else { return nil }
    if let first = request.firstLook {
      let due = first.at.adding(seconds: settings.settlingSeconds)
      guard due <= around.clock.now() else { return due }
      let second = try await look(request, plan)
      guard second.remaining == 0 else { return try await open(second, of: request, jobs) }
      try await conclude(request, looks: [first, second.look(at: around.clock.now())])
      return nil
    }
    switch plan.state {
    case .executing, .approved, .waiting: break
    case .draft, .proposed, .paused, .concluded, .halted, .withdrawn: return nil
    }
    let first = try await look(request, plan)
    guard first.remaining == 0 else { return try await open(first, of: request, jobs) }
    let now = around.clock.now()
    let facts = PlanConcluded(look: first.look(at: now))
    let subject = EntrySubject(request: request.request, plan: plan.plan)
    try await around.journal.append(
      [try EntryDraft(facts, about: subject)], to: .plan(plan.plan), expecting: plan.revision)
    await around.publishOrLog()
    return now.adding(seconds: settings.settlingSeconds)
  }

  private func conclude(_ request: RequestRecord, looks: [LastLook]) async throws {
    let evidence = try await evidence(of: request.request, since: nil)
    let facts = RequestConcluded(
      looks: looks, entries: evidence.ranges, entriesRoot: evidence.root, report: evidence.report.digest,
      register: evidence.register)
    let draft = try EntryDraft(
      facts, about: EntrySubject(request: request.request), artifacts: [evidence.report])
    try await around.journal.append([draft], to: .request(request.request), expecting: request.revision)
    await around.notice("inform-the-person", request.request.text)
    await around.publishOrLog()
  }

  private struct Evidence {
    let ranges: String
    let root: String
    let report: Artifact
    let register: RegisterSince?
  }

  /// `since` is the index of the conclusion: the end covers what came with and after it.
  private func evidence(of request: RequestReference, since: UInt64?) async throws -> Evidence {
    let entries = try await around.journal.read { reader in try reader.entries(of: request) }
    let covered = entries.filter { $0.index >= since ?? 0 }
    let reference = try await around.journal.read { reader in try reader.request(request)?.plan }
    let plan: ErasurePlan? = if let reference { try await plans.plan(reference).plan } else { nil }
    let register = try await around.journal.read { reader in
      try reader.log().registerSince(try reference.flatMap { try reader.plan($0)?.approvedAt })
    }
    let text = try ErasureReport.text(
      request: request, plan: plan, entries: entries.map { (index: $0.index, entry: $0.entry) }, register: register)
    return Evidence(
      ranges: Self.ranges(covered), root: Self.root(covered), report: Self.artifact(text), register: register)
  }

  private static func artifact(_ text: String) -> Artifact {
    let bytes = Array(text.utf8)
    return Artifact(digest: ContentDigest(hashing: bytes), bytes: bytes)
  }

  private static func ranges(_ entries: [IndexedEntry]) -> String { IndexRanges(entries.map(\.index)).description }

  private static func root(_ entries: [IndexedEntry]) -> String {
    MerkleTree.root(of: entries.map { MerkleTree.leafHash($0.bytes) }).base64
  }

  // MARK: Looks

  private struct Look {
    var systems = 0
    var seen: [(system: SystemName, remaining: Int)] = []

    var remaining: Int { seen.reduce(0) { $0 + $1.remaining } }

    func look(at time: UTCTime) -> LastLook { LastLook(at: time, systems: systems, remaining: remaining) }
  }

  /// Looks into every searched system of the plan once more, those where nothing was found too.
  private func look(_ request: RequestRecord, _ plan: PlanRecord) async throws -> Look {
    let (bytes, _) = try await plans.plan(plan.plan)
    let identifiers = try await around.vault.get([SubjectIdentifier].self, .identifiers, of: request.request) ?? []
    let deadline = around.clock.now().adding(seconds: settings.attemptSeconds)
    let orders = OrderAssembly(
      vault: around.vault, keyring: around.keyring, journal: around.journal, random: around.random,
      clock: around.clock, callSeconds: settings.attemptSeconds)
    var look = Look()
    // An officer may have taken a system out: it is not looked into, and the report says so.
    let records = try await around.journal.read { reader in try reader.jobs(of: plan.plan) }
    let settled = Dictionary(uniqueKeysWithValues: records.map { ($0.job, $0) })
    let wanted = bytes.lookedInto { job in
      if case .settled(let outcome) = settled[job]?.state { outcome } else { nil }
    }
    for line in bytes.coverage where wanted.contains(line.system) {
      let leftOut = try await around.vault.get([LeftOutRecord].self, .leftOut(line.system), of: request.request) ?? []
      look.systems += 1
      var remaining: Int
      if let job = bytes.jobs.first(where: { $0.system == line.system && $0.verb == .erase }) {
        let record = settled[job.job]
        let order = try await orders.order(
          for: job, of: bytes, receivedOn: request.received.receivedOn, prepared: record?.prepared,
          callbacks: record?.callbacks)
        let seen = try await around.systems.connector(line.system).verify(order)
        remaining = seen.remaining.reduce(0) { $0 + $1.going + ($1.minimised ?? 0) }
      } else {
        let spared = try await around.vault.get([CaseRecord].self, .caseRecords, of: request.request) ?? []
        let order = SearchOrder(
          system: line.system, identifiers: identifiers, leftOut: leftOut.map(\.root), spared: spared,
          deadline: deadline)
        let findings = try await around.systems.connector(line.system).locate(order)
        // "Cannot look" is not "nothing there".
        guard findings.obstacles.isEmpty else {
          await around.notice("cannot-look", request.request.text)
          throw EngineProblem.notReady(request.request, "system \(line.system) cannot be looked into as registered")
        }
        remaining = findings.total
      }
      let roots = try await around.vault.get([RootRecord].self, .roots(line.system), of: request.request) ?? []
      remaining += try await sweep(line.system, request, identifiers, roots + leftOut.map(\.root), deadline)
      let lawful = request.lawful[line.system] ?? 0
      if remaining > lawful { look.seen.append((line.system, remaining)) }
    }
    return look
  }

  /// Rows that hold an identifier and that no dataset reaches, where the register asks for a look at every column.
  ///
  /// Rows a dataset reaches are not counted: verifying has seen them, with those that are kept on an approved ground.
  private func sweep(
    _ system: SystemName, _ request: RequestRecord, _ identifiers: [SubjectIdentifier], _ roots: [RootRecord],
    _ deadline: UTCTime
  ) async throws -> Int {
    guard around.systems.record(system)?.lastLook == .sweep else { return 0 }
    // A kind that identifies nobody alone (a name, a town) would find other people.
    let sufficing = Set(around.systems.records.flatMap { $0.datasets.flatMap(\.suffices) })
    let known = identifiers.filter { sufficing.contains($0.kind) }
    guard !known.isEmpty else { return 0 }
    guard let connector = try around.systems.connector(system) as? any Sweeping else {
      throw EngineProblem.notReady(request.request, "system \(system) cannot be swept: take last-look out")
    }
    let order = SweepOrder(
      system: system, identifiers: known, roots: roots, deadline: deadline, prefersReplica: false)
    let findings = try await connector.sweep(order) { _ in }
    guard findings.isComplete else {
      await around.notice("cannot-look", request.request.text)
      throw EngineProblem.notReady(request.request, "system \(system) was not looked into to the end")
    }
    return findings.uncoveredRows
  }

  private func open(_ look: Look, of request: RequestRecord, _ jobs: [JobRecord]) async throws -> UTCTime? {
    let drafts = try look.seen.map { seen in
      try EntryDraft(
        FindingOpened(system: seen.system, remaining: seen.remaining), about: EntrySubject(request: request.request))
    }
    try await around.journal.append(drafts, to: .request(request.request), expecting: request.revision)
    await around.notice("seen-again", request.request.text)
    return nil
  }

  // MARK: Closing and ending

  /// Jobs of a plan that was halted, or of a request that was withdrawn, get their one end. A paused plan's wait.
  private func cancelStopped(_ request: RequestRecord, _ jobs: [JobRecord]) async throws -> Bool {
    let held = jobs.filter { $0.held && !$0.state.isSettled }
    guard !held.isEmpty else { return false }
    let stopped = try await around.journal.read { reader in
      Set(
        try request.plans.filter { reference in
          guard let plan = try reader.plan(reference) else { return false }
          return plan.state == .halted || plan.state == .withdrawn || request.state == .withdrawnPartly
        })
    }
    for job in held where stopped.contains(job.plan) {
      if case .running = job.state { continue }
      let facts = JobSettled(outcome: Self.outcome(ofStopped: job))
      try await around.journal.append(
        [try EntryDraft(facts, about: ErasureEngine.subject(job))], to: .job(job.job), expecting: job.revision)
    }
    return true
  }

  /// What a stopped job leaves: a company that was told stays told, and an effect whose answer was lost may be there.
  private static func outcome(ofStopped job: JobRecord) -> JobOutcome {
    if case .awaitingRecipient = job.state, job.verb.tellsCompany {
      return .unconfirmed(lastAsked: job.handedOverAt ?? job.createdAt)
    }
    // A system of ours that erases later was asked to, and nobody has seen yet that it has.
    let isDoubtful = (job.verifyFirst || job.state.isHandedOver) && job.prepared != nil
    return .cancelled(reason: FailureCode(isDoubtful ? "stopped-outcome-unknown" : "plan-stopped"))
  }

  /// Destroys the vault entry, then says so. Called again until both are done.
  private func destroyVault(_ request: RequestRecord) async throws {
    let items = try await around.vault.destroy(request.request)
    let draft = try EntryDraft(VaultDestroyed(items: items), about: EntrySubject(request: request.request))
    try await around.journal.append([draft], to: .request(request.request), expecting: request.revision)
  }

  private func endIfDone(_ reference: RequestReference) async throws -> UTCTime? {
    let found = try await around.journal.read { reader -> (RequestRecord, [JobRecord])? in
      guard let request = try reader.request(reference) else { return nil }
      return (request, try request.plans.flatMap { try reader.jobs(of: $0) })
    }
    guard let (request, jobs) = found, request.state == .closed, request.vaultDestroyed else { return nil }
    guard jobs.allSatisfy(\.state.isSettled) else { return nil }
    // Row keys go with their job; a crash between its end and this, or a cancelled follow-up, leaves them to here.
    for job in jobs where job.verb == .eraseKept { try await around.keyring.removeRows(of: job.job) }
    let concluded = try await around.journal.read { reader in
      try reader.entries(of: reference).last { $0.entry.kind == RequestConcluded.kind }?.index
    }
    let evidence = try await evidence(of: reference, since: concluded)
    let facts = RequestEnded(
      entries: evidence.ranges, entriesRoot: evidence.root, report: evidence.report.digest, register: evidence.register)
    let draft = try EntryDraft(facts, about: EntrySubject(request: reference), artifacts: [evidence.report])
    try await around.journal.append([draft], to: .request(reference), expecting: request.revision)
    await around.publishOrLog()
    return nil
  }
}
