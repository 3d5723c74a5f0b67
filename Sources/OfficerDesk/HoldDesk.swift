public import ErasureDomain
import ErasurePlanning
import Journal
import Logging
import OfficerAPI
import SubjectVault

// Holds: what a system has of a person stays for now, by the word of somebody who does not approve the plan (C7).
extension OfficerDesk {
  /// A hold whose review is due, about which people are called now.
  public struct HoldReview: Hashable, Sendable {
    public let request: RequestReference
    public let system: SystemName
  }

  func setHold(_ call: SetHold, _ caller: Caller) async throws -> [HoldView] {
    let record = try await find(call.request)
    let system = try heldSystem(call.system)
    guard call.reason.contains(where: { !$0.isWhitespace }), call.reason.utf8.count <= Self.largestText else {
      throw Refusal(.invalid, "say why it is kept, in at most \(Self.largestText) bytes; the words go to the vault")
    }
    let last = clock.today.adding(months: RequestHolds.reviewMonths)
    guard call.reviewBefore > clock.today, call.reviewBefore <= last else {
      throw Refusal(
        .invalid, "a hold is looked at again after today and by \(last), six months ahead; then it can be set anew")
    }
    guard record.state.mayErase else {
      throw Refusal(.refused, "request \(record.number) is \(record.state.word): nothing of it goes any more")
    }
    try await requireNoApprover(caller, of: record, SetHold.name)
    if try await vault.contains(record.request) {
      try await vault.put(call.reason, as: .holdReason(system), of: record.request)
    }
    try await append(
      HoldSet(system: system, ground: call.ground, reviewBefore: call.reviewBefore),
      about: EntrySubject(request: record.request), by: caller.id, expecting: record.revision)
    return try await views(of: try await find(call.request))
  }

  func releaseHold(_ call: ReleaseHold, _ caller: Caller) async throws -> [HoldView] {
    let record = try await find(call.request)
    guard let system = SystemName(call.system), record.holds?.active[system] != nil else {
      throw Refusal(
        .notFound, "request \(record.number) has no hold on \(Self.shown(call.system)); see expunge hold list")
    }
    try await requireNoApprover(caller, of: record, ReleaseHold.name)
    try await append(
      HoldReleased(system: system), about: EntrySubject(request: record.request), by: caller.id,
      expecting: record.revision)
    return try await views(of: try await find(call.request))
  }

  func listHolds() async throws -> [HoldView] {
    var views: [HoldView] = []
    for record in try await heldRequests() { views += try await self.views(of: record) }
    return views.sorted { ($0.reviewBefore, $0.number, $0.system) < ($1.reviewBefore, $1.number, $1.system) }
  }

  /// A system of which a hold keeps anything: one in which we, or people of ours, erase.
  private func heldSystem(_ text: String) throws -> SystemName {
    let records = settings.register.systems.filter { $0.isErasedByUs || $0.connector == SystemRecord.manualConnector }
    guard let name = SystemName(text), records.contains(where: { $0.system == name }) else {
      let known = records.map(\.system.description).joined(separator: ", ")
      throw Refusal(
        .notFound,
        "nothing is erased by us in \(Self.shown(text)), so that nothing can be kept there; we erase in: \(known)")
    }
    return name
  }

  private func requireNoApprover(_ caller: Caller, of record: RequestRecord, _ call: String) async throws {
    let plans = try await journal.read { reader in try record.plans.compactMap { try reader.plan($0) } }
    guard plans.contains(where: { plan in plan.approvals.contains { $0.by == caller.id } }) else { return }
    await denied(call, FailureCode("approver"), by: caller)
    throw Refusal(
      .forbidden,
      "you approved a plan of request \(record.number), and who approves neither sets nor releases a hold on it; "
        + "somebody else must")
  }

  /// The other way round: who decided about a hold does not approve.
  func requireNoHold(by person: Person, on request: RequestReference) async throws {
    guard try await find(request.text).holds?.deciders.contains(person.id) == true else { return }
    throw Refusal(
      .forbidden,
      "\(person.name) has set or released a hold on this request, and who does so does not approve its plan; ask another "
        + "officer")
  }

  // MARK: What people see

  /// Requests with a hold of which something may still go.
  private func heldRequests() async throws -> [RequestRecord] {
    try await journal.read { reader in
      try (reader.log().held ?? []).compactMap { try reader.request($0) }
    }.filter(\.state.mayErase)
  }

  private func views(of record: RequestRecord) async throws -> [HoldView] {
    let jobs = try await journal.read { reader in try record.plans.flatMap { try reader.jobs(of: $0) } }
    return (record.holds?.active ?? [:]).sorted { $0.key < $1.key }.map { system, hold in
      HoldView(
        request: record.request, number: record.number, system: system, ground: hold.ground,
        reviewBefore: hold.reviewBefore, by: settings.people.name(of: hold.by) ?? "", at: hold.at,
        jobs: jobs.count { $0.system == system && $0.onHold == true && !$0.state.isSettled })
    }
  }

  func holdNotices(about plan: ErasurePlan, _ words: DeskWords) async throws -> [String] {
    let systems = Set(plan.jobs.filter(\.verb.canBeHeld).map(\.system))
    return try await views(of: try await find(plan.request.text)).filter { systems.contains($0.system) }.map { hold in
      words(
        "\(hold.system): on hold (\(hold.ground.rawValue)) by \(hold.by) since \(clock.day(of: hold.at)), to be looked at "
          + "before \(hold.reviewBefore): nothing goes there until expunge hold release",
        "\(hold.system): vastgehouden (\(hold.ground.rawValue)) door \(hold.by) sinds "
          + "\(DeskWords.dutch(clock.day(of: hold.at))), opnieuw te bekijken vóór \(DeskWords.dutch(hold.reviewBefore)): er "
          + "gaat daar niets weg tot het vrijgegeven is")
    }
  }

  /// Holds whose review is due.
  func dueHolds() async throws -> [HoldView] {
    let today = clock.today
    var views: [HoldView] = []
    // The jobs of a request are counted for those alone that are shown.
    for record in try await heldRequests()
    where record.holds?.active.values.contains(where: { $0.reviewBefore <= today }) == true {
      views += try await self.views(of: record).filter { $0.reviewBefore <= today }
    }
    return views.sorted { ($0.reviewBefore, $0.number, $0.system) < ($1.reviewBefore, $1.number, $1.system) }
  }

  func holdWarnings() async throws -> [String] {
    try await dueHolds().map { hold in
      "request \(hold.number): the hold on \(hold.system) was to be looked at again before \(hold.reviewBefore); "
        + "expunge hold release, or expunge hold set with another day"
    }
  }

  /// The holds of a request, each with its reason while the vault has it.
  func holdNotes(of record: RequestRecord) async throws -> [RequestDetail.Note] {
    var notes: [RequestDetail.Note] = []
    let known = try await vault.contains(record.request)
    for hold in try await views(of: record) {
      let text = known ? try await vault.get(String.self, .holdReason(hold.system), of: record.request) : nil
      notes.append(
        RequestDetail.Note(
          title: "Hold on \(hold.system) (\(hold.ground.rawValue)) by \(hold.by), review before \(hold.reviewBefore)",
          text: text ?? "The reason is not in the vault any more.", topic: .hold, day: hold.reviewBefore,
          system: hold.system, code: hold.ground.rawValue, by: hold.by))
    }
    return notes
  }

  /// Notes each hold whose review is due and about which nobody was called yet, also when the day passed while nothing ran.
  public func raiseHoldReviews() async throws -> [HoldReview] {
    var raised: [HoldReview] = []
    for request in try await heldRequests().map(\.request) {
      for (system, hold) in try await find(request.text).holds?.active.sorted(by: { $0.key < $1.key }) ?? []
      where hold.reviewBefore <= clock.today && !hold.wasCalled {
        do {
          try await append(
            HoldOverdue(system: system, reviewBefore: hold.reviewBefore), about: EntrySubject(request: request),
            by: nil, expecting: try await find(request.text).revision)
          raised.append(HoldReview(request: request, system: system))
        } catch JournalFailure.conflict {
          // Somebody is at work on it: the next round calls.
          continue
        }
      }
    }
    return raised
  }
}

extension VaultItem {
  /// Why what a system has is kept, in words.
  static func holdReason(_ system: SystemName) -> VaultItem { VaultItem(rawValue: "hold/\(system)") }
}

extension ErasureRequest.State {
  /// Whether something of the request may still go.
  fileprivate var mayErase: Bool {
    switch self {
    case .received, .verified, .inErasure, .withdrawnPartly, .concluded, .closed: true
    case .refused, .withdrawn, .ended: false
    }
  }
}
