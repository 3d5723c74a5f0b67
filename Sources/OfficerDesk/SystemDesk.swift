import ConnectorKit
import ErasureDomain
import ErasureEngine
import ErasurePlanning
import Journal
import Logging
import OfficerAPI

// What owners say about their systems: looked at only, released, stopped.
extension OfficerDesk {
  func listSystems(counting: Bool = true) async throws -> [SystemView] {
    let now = clock.now()
    let gate = gate
    let (log, waiting) = try await journal.read { reader in
      var waiting: [SystemName: Int] = [:]
      for record in gate.records where counting { waiting[record.system] = try reader.changing(record.system, at: now) }
      return (try reader.log(), waiting)
    }
    return gate.records.map { view($0, in: log, waiting: waiting[$0.system] ?? 0) }
  }

  func release(_ call: ReleaseSystem, _ caller: Caller) async throws -> SystemView {
    let record = try ownSystem(call.system)
    let system = record.system
    guard caller.owns(system) else {
      await denied(ReleaseSystem.name, FailureCode("not-the-owner"), by: caller)
      throw Refusal(
        .forbidden,
        "\(caller.person?.name ?? "an operator") does not own \(system), and only its owner (\(record.owner)) may "
          + "release it; who owns what stands under owns: in the configuration's people:")
    }
    // Whoever wrote himself into `people:` a moment ago owns nothing yet.
    try await requireUnchangedConfiguration()
    guard let digest = gate.digest(of: system) else {
      throw Refusal(.unavailable, "the register's record of \(system) has no canonical form; look at its settings")
    }
    let log = try await journal.read { reader in try reader.log() }
    if log.systems[system]?.released != digest {
      try await say(SystemReleased(system: system, record: digest), caller)
    }
    return try await systemView(system)
  }

  func stop(_ call: StopSystem, _ caller: Caller) async throws -> SystemView {
    let system = try ownSystem(call.system).system
    guard caller.owns(system) || caller.roles.contains(.officer) else {
      await denied(StopSystem.name, FailureCode("not-the-owner"), by: caller)
      let who = caller.person?.name ?? "an operator"
      throw Refusal(.forbidden, "\(who) does not own \(system); its owner or an officer may stop it")
    }
    let log = try await journal.read { reader in try reader.log() }
    if let standing = log.systems[system], standing.released == nil { return try await systemView(system) }
    try await say(SystemStopped(system: system), caller)
    return try await systemView(system)
  }

  /// The word counts as soon as the journal has it: the engine hears of it with the commit.
  private func say(_ facts: some EntryFacts, _ caller: Caller) async throws {
    try await append(facts, about: .log, by: caller.id, expecting: nil)
    do { try await publish() } catch {
      logger.error("the log could not be published", metadata: ["after": "the word of an owner"])
    }
  }

  private func systemView(_ system: SystemName) async throws -> SystemView {
    guard let view = try await listSystems().first(where: { $0.system == system }) else {
      throw Refusal(.notFound, "there is no system \(system)")
    }
    return view
  }

  /// A system of the register in which we erase.
  private func ownSystem(_ text: String) throws -> SystemRecord {
    let known = gate.records.map(\.system.description).joined(separator: ", ")
    guard let name = SystemName(text), let record = settings.register[name] else {
      throw Refusal(.notFound, "there is no system \(Self.shown(text)) in the register; rows are erased in: \(known)")
    }
    guard record.isErasedByUs else {
      throw Refusal(
        .refused,
        "nothing is erased in \(name) by us, so there is nothing to release or stop; rows are erased in: \(known)")
    }
    return record
  }

  private func view(_ record: SystemRecord, in log: LogRecord, waiting: Int) -> SystemView {
    let (state, standing): (SystemView.State, SystemStanding?) =
      switch gate.state(of: record.system, in: log) {
      case .lookOnly: (.lookOnly, nil)
      case .changed(let standing): (.changed, standing)
      case .stopped(let standing): (.stopped, standing)
      case .released(let standing): (.released, standing)
      }
    return SystemView(
      system: record.system, title: record.title, role: record.role, owner: record.owner,
      owners: settings.people.owners(of: record.system).map(\.name), state: state,
      by: settings.people.name(of: standing?.by), at: standing?.at, waiting: waiting,
      hours: record.hours?.description)
  }

  // MARK: Elsewhere

  /// Sentences about systems of a plan that may not be changed as things stand, or not in time.
  func notices(about plan: ErasurePlan, in language: PersonLanguage) async throws -> [String] {
    let words = DeskWords(language: language)
    return try await holdNotices(about: plan, words) + waitingNotices(about: plan, words)
      + ownerNotices(about: plan, words) + hoursNotices(about: plan, words) + caseNotices(about: plan, words)
      + againNotices(about: plan, words)
  }

  private func waitingNotices(about plan: ErasurePlan, _ words: DeskWords) async throws -> [String] {
    guard case .waiting(let until) = try await findPlan(plan.plan.text).state, until > clock.now() else { return [] }
    return [
      words(
        "nothing begins before \(until) (waiting period); until then expunge plan pause or expunge request withdraw",
        "er begint niets vóór \(until) (wachttijd); tot dan kan het plan gepauzeerd of het verzoek ingetrokken worden")
    ]
  }

  private func hoursNotices(about plan: ErasurePlan, _ words: DeskWords) -> [String] {
    plan.jobs.compactMap { job in
      guard job.verb == .erase, let record = settings.register[job.system], let hours = record.hours,
        let opens = gate.opening(of: job.system, after: clock.now()), opens >= job.deadline
      else { return nil }
      return words(
        "\(job.system): its hours are \(hours), and the next begin at \(opens), after the last day to work "
          + "(\(plan.dueDates.workTo)): ask the owner (\(record.owner)) for other hours",
        "\(job.system): de uren zijn \(hours), en de volgende beginnen om \(opens), na de dag om naar te werken "
          + "(\(DeskWords.dutch(plan.dueDates.workTo))): vraag de eigenaar (\(record.owner)) om andere uren")
    }
  }

  private func ownerNotices(about plan: ErasurePlan, _ words: DeskWords) async throws -> [String] {
    let changed = Set(plan.jobs.filter(\.verb.changesSystem).map(\.system))
    return try await listSystems(counting: false).filter { changed.contains($0.system) && $0.state != .released }.map {
      view in
      let release = words(
        "the owner (\(view.owner)) must release it with `expunge system release \(view.system)`",
        "de eigenaar (\(view.owner)) moet het vrijgeven")
      switch view.state {
      case .stopped:
        let by = view.by.map { words(" by \($0)", " door \($0)") } ?? ""
        return words("\(view.system): stopped\(by): \(release)", "\(view.system): stilgezet\(by): \(release)")
      case .changed:
        return words(
          "\(view.system): look only, as the register has changed since its release: \(release)",
          "\(view.system): alleen kijken, omdat het register sinds de vrijgave is gewijzigd: \(release)")
      case .lookOnly, .released:
        return words("\(view.system): look only: \(release)", "\(view.system): alleen kijken: \(release)")
      }
    }
  }

  /// Systems that are not released, in which work waits. Only their jobs are counted.
  func waitingGates() async throws -> [SystemView] {
    let (gate, now) = (gate, clock.now())
    let (log, waiting) = try await journal.read { reader in
      let log = try reader.log()
      var waiting: [SystemName: Int] = [:]
      for record in gate.records where !gate.state(of: record.system, in: log).isReleased {
        waiting[record.system] = try reader.changing(record.system, at: now)
      }
      return (log, waiting.filter { $0.value > 0 })
    }
    return gate.records.compactMap { record in
      waiting[record.system].map { view(record, in: log, waiting: $0) }
    }
  }

  /// A warning for each system in which jobs wait for the owner's word.
  func ownerWarnings() async throws -> [String] {
    try await waitingGates().map { view in
      let jobs = view.waiting == 1 ? "1 job waits" : "\(view.waiting) jobs wait"
      let why = view.state == .stopped ? "stopped\(view.by.map { " by \($0)" } ?? "")" : "look only"
      return "system \(view.system) is \(why): \(jobs) until its owner (\(view.owner)) releases it"
    }
  }

}

extension Caller {
  /// Whether he answers for the system.
  func owns(_ system: SystemName) -> Bool {
    roles.contains(.systemOwner) && person?.owns.contains(system) == true
  }
}
