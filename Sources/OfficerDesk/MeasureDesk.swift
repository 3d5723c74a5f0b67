import ConnectorKit
import ErasureDomain
import ErasureEngine
import ErasurePlanning
import Journal
import Logging
import OfficerAPI
import SubjectVault

// Restriction (Art. 18) and objection to direct marketing (Art. 21(2), (3)): at once, before and without an erasure, and
// reversible (C5, C8, C9).
extension OfficerDesk {
  /// An objection to marketing that does not hold everywhere after so long is an alarm.
  static let marketingSeconds: Int64 = 3_600
  /// A system that failed is asked again after so long.
  static let retrySeconds: Int64 = 900

  func order(_ call: OrderMeasure, _ caller: Caller) async throws -> MeasureView {
    let record = try await find(call.request)
    guard try await vault.contains(record.request) else {
      throw Refusal(.refused, "request \(record.number) is \(record.state.word): nobody knows any more whose it was")
    }
    if call.measure == .restriction, record.state == .received {
      throw Refusal(
        .refused,
        "request \(record.number) is not confirmed: data are restricted for the person they are about, so confirm first; an "
          + "objection to marketing (--marketing) needs no more than the channel it came by")
    }
    if let earlier = record.measure(call.measure), earlier.liftedAt == nil || !earlier.open.isEmpty {
      throw Refusal(.refused, "this was ordered for request \(record.number) already; see expunge request show")
    }
    let concerned = settings.register.systems.filter { system in
      system.role != .backup && !Set(system.subjects).isDisjoint(with: record.received.capacities)
    }
    var (own, byHand): ([SystemName], [SystemName]) = ([], [])
    for system in concerned {
      if system.isErasedByUs, let marking = try systems.connector(system.system) as? any Restricting,
        marking.canMark(call.measure)
      {
        own.append(system.system)
      } else {
        byHand.append(system.system)
      }
    }
    guard !concerned.isEmpty else {
      throw Refusal(.refused, "no system of the register knows people in the capacity of request \(record.number)")
    }
    // Also where no system can mark anything: whoever sends mailings asks the list. Before the order, which is made once.
    if call.measure == .marketing, settings.doNotContact != nil, keyring != nil { try await keepFromContact(record) }
    try await append(
      MeasureOrdered(measure: call.measure, systems: own, byHand: byHand),
      about: EntrySubject(request: record.request), by: caller.id, expecting: record.revision)
    try await work(on: record.request)
    return try await measureView(call.measure, of: record.request)
  }

  func lift(_ call: LiftMeasure, _ caller: Caller) async throws -> MeasureView {
    let record = try await find(call.request)
    guard let measure = record.measure(call.measure), measure.liftedAt == nil else {
      throw Refusal(.notFound, "request \(record.number) has no \(call.measure.rawValue) in force")
    }
    guard record.state.leavesRowsAlone else {
      throw Refusal(
        .refused,
        "the erasure of request \(record.number) has begun: rows that must stay keep their mark, the keys of others may be "
          + "somebody else's by now, and nothing is put back"
      )
    }
    guard let day = call.informedOn, let channel = call.channel else {
      throw Refusal(
        .refused,
        "who had data restricted is told before that ends (Art. 18(3) GDPR): tell the person, then lift it with "
          + "--informed-on DAY --channel CHANNEL")
    }
    guard day >= clock.day(of: measure.orderedAt), day <= clock.today else {
      throw Refusal(.invalid, "the person was told between the day on which it was ordered and today")
    }
    guard try await vault.contains(record.request) else {
      throw Refusal(.refused, "what the rows had before is gone with the person's entry; nothing can be put back")
    }
    let code = FailureCode(try Self.code(channel, "the channel"))
    try await append(
      MeasureLifted(measure: call.measure, informedOn: day, channel: code),
      about: EntrySubject(request: record.request), by: caller.id, expecting: record.revision)
    try await work(on: record.request)
    return try await measureView(call.measure, of: record.request)
  }

  func measureDone(_ call: MeasureDone, _ caller: Caller) async throws -> MeasureView {
    let record = try await find(call.request)
    guard let measure = record.measure(call.measure),
      let line = measure.open.first(where: { $0.system.description == call.system }),
      try await waitsForPerson(line)
    else {
      throw Refusal(
        .notFound, "nothing waits by hand in \(Self.shown(call.system)) for request \(record.number)")
    }
    guard caller.roles.contains(.officer) || caller.person?.owns.contains(line.system) == true else {
      throw Refusal(.forbidden, "its owner or an officer says so for \(line.system)")
    }
    let subject = EntrySubject(request: record.request)
    if measure.liftedAt == nil {
      try await append(
        MeasureApplied(measure: call.measure, system: line.system, rows: 0), about: subject, by: caller.id,
        expecting: record.revision)
    } else {
      try await append(
        MeasureUndone(measure: call.measure, system: line.system, rows: 0), about: subject, by: caller.id,
        expecting: record.revision)
    }
    return try await measureView(call.measure, of: record.request)
  }

  // MARK: The work

  /// Does what waits of all measures, also after a standstill; what fails is tried again the next time.
  public func workOnMeasures() async throws {
    try await forEach(.measured) { request in
      do { try await work(on: request.request) } catch let error where !(error is CancellationError) {
        // What one request meets keeps no other one waiting.
        logger.error("a measure could not be worked on", metadata: ["error": "\(type(of: error))"])
      }
    }
  }

  /// Whether a person may say that it is done: its owner sees to it, the last try failed, or nothing is changed there now.
  private func waitsForPerson(_ line: MeasureRecord.Line) async throws -> Bool {
    if line.byHand || line.lastCode != nil || settings.register[line.system] == nil { return true }
    let log = try await journal.read { reader in try reader.log() }
    return !log.isReleased(line.system)
  }

  private func work(on request: RequestReference) async throws {
    guard !settings.changesNothing else { return }
    let record = try await find(request.text)
    for measure in record.measures ?? [] {
      for line in measure.open where !line.byHand {
        let log = try await journal.read { reader in try reader.log() }
        // What has just failed is left alone for a while.
        if line.lastCode != nil, let last = line.startedAt, clock.now() < last.adding(seconds: Self.retrySeconds) {
          continue
        }
        guard log.stopped == nil, gate.mayChange(line.system, in: log, at: clock.now()) else { continue }
        do {
          try await work(on: line, of: measure, request)
        } catch JournalFailure.conflict {
          // Somebody is at work on the request: the next round does it.
          return
        }
      }
    }
  }

  private func work(on line: MeasureRecord.Line, of measure: MeasureRecord, _ request: RequestReference) async throws {
    guard let connector = (try? systems.connector(line.system)) as? any Restricting,
      try await vault.contains(request)
    else { return }
    let subject = EntrySubject(request: request)
    try await append(
      MeasureStarted(measure: measure.measure, system: line.system), about: subject, by: nil,
      expecting: try await find(request.text).revision)
    let item = VaultItem.marked(measure.measure, in: line.system)
    let deadline = clock.now().adding(seconds: Self.searchSeconds)
    do {
      if measure.liftedAt == nil {
        let leftOut = try await vault.get([LeftOutRecord].self, .leftOut(line.system), of: request) ?? []
        let order = MarkOrder(
          system: line.system, measure: measure.measure,
          identifiers: try await vault.get([SubjectIdentifier].self, .identifiers, of: request) ?? [],
          leftOut: leftOut.filter { $0.category == nil }.map(\.root), deadline: deadline)
        let recorder = VaultMarks(vault: vault, item: item, request: request)
        let rows = try await connector.mark(order, before: recorder)
        try await append(
          MeasureApplied(measure: measure.measure, system: line.system, rows: rows), about: subject, by: nil,
          expecting: try await find(request.text).revision)
      } else {
        let marked = try await vault.get([MarkedRow].self, item, of: request) ?? []
        let rows = try await connector.unmark(marked, deadline: deadline)
        try await vault.put([MarkedRow](), as: item, of: request)
        try await append(
          MeasureUndone(measure: measure.measure, system: line.system, rows: rows), about: subject, by: nil,
          expecting: try await find(request.text).revision)
      }
    } catch let failure as ConnectorFailure {
      try await append(
        MeasureFailed(measure: measure.measure, system: line.system, code: failure.shortCode), about: subject, by: nil,
        expecting: try await find(request.text).revision)
    }
  }

  // MARK: What people see

  private func measureView(_ measure: RestrictionMeasure, of request: RequestReference) async throws -> MeasureView {
    let record = try await find(request.text)
    guard let found = record.measure(measure) else { throw Refusal(.notFound, "nothing was ordered") }
    return MeasureView(
      number: record.number, measure: measure, lines: lines(of: found), inForceSince: found.inForceSince)
  }

  private func lines(of measure: MeasureRecord) -> [String] {
    measure.lines.map { line in
      var words: String
      if let undone = line.undoneAt {
        words = "put back on \(clock.day(of: undone))"
      } else if measure.liftedAt != nil {
        words = line.startedAt == nil ? "never held" : "to be put back" + (line.byHand ? ", by its owner" : "")
      } else if let applied = line.appliedAt {
        let what = measure.measure == .restriction ? "restricted" : "no marketing"
        words = "\(what) since \(applied)" + (line.rows.map { ", \($0) rows" } ?? ", by hand")
      } else {
        words = line.byHand ? "its owner must see to it now" : "waits: not released, or outside its hours"
      }
      if let code = line.lastCode { words = "failed (\(code)), tried again" }
      return "\(line.system): \(words)"
    }
  }

  /// The measures of a request, for who looks at it.
  func measureNotes(of record: RequestRecord) -> [RequestDetail.Note] {
    (record.measures ?? []).map { measure in
      let what = measure.measure == .restriction ? "Restriction (Art. 18)" : "Objection to marketing (Art. 21)"
      let who = settings.people.name(of: measure.by) ?? ""
      let ends = measure.liftedAt.map { ", lifted on \(clock.day(of: $0))" } ?? ""
      return RequestDetail.Note(
        title: "\(what), ordered on \(clock.day(of: measure.orderedAt)) by \(who)\(ends)",
        text: lines(of: measure).joined(separator: "\n"), topic: .measure, day: clock.day(of: measure.orderedAt),
        code: measure.measure.rawValue, by: who, lifted: measure.liftedAt.map { clock.day(of: $0) })
    }
  }

  /// Before the person's entry is destroyed: afterwards nothing can be marked or put back any more.
  func requireMeasuresDone(_ record: RequestRecord) throws {
    for measure in record.measures ?? [] {
      let flag = measure.measure == .marketing ? " --marketing" : ""
      guard measure.open.isEmpty else {
        let systems = measure.open.map(\.system.description).joined(separator: ", ")
        throw Refusal(
          .refused,
          "\(measure.measure.rawValue) of request \(record.number) waits in \(systems): see to it, and say "
            + "expunge restrict \(record.number)\(flag) --done SYSTEM")
      }
      guard measure.measure == .marketing || measure.liftedAt != nil || !record.state.leavesRowsAlone else {
        throw Refusal(
          .refused,
          "the data of request \(record.number) are restricted, and nobody could end that after closing: expunge restrict "
            + "\(record.number) --lift first")
      }
    }
  }

  /// An objection that does not hold everywhere in time.
  func lateObjection(_ record: RequestRecord, at now: UTCTime) -> AlarmMatter? {
    guard let since = record.objectionOpenSince?.adding(seconds: Self.marketingSeconds) else { return nil }
    return since <= now ? AlarmMatter(kind: .objectionWaits, about: record.request.text, since: since) : nil
  }
}

/// Keeps what rows had before they were marked. A row that is handed over has no mark: what was kept of it before an earlier
/// try is old.
private struct VaultMarks: MarkRecorder {
  let vault: SubjectVault
  let item: VaultItem
  let request: RequestReference

  func record(_ rows: [MarkedRow]) async throws(ConnectorFailure) {
    do {
      let known = try await vault.get([MarkedRow].self, item, of: request) ?? []
      let keys = Set(rows.map { RootRecord(dataset: $0.dataset, key: $0.key) })
      let others = known.filter { !keys.contains(RootRecord(dataset: $0.dataset, key: $0.key)) }
      try await vault.put(others + rows, as: item, of: request)
    } catch {
      throw .transient(FailureCode("vault-unavailable"), retryAfterSeconds: nil)
    }
  }
}

extension VaultItem {
  /// What rows of a system had before a measure marked them.
  static func marked(_ measure: RestrictionMeasure, in system: SystemName) -> VaultItem {
    VaultItem(rawValue: "marked/\(measure.rawValue)/\(system)")
  }
}

extension ConnectorFailure {
  /// Its code alone.
  fileprivate var shortCode: FailureCode {
    switch self {
    case .transient(let code, _), .permanent(let code), .outcomeUnknown(let code): code
    case .needsOfficer(let question): question.detail ?? FailureCode(question.code.rawValue)
    case .interrupted: FailureCode("interrupted")
    }
  }
}
