import ErasureDomain
import ErasurePlanning
import EvidenceLog
import EvidencePublishing
import Journal
import OfficerAPI
import SubjectVault

// Status, checks, evidence, the log as it grows, and the practice calendar.
extension OfficerDesk {
  /// A concluded request that is not closed for so many days is on the first screen.
  static let daysToInform = 14
  static let mostCounted = 10_000

  func status() async throws -> StatusView {
    let now = clock.now()
    let work = try await waitingWork(at: now)
    let (counts, size, checkpoint) = try await journal.read { reader in
      (try reader.counts(), try reader.size, try reader.newestCheckpoint()?.size ?? 0)
    }
    let manual = settings.register.systems.count { $0.connector == "manual-task" }
    return StatusView(
      version: settings.version, practice: settings.practice, now: now, today: clock.day(of: now),
      origin: settings.origin, logSize: Int64(clamping: size), checkpointSize: Int64(clamping: checkpoint),
      requests: counts.requests, jobs: counts.jobs, tasks: work.tasks, overdue: work.overdue,
      keepsPerson: work.keepsPerson, manual: manual, connected: settings.register.systems.count - manual,
      warnings: warnings(
        overdue: work.overdue, keeps: work.keepsPerson, tasks: work.tasks,
        owners: try await incidentWarnings() + stopWarnings() + holdWarnings() + restoreWarnings() + reprobeWarnings()
          + exceptionWarnings() + configurationWarnings() + doubtWarnings() + ownerWarnings()
          + silenceWarnings(work.silent) + caseFileWarnings()
          + ApproverWarnings(try await approverStanding(at: now)).all,
        anchors: await anchorWarnings()))
  }

  private func warnings(
    overdue: Int, keeps: Int, tasks: Int, owners: [String], anchors: [String]
  ) -> [String] {
    var warnings: [String] = []
    if let failure = journal.failure { warnings.append("\(failure)") }
    if settings.practice { warnings.append("practice mode: nothing here concerns real people") }
    if overdue > 0 { warnings.append("\(overdue) requests are past their work-to date") }
    if tasks > 0 { warnings.append("\(tasks) tasks wait for a person") }
    warnings += owners
    if keeps > 0 {
      warnings.append("\(keeps) requests wait for \(Self.daysToInform) days: inform the person and close them")
    }
    return warnings + anchors
  }

  /// Durable before it answers; running attempts are ended by the engine, which sees the entry.
  func stopWork(_ caller: Caller) async throws -> Done {
    guard try await journal.read({ reader in try reader.log().stopped }) == nil else { return Done() }
    try await append(WorkStopped(), about: .log, by: caller.id, expecting: nil)
    return Done()
  }

  func resumeWork(_ caller: Caller) async throws -> Done {
    try await append(WorkResumed(), about: .log, by: caller.id, expecting: nil)
    return Done()
  }

  private func configurationWarnings() async throws -> [String] {
    let changed = try await changedParts()
    guard !changed.isEmpty else { return [] }
    return ["\(changed.joined(separator: ", ")) changed without two entitled signatures: no new plans are made"]
  }

  private func stopWarnings() async throws -> [String] {
    guard let stop = try await journal.read({ reader in try reader.log().stopped }) else { return [] }
    let who = settings.people.name(of: stop.by) ?? "an operator"
    return ["everything was stopped by \(who) on \(stop.at): nothing is erased and nobody is told; expunge resume"]
  }

  /// Companies that have said nothing for four fifths of their time, by the day until which they have it.
  private func silenceWarnings(_ silent: [SilentCompany]) -> [String] {
    silent.map { company in
      "\(company.system) is silent about \(company.jobs) \(company.jobs == 1 ? "job" : "jobs"); the first has time until "
        + "\(clock.day(of: company.until)): call them"
    }
  }

  func keepsPerson(_ record: RequestRecord) -> Bool {
    guard record.state.keepsVault, let since = record.concludedAt else { return false }
    return clock.today.days(since: clock.day(of: since)) >= Self.daysToInform
  }

  func check(_ call: Check) async throws -> CheckView {
    var lines: [CheckView.Line] = []
    let failure = journal.failure
    lines.append(
      CheckView.Line(
        name: "journal", healthy: failure == nil, words: failure.map { "\($0)" } ?? "frontier agrees with its entries"))
    do {
      let listed = try AllowedSigners(parsing: try signers())
      lines.append(
        CheckView.Line(name: "signers", healthy: true, words: "allowed_signers reads, \(listed.signers.count) keys"))
    } catch {
      lines.append(CheckView.Line(name: "signers", healthy: false, words: "allowed_signers does not read: \(error)"))
    }
    let anchors = await anchorWarnings()
    // Practice needs nobody outside.
    lines.append(
      CheckView.Line(
        name: "anchors", healthy: settings.practice || anchors.isEmpty,
        words: anchors.isEmpty ? "the newest checkpoint was seen outside" : anchors.joined(separator: "; ")))
    lines += try await approverLines()
    if let line = try await caseFileLine() { lines.append(line) }
    let unowned = settings.register.systems.count
    let changed = try await changedParts()
    lines.append(CheckView.Line(name: "register", healthy: unowned > 0, words: "\(unowned) systems"))
    lines.append(
      CheckView.Line(
        name: "configuration", healthy: changed.isEmpty,
        words: changed.isEmpty
          ? "people, signers and register as logged"
          : "changed without two entitled signatures: \(changed.joined(separator: ", "))"))
    let orphans = try await orphans()
    lines.append(
      CheckView.Line(
        name: "vault", healthy: orphans == 0,
        words: orphans == 0
          ? "every entry belongs to an open request"
          : "\(orphans) entries belong to no request of the journal; was it rebuilt or restored?"))
    if call.deep {
      let problems = try await deepCheck()
      lines.append(
        CheckView.Line(
          name: "whole log", healthy: problems.isEmpty,
          words: problems.isEmpty ? "tree and answering tables recomputed, all agree" : problems.joined(separator: "; ")
        ))
    }
    return CheckView(lines: lines)
  }

  /// Vault entries of requests the journal does not know.
  private func orphans() async throws -> Int {
    let held = try await vault.requests()
    return try await journal.read { reader in try held.count { try reader.request($0) == nil } }
  }

  func evidence(_ call: ExportEvidence) async throws -> ExportedEvidence {
    let request = try await find(call.request)
    try await publish()
    let files = try await Self.exporting { try await export(request.request) }
    return ExportedEvidence(files: Self.onWire(files))
  }

  /// The first page is of the log as it is now; the others are of the log as it was then.
  func logPage(_ call: ExportLog) async throws -> ExportedLog {
    if call.after == nil { try await publish() }
    let page = try await Self.exporting { try await LogPages.page(after: call.after, from: journal) }
    return ExportedLog(files: Self.onWire(page.files), next: page.next)
  }

  /// What an officer must hear in words.
  private static func exporting<Value>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let failure as PublishingFailure {
      switch failure {
      case .personalData, .notCovered, .destroyed: throw Refusal(.refused, "\(failure)")
      case .cursor: throw Refusal(.invalid, "\(failure)")
      case .journal, .otherOrigin, .signer, .foreignCheckpoint, .file, .unknown:
        throw failure
      }
    }
  }

  private static func onWire(_ files: [(path: String, bytes: [UInt8])]) -> [ExportedEvidence.File] {
    files.map { .init(path: $0.path, content: Base64.encode($0.bytes)) }
  }

  // MARK: Following the log

  static let mostWatched: UInt64 = 500

  func watch(_ call: WatchLog) async throws -> Watched {
    let request: RequestRecord? = if let text = call.request { try await find(text) } else { nil }
    let deadline = clock.now().adding(seconds: Int64(min(max(0, call.waitSeconds), 30)))
    while true {
      let from = UInt64(max(0, call.from))
      let (entries, size) = try await journal.read { reader in
        let size = try reader.size
        guard let request else {
          return (try reader.entries(from: from, to: min(size, from + Self.mostWatched)), size)
        }
        return (try reader.entries(of: request.request, from: from, limit: Int(Self.mostWatched)), size)
      }
      if !entries.isEmpty || clock.now() >= deadline {
        let next = entries.last.map { $0.index + 1 } ?? max(from, request == nil ? from : size)
        return Watched(lines: try await history(entries), next: Int64(clamping: next))
      }
      try await clock.wait(until: clock.now().adding(seconds: 1))
    }
  }

  // MARK: Practice

  static let longestMove: Int64 = 30 * 366 * 86_400

  func move(_ call: MoveCalendar, _ caller: Caller) async throws -> StatusView {
    guard settings.practice else {
      throw Refusal(.refused, "the calendar can be moved in practice mode only")
    }
    let now = clock.now()
    let seconds = call.seconds ?? call.to.map { clock.start(of: $0).seconds(since: now) } ?? 0
    guard seconds > 0, seconds <= Self.longestMove else {
      throw Refusal(.invalid, "the calendar moves forward only, at most 30 years at a time")
    }
    try await append(ClockStepped(seconds: seconds, practice: true), about: .log, by: caller.id, expecting: nil)
    await moveClock(seconds)
    return try await status()
  }
}
