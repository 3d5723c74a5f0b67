public import ConnectorKit
public import ErasureDomain
public import EvidenceLog
public import Journal
public import Logging
public import SubjectVault

/// Claims, runs, retries and recovers the jobs of approved plans, and concludes requests.
///
/// It knows no connector kind and no HTTP. What it knows of the world is in the journal: after a crash it goes on from
/// the last committed entry.
public actor ErasureEngine {
  /// What the engine is given: the stores, the systems, the clock.
  public struct Surroundings: Sendable {
    public let journal: any Journal
    public let vault: SubjectVault
    public let keyring: Keyring
    public let systems: ConnectedSystems
    public let clock: any CivilClock
    public let random: any RandomSource
    public let logger: Logger
    /// Signs and publishes a checkpoint of what is durable.
    public let publish: @Sendable () async throws -> Void
    /// Tells somebody that a person is needed: a code and a reference, never a person's data.
    public let notice: @Sendable (_ code: String, _ reference: String) async -> Void
    /// Signs receipts for companies that have told us to erase; nil where there is no key for it.
    public let receipts: ReceiptSigner?

    public init(
      journal: any Journal, vault: SubjectVault, keyring: Keyring, systems: ConnectedSystems, clock: any CivilClock,
      random: any RandomSource, logger: Logger, publish: @escaping @Sendable () async throws -> Void,
      notice: @escaping @Sendable (_ code: String, _ reference: String) async -> Void,
      receipts: ReceiptSigner? = nil
    ) {
      self.journal = journal
      self.vault = vault
      self.keyring = keyring
      self.systems = systems
      self.clock = clock
      self.random = random
      self.logger = logger
      self.publish = publish
      self.notice = notice
      self.receipts = receipts
    }

    /// Execution does not depend on a folder: what could not be published is with the next checkpoint.
    func publishOrLog() async {
      do { try await publish() } catch {
        logger.error("the log could not be published", metadata: ["error": "\(ErasureEngine.words(for: error))"])
      }
    }
  }

  let around: Surroundings
  let settings: EngineSettings
  let plans: PlanStore
  private let conclusion: RequestConclusion
  let gate: SystemGate
  private let wakes: AsyncStream<Void>
  let wake: AsyncStream<Void>.Continuation
  var running: [JobReference: (job: JobRecord, task: Task<Void, Never>)] = [:]
  /// Systems of which it was said that jobs wait for their owner.
  var waitingForOwner: Set<SystemName> = []
  private var timer: Task<Void, Never>?
  private var attention: Set<RequestReference> = []
  /// A look that failed, and when to try again.
  private var lookAgain: [RequestReference: UTCTime] = [:]
  /// Jobs whose last write failed in a way that leaves open whether it is there.
  var doubtful: Set<JobReference> = []
  /// Jobs whose attempt could not be started, and when to try again.
  var startAgain: [JobReference: UTCTime] = [:]
  var circuits = SystemCircuits()
  var places: EnginePlaces
  /// Jobs of `running` whose claim is not durable yet.
  var claiming: Set<JobReference> = []
  private var settling: Task<Void, Never>?
  private var lastDay: CivilDate?
  private var stopping = false

  public init(_ around: Surroundings, settings: EngineSettings = EngineSettings()) {
    self.around = around
    self.settings = settings
    places = EnginePlaces(shared: settings.concurrentJobs, most: settings.mostJobs)
    plans = PlanStore(journal: around.journal)
    conclusion = RequestConclusion(around, settings: settings)
    gate = SystemGate(around.systems, clock: around.clock)
    (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Ends what a crash left open: attempts become `lost`, closed requests lose their vault entry.
  ///
  /// Returns the number of lost attempts. Call once, before `run`.
  public func recover() async throws -> Int {
    let (open, unfinished) = try await around.journal.read { reader in
      (
        try reader.running(),
        try reader.references(
          in: ["in-erasure", "withdrawn-partly", "verified", "closed", "concluded", "refused", "withdrawn"])
      )
    }
    for job in open {
      guard case .running(let lease) = job.state else { continue }
      let end = try EntryDraft(AttemptEnded(lostEnd(of: job), epoch: lease.epoch), about: Self.subject(job))
      try await around.journal.append([end], to: .job(job.job), expecting: job.revision)
    }
    attention.formUnion(unfinished)
    try await destroyReturned()
    // A notice may have been lost with the daemon that was to send it.
    let waiting = try await around.journal.read { reader in try reader.waitingForPerson(limit: 1_000) }
    for job in waiting { await around.notice("waiting", job.job.text) }
    return open.count
  }

  /// A lost attempt costs one; when none is left a person decides instead of another try.
  func lostEnd(of job: JobRecord) -> AttemptEnd {
    spent(job) ? .needsOfficer(Question(code: .budgetSpent, detail: .lost)) : .lost
  }

  /// A vault that came out of a backup may hold people whose requests were closed since: they go again at once.
  private func destroyReturned() async throws {
    for request in try await around.vault.requests() {
      let record = try await around.journal.read { reader in try reader.request(request) }
      guard let record, !record.state.keepsVault, record.vaultDestroyed else { continue }
      _ = try await around.vault.destroy(request)
      around.logger.warning("a restored vault held a closed request; destroyed", metadata: ["request": "\(request)"])
    }
  }

  /// Works until the task is cancelled, then lets running attempts end and returns.
  public func run() async {
    let wake = wake
    around.journal.observe { [weak self] entries in
      // Most entries only say how far an attempt is: nothing about a request follows from them, and nothing else can begin.
      let telling = entries.filter { !Self.stepsOfAttempts.contains($0.entry.kind) }
      let requests = Set(telling.compactMap(\.entry.subject.request))
      let stops = entries.compactMap { WorkStopScope($0.entry) }
      guard !telling.isEmpty else { return }
      Task { [weak self] in await self?.notices(requests, stops) }
    }
    wake.yield()
    await withTaskCancellationHandler {
      for await _ in wakes {
        if Task.isCancelled { break }
        await pass()
      }
    } onCancel: {
      wake.finish()
    }
    await drain()
  }

  private static let stepsOfAttempts: Set<EntryKind> = [AttemptStarted.kind, TagsWritten.kind, AttemptPrepared.kind]

  private func notices(_ requests: Set<RequestReference>, _ stops: [WorkStopScope]) {
    attention.formUnion(requests)
    // Claimed before the stop: what is not yet durable of their effect never will be, and they need not go on.
    for (job, task) in running.values where stops.contains(where: { $0.covers(job) }) { task.cancel() }
    wake.yield()
  }

  /// Looks again at once: the calendar was moved.
  public func clockMoved() { wake.yield() }

  // MARK: One pass

  private func pass() async {
    let began = around.clock.now()
    do {
      try await endDoubtful()
      let next = try await claim(since: began)
      try await tellOfWaiting()
      startSettling()
      await daily()
      try await setTimer(since: began, next)
    } catch is CancellationError {
      return
    } catch {
      around.logger.error("the engine's pass failed", metadata: ["error": "\(Self.words(for: error))"])
      arm(at: around.clock.now().adding(seconds: 5))
    }
  }

  /// Starts what may begin, and returns when a job becomes claimable by itself after a time.
  private func claim(since began: UTCTime) async throws -> UTCTime? {
    while !stopping, settings.concurrentJobs > 0, running.count < settings.mostJobs {
      let now = around.clock.now()
      let busy = Set(around.systems.records.map(\.system).filter { !mayBegin($0) })
        .union(circuits.resting(at: now).keys)
      // Those whose claim is not durable yet, and those that must wait after a failed one, would be found again.
      let later = startAgain.filter { $0.value > now }.keys
      let known = claiming.union(later)
      // No more than may begin; first jobs of systems come one after the other.
      let room = max(1, min(places.room, freeCapacity))
      let gate = gate
      let (ready, next): ([Claimable], UTCTime?) = try await around.journal.read { reader in
        let log = try reader.log()
        // Nothing wakes us then: the entry that ends the stop does.
        guard log.stopped == nil else { return ([], nil) }
        let ready = try reader.ready(at: now, excluding: busy, besides: known, limit: room) {
          gate.mayChange($0, in: log, at: now)
        }
        let claimable = try ready.map { Claimable(job: $0, origin: try reader.origin(of: $0.plan)) }
        return (claimable, try reader.nextWake(after: began))
      }
      let fresh = ready.filter { running[$0.job.job] == nil && (startAgain[$0.job.job] ?? now) <= now }
      var started = 0
      for claimable in fresh where mayBegin(claimable.job.system) {
        let job = claimable.job
        started += 1
        places.begin(job.system)
        claiming.insert(job.job)
        startAgain[job.job] = nil
        running[job.job] = (job, Task { [self] in await attempt(claimable) })
      }
      // The end of an attempt brings us here again.
      guard started > 0, freeCapacity > 0 else { return next }
    }
    return try await around.journal.read { reader in try reader.nextWake(after: began) }
  }

  /// A job that runs in the journal and nowhere else is lost; the next attempt looks first.
  private func endDoubtful() async throws {
    for reference in doubtful where running[reference] == nil {
      let job = try await around.journal.read { reader in try reader.job(reference) }
      if let job, case .running(let lease) = job.state {
        let end = try EntryDraft(AttemptEnded(lostEnd(of: job), epoch: lease.epoch), about: Self.subject(job))
        try await around.journal.append([end], to: .job(reference), expecting: job.revision)
      }
      doubtful.remove(reference)
    }
  }

  /// How many more jobs the systems that may begin one could take.
  private var freeCapacity: Int {
    around.systems.records.map(\.system).filter(mayBegin).reduce(0) { $0 + capacity($1) - places.load($1) }
  }

  private func mayBegin(_ system: SystemName) -> Bool { places.mayBegin(system, capacity: capacity(system)) }

  private func capacity(_ system: SystemName) -> Int {
    circuits.isOnTrial(system) ? 1 : around.systems.record(system)?.concurrency ?? 1
  }

  /// Systems that answer to nobody and are left alone, and until when.
  public func resting() -> [SystemName: UTCTime] { circuits.resting(at: around.clock.now()) }

  /// `began` is a time before the pass looked for jobs: one that became due in between is not slept over. `due` is when
  /// the next job becomes claimable by itself.
  private func setTimer(since began: UTCTime, _ due: UTCTime?) async throws {
    let now = around.clock.now()
    var next = due
    if let opens = try await nextOpening(after: began) { next = min(next ?? opens, opens) }
    if let trial = circuits.nextTrial(after: began) { next = min(next ?? trial, trial) }
    // What is due is being looked at, and the end of that wakes us.
    for time in lookAgain.values where settling == nil || time > now { next = min(next ?? time, time) }
    for time in startAgain.values where time > now { next = min(next ?? time, time) }
    let midnight = around.clock.start(of: around.clock.day(of: now).adding(days: 1))
    arm(at: min(next ?? midnight, midnight))
  }

  func arm(at time: UTCTime) {
    timer?.cancel()
    let (clock, wake) = (around.clock, wake)
    timer = Task {
      do { try await clock.wait(until: time) } catch { return }
      wake.yield()
    }
  }

  /// Once a day: tags whose last purpose ended go, and a checkpoint covers what is new.
  ///
  /// It must not hold up a claim: what fails is logged and done again with the next pass of another day.
  private func daily() async {
    let today = around.clock.today
    guard lastDay != today else { return }
    let isFirst = lastDay == nil
    lastDay = today
    do {
      let expired = try await around.keyring.expire(on: today)
      if expired.tags > 0 || !expired.epochs.isEmpty {
        let facts = TagsExpired(count: expired.tags, epochs: expired.epochs.map(\.description))
        try await around.journal.append([try EntryDraft(facts, about: .log)], to: .log, expecting: nil)
      }
    } catch {
      around.logger.error("expired tags could not be destroyed", metadata: ["error": "\(Self.words(for: error))"])
    }
    if !isFirst { await around.publishOrLog() }
  }

  /// Looks and conclusions run beside the claims: a slow system holds up no other's jobs.
  private func startSettling() {
    guard settling == nil, !stopping else { return }
    let now = around.clock.now()
    guard !attention.isEmpty || lookAgain.values.contains(where: { $0 <= now }) else { return }
    settling = Task { [self] in
      await settleRequests()
      settled()
    }
  }

  private func settled() {
    settling = nil
    wake.yield()
  }

  /// Concludes, ends and closes what has become ready for it.
  private func settleRequests() async {
    let now = around.clock.now()
    let due = lookAgain.filter { $0.value <= now }.map(\.key)
    for request in due { lookAgain[request] = nil }
    let requests = attention.union(due)
    attention = []
    for request in requests {
      do {
        if let again = try await conclusion.advance(request) { lookAgain[request] = again }
      } catch is CancellationError {
        attention.insert(request)
        return
      } catch let JournalFailure.conflict(stream, _, _) {
        around.logger.debug("somebody was quicker", metadata: ["stream": "\(stream)"])
        attention.insert(request)
        wake.yield()
      } catch JournalFailure.refused {
        // An entry of the request came in between; the next look sees it.
        lookAgain[request] = now.adding(seconds: 1)
      } catch {
        around.logger.warning(
          "a request could not go on", metadata: ["request": "\(request)", "error": "\(Self.words(for: error))"])
        lookAgain[request] = now.adding(seconds: settings.lookAgainSeconds)
      }
    }
  }

  // MARK: Stopping

  private func drain() async {
    stopping = true
    timer?.cancel()
    let tasks = running.values.map(\.task) + [settling].compactMap { $0 }
    for task in tasks { task.cancel() }
    for task in tasks { await task.value }
  }

  /// After a write that failed, a job waits this long.
  static let startAgainSeconds: Int64 = 2

  /// An error for the log: our own codes in words, of everything else the type only, since its text may quote a value.
  static func words(for error: any Error) -> String {
    switch error {
    case let failure as JournalFailure: failure.description
    case let failure as ConnectorFailure: "\(failure)"
    case let failure as VaultFailure: "\(failure)"
    case let problem as EngineProblem: problem.description
    case let problem as FoldProblem: problem.description
    default: String(describing: type(of: error))
    }
  }

  static func subject(_ job: JobRecord) -> EntrySubject {
    EntrySubject(request: job.request, plan: job.plan, job: job.job)
  }
}
