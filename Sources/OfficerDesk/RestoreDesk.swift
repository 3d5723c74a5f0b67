import ConnectorKit
public import ErasureDomain
import ErasureEngine
import ErasurePlanning
import Journal
import Logging
import OfficerAPI
import SubjectVault

// After a restore: what was erased since is recognised by tags and proposed to be erased again.
extension OfficerDesk {
  /// How long all records of a system may take to be read.
  static let scanSeconds: Int64 = 600
  /// A record may have been tagged so long before its erasure was committed: one call of a connector.
  static let taggedBeforeSeconds: Int64 = 3_600
  /// Between two weekly looks through a system.
  static let lookAgainSeconds: Int64 = 7 * 86_400
  /// How identity was established for what is erased again.
  static let recognised = FailureCode("recognised")

  func announce(_ call: AnnounceRestore, _ caller: Caller) async throws -> RestoreView {
    let (record, connector) = try scanned(call.system)
    try requirePast(call.asOf)
    try await requireUnchangedConfiguration()
    // Durable before anything is looked at: whoever is interrupted is reminded.
    try await append(
      RestoreAnnounced(system: record.system, asOf: call.asOf), about: .log, by: caller.id, expecting: nil)
    let tally = try await scan(connector, for: record.system, since: call.asOf)
    var proposals: [RestoreView.Proposal] = []
    for (earlier, back) in await tally.people.sorted(by: { $0.key < $1.key }) {
      proposals.append(try await propose(back, of: earlier, in: record, caller))
    }
    try await append(
      await tally.facts(system: record.system, copy: nil, asOf: call.asOf, drill: nil), about: .log, by: caller.id,
      expecting: nil)
    try await publishing()
    return await tally.view(
      system: record.system, copy: nil, asOf: call.asOf, at: clock.now(), proposals: proposals)
  }

  func drill(_ call: DrillRestore, _ caller: Caller) async throws -> RestoreView {
    let (record, own) = try scanned(call.system)
    try requirePast(call.asOf)
    let copy = try call.copy.map { try scanned($0) }
    let tally = try await scan(copy?.1 ?? own, for: record.system, since: call.asOf)
    let name = copy?.0.system
    try await append(
      await tally.facts(system: record.system, copy: name, asOf: call.asOf, drill: true), about: .log, by: caller.id,
      expecting: nil)
    try await publishing()
    return await tally.view(system: record.system, copy: name, asOf: call.asOf, at: clock.now(), proposals: [])
  }

  /// A warning for each restore that was announced and not looked through to the end.
  func restoreWarnings() async throws -> [String] {
    let log = try await journal.read { reader in try reader.log() }
    let returned = (log.scanned ?? [:]).filter { $0.value.certain > 0 }.sorted { $0.key < $1.key }
    return returned.map { system, standing in
      "system \(system): \(standing.certain) records that had been erased were there again on \(standing.at). If it was "
        + "restored: expunge restored \(system) --as-of TIME, now. If they came back by themselves: the same, with the "
        + "time of now"
    }
      + (log.restored ?? [:]).sorted { $0.key < $1.key }.map { system, asOf in
        "system \(system) was restored as of \(asOf) and not looked through: keep it closed, and run "
          + "expunge restored \(system) --as-of \(asOf)"
      }
  }

  /// One weekly look that is due, through a system in its hours; what it found. Nil when none is due.
  ///
  /// A restore that nobody announced is noticed by it, whatever tool made it.
  public func lookForReturned() async throws -> (system: SystemName, certain: Int)? {
    guard let keyring else { return nil }
    let now = clock.now()
    let log = try await journal.read { reader in try reader.log() }
    for record in settings.register.systems where gate.opening(of: record.system, after: now) == nil {
      let last = log.scanned?[record.system]?.at
      let isWeekly = last.map { now.seconds(since: $0) >= Self.lookAgainSeconds } ?? true
      let due = try await dueProbes(in: record.system, since: last)
      guard isWeekly || !due.isEmpty, let connector = try? systems.connector(record.system) as? any Scanning,
        try await keyring.hasTags(of: record.system)
      else { continue }
      let tally: RestoreTally
      do {
        tally = try await scan(connector, for: record.system, since: UTCTime(secondsSince1970: 0))
      } catch let refusal as Refusal {
        // One that is down keeps no other from being looked through.
        logger.warning("\(refusal.message)")
        continue
      }
      let facts = await tally.facts(system: record.system, copy: nil, asOf: now, drill: nil)
      // Before the look itself: a crash in between makes them a second time, and loses none.
      try await self.record(due, in: record.system, seen: tally)
      try await append(
        SystemScanned(
          system: record.system, records: facts.records, certain: facts.certain, possible: facts.possible),
        about: .log, by: nil, expecting: nil)
      return (record.system, facts.certain)
    }
    return nil
  }

  // MARK: Looking

  private func requirePast(_ time: UTCTime) throws {
    guard time <= clock.now() else {
      throw Refusal(.invalid, "a state of the future cannot have been restored; --as-of is when the backup was made")
    }
  }

  private func scanned(_ text: String) throws -> (SystemRecord, any Scanning) {
    guard let name = SystemName(text), let record = settings.register[name] else {
      throw Refusal(.notFound, "there is no system \(Self.shown(text)) in the register")
    }
    guard let connector = try? systems.connector(name) as? any Scanning else {
      throw Refusal(
        .refused,
        "\(name) cannot be looked through (connector \(record.connector)): what was erased in it since must be looked "
          + "for by hand")
    }
    return (record, connector)
  }

  private func scan(
    _ connector: any Scanning, for system: SystemName, since asOf: UTCTime
  ) async throws -> RestoreTally {
    guard let keyring else { throw Refusal(.unavailable, "this desk has no keyring, and recognises nobody") }
    let suffices = Dictionary(
      (settings.register[system]?.datasets ?? []).map { ($0.name, Set($0.suffices)) },
      uniquingKeysWith: { $0.union($1) })
    let tally = RestoreTally(since: asOf.adding(seconds: -Self.taggedBeforeSeconds), suffices: suffices)
    do {
      try await connector.scan(deadline: clock.now().adding(seconds: Self.scanSeconds)) { batch in
        let rows = batch.map { $0.recognition.fields.filter { !isStopped($0) } }
        let hits = try await keyring.hits(
          system: system, rows: rows.map { $0.map { (field: $0.name, value: $0.value) } })
        var shared: [SharedIdentifiers] = []
        for (row, hits) in zip(rows, hits) {
          shared.append(hits.isEmpty ? [:] : try await sharedIdentifiers(row, in: system, keyring))
        }
        await tally.add(
          batch, hits, shared: shared, done: try await done(Set(hits.flatMap { $0 }.map(\.request)), in: system))
      }
    } catch {
      throw Refusal(
        .unavailable, "\(system) could not be looked through to the end, and nothing was proposed: \(Self.words(error))"
      )
    }
    return tally
  }

  /// What points to nobody in particular recognises nobody either.
  private func isStopped(_ field: RecognisedRow.Field) -> Bool {
    guard let kind = field.kind else { return false }
    return settings.register.stopList.contains(SubjectIdentifier(kind: kind, value: field.value))
  }

  /// The identifiers of a record that an erased one had too, as the record has them now.
  private func sharedIdentifiers(
    _ fields: [RecognisedRow.Field], in system: SystemName, _ keyring: Keyring
  ) async throws -> SharedIdentifiers {
    var shared: SharedIdentifiers = [:]
    var stored: SubjectIdentifier?
    for field in fields {
      guard let kind = field.kind else { continue }
      // A normalised form follows the form that is stored.
      if field.name.hasSuffix(":raw") { stored = SubjectIdentifier(kind: kind, value: field.value) }
      guard let stored, stored.kind == kind else { continue }
      let hits = try await keyring.hits(system: system, fields: [(field: field.name, value: field.value)])
      for request in Set(hits.map(\.request)) where shared[request]?.contains(stored) != true {
        shared[request, default: []].append(stored)
      }
    }
    return shared
  }

  /// Requests that have erased in the system and whose own work there is over.
  ///
  /// Tags are written before the commit. Of a job that is under way they may be of rows that are still there, and its own
  /// attempts look and erase; of one that was cancelled they may be of rows that never went.
  func done(_ requests: Set<RequestReference>, in system: SystemName) async throws -> Set<RequestReference> {
    try await journal.read { reader in
      try requests.filter { reference in
        // One that the log does not know any more ended long ago.
        guard let record = try reader.request(reference) else { return true }
        let jobs = try record.plans.flatMap { try reader.jobs(of: $0) }
          .filter { $0.system == system && $0.verb.changesSystem }
        let isUnderWay = jobs.contains { !$0.state.isSettled && ($0.verb == .erase || $0.epoch > 0) }
        return !isUnderWay && jobs.contains(where: \.hasErased)
      }
    }
  }

  private static func words(_ failure: ConnectorFailure) -> String {
    switch failure {
    case .transient(let code, _), .permanent(let code), .outcomeUnknown(let code): code.description
    case .needsOfficer(let question): question.detail?.description ?? question.code.rawValue
    case .interrupted: "interrupted"
    }
  }

  private func publishing() async throws {
    do { try await publish() } catch {
      logger.error("the log could not be published", metadata: ["after": "a look through a restored system"])
    }
  }

  // MARK: Proposing

  /// Proposes what a look after the conclusion saw to be erased again. Nobody restored anything, so no standing approval
  /// counts: the plan waits for its signatures.
  func proposeReturned(_ finding: ReprobeFinding, _ caller: Caller) async throws {
    let (record, connector) = try scanned(finding.system.description)
    try await requireUnchangedConfiguration()
    let tally = try await scan(connector, for: finding.system, since: UTCTime(secondsSince1970: 0))
    guard let back = await tally.person(of: finding.request) else {
      throw Refusal(.refused, "\(finding.system) does not hold it any more; answer lawful, which ends the finding")
    }
    let proposal = try await propose(back, of: finding.request, in: record, caller, byStanding: false)
    guard proposal.number != nil else {
      throw Refusal(.refused, "it makes no request: \(proposal.problem ?? "")")
    }
  }

  /// Records that were left out the first time are found again, and nothing but an officer keeps them a second time.
  func againNotices(about plan: ErasurePlan, _ words: DeskWords) async throws -> [String] {
    let again = try await journal.read { reader in try reader.request(plan.request)?.received.again }
    guard let again else { return [] }
    let granted = try await journal.read { reader in
      try reader.entries(of: again.request, kinds: [ExceptionGranted.kind]).map(\.entry)
        .map { try $0.facts(as: ExceptionGranted.self) }.filter { $0.system == again.system }
    }
    return granted.map { facts in
      let terms = facts.terms.map { ", \($0.ground.rawValue), \($0.citation)" } ?? ""
      return words(
        "\(facts.system): of \(facts.dataset) \(facts.records) were left out the first time\(terms): where that still "
          + "holds, leave them out again with --leave-out",
        "\(facts.system): van \(facts.dataset) zijn er de eerste keer \(facts.records) weggelaten\(terms): laat ze opnieuw "
          + "weg waar dat nog geldt")
    }
  }

  /// A request to erase again, with a plan where a person of ours asks: an operator drafts none.
  private func propose(
    _ back: RestoreTally.Person, of earlier: RequestReference, in system: SystemRecord, _ caller: Caller,
    byStanding: Bool = true
  ) async throws -> RestoreView.Proposal {
    let again = RequestReceived.Again(system: system.system, request: earlier)
    var known: RequestRecord?
    try await forEach(.numbered) { record in
      if known == nil, record.received.again == again { known = record }
    }
    let original = try await journal.read { reader in try reader.request(earlier) }
    let record: RequestRecord
    if let known {
      record = known
    } else {
      let call = AddRequest(
        channel: "restore", capacities: system.subjects,
        identifiers: Array(back.identifiers.prefix(Self.mostIdentifiers)))
      do {
        let reference = try await register(call, as: RequestReference(using: random), again: again, by: caller.id)
        record = try await find(reference.text)
      } catch let refusal as Refusal {
        // One whose values make no request keeps nobody else from being proposed.
        return RestoreView.Proposal(
          number: nil, earlier: original?.number, isPlanned: false, problem: refusal.message)
      }
    }
    if record.state == .received {
      try await append(
        RequestConfirmed(method: Self.recognised, ground: original?.ground ?? .noLongerNecessary),
        about: EntrySubject(request: record.request), by: caller.id, expecting: record.revision)
    }
    var proposal = RestoreView.Proposal(number: record.number, earlier: original?.number, isPlanned: record.plan != nil)
    guard !proposal.isPlanned, caller.id != nil else { return proposal }
    do {
      proposal.isPlanned = try await makePlan(MakePlan(request: record.request.text), caller).plan != nil
      if byStanding, proposal.isPlanned, let plan = try await find(record.request.text).plan,
        let standing = try await approveByStanding(
          try await findPlan(plan.text), in: system.system, certain: Set(back.roots))
      {
        proposal.isApproved = standing.isApproved
        proposal.problem = standing.problem.map { "the standing approval does not count: \($0)" }
      }
    } catch let refusal as Refusal {
      proposal.problem = refusal.message
    }
    return proposal
  }
}

extension JobRecord {
  /// Whether rows went by it.
  var hasErased: Bool {
    guard case .settled(let outcome) = state else { return false }
    switch outcome {
    case .erased, .anonymised: return true
    case .nothingFound, .restricted, .notified, .unconfirmed, .expiryTagged, .exported, .excepted, .cancelled:
      return false
    }
  }
}
