import Correspondence
import ErasureDomain
import ErasureEngine
import Journal
import OfficerAPI
import SubjectVault

// Registering, confirming, refusing, withdrawing and closing requests.
extension OfficerDesk {
  static let largestText = 100_000
  static let mostIdentifiers = 50

  func add(_ call: AddRequest, _ caller: Caller) async throws -> RequestView {
    try require(practiceOrRealPeople: caller)
    let request = try await register(call, as: RequestReference(using: random), by: caller.id)
    return try await view(of: request.text)
  }

  /// Seals the person in the vault, then appends the request, with the notice that made it where one did.
  ///
  /// The name of a notice's request is always the same, so a vault entry that a crash left behind is used again.
  func register(
    _ call: AddRequest, as request: RequestReference, notice: NoticeReceived? = nil, kept: NoticeKept? = nil,
    again: RequestReceived.Again? = nil, by person: PersonReference?, linking: Bool = true
  ) async throws -> RequestReference {
    let identifiers = try checked(call.identifiers)
    try requireLawful(call)
    let (receivedAt, dueDates) = try receipt(call)
    let receivedOn = dueDates.received
    guard !call.capacities.isEmpty else {
      throw Refusal(.invalid, "say in which capacity the person asks: customer, employee, applicant or contact")
    }
    for text in [call.text, call.contact].compactMap({ $0 }) where text.utf8.count > Self.largestText {
      throw Refusal(.invalid, "the text is longer than \(Self.largestText) bytes; shorten it or keep it elsewhere")
    }
    let channel = try Self.code(call.channel, "channel")
    let spared = try caseRecords(call.caseRecords ?? [:], after: dueDates.statutory)
    let nonce = random.bytes(32)
    // The vault first: an entry in the log without its person could never be carried out.
    if try await !vault.contains(request) { try await vault.create(request) }
    try await vault.put(identifiers, as: .identifiers, of: request)
    try await vault.put(Hex.encode(nonce), as: .nonce, of: request)
    if let text = call.text { try await vault.put(text, as: .note, of: request) }
    if let contact = call.contact { try await vault.put(contact, as: .contact, of: request) }
    if let kept { try await vault.put(kept, as: .notice, of: request) }
    if !spared.isEmpty { try await vault.put(spared, as: .caseRecords, of: request) }
    let facts = RequestReceived(
      commitment: SubjectCode.commitment(nonce: nonce, identifiers: identifiers),
      channel: channel, receivedAt: receivedAt, receivedOn: receivedOn,
      capacities: call.capacities, identifierKinds: Set(identifiers.map(\.kind)).sorted(), dueDates: dueDates,
      again: again, rights: call.rights.map { Set($0).sorted { $0.rawValue < $1.rawValue } }, language: call.language,
      requester: call.requester)
    do {
      let subject = EntrySubject(request: request)
      var drafts = [try EntryDraft(facts, about: subject, by: person)]
      if let notice { drafts.append(try EntryDraft(notice, about: subject)) }
      try await journal.append(drafts, to: .request(request), expecting: 0)
    } catch {
      // A person without a request would stay in the vault for ever.
      if try await journal.read({ reader in try reader.request(request) }) == nil {
        _ = try await vault.destroy(request)
      }
      throw error
    }
    if again == nil, linking { await linkSamePerson([request: identifiers]) }
    return request
  }

  /// When the request reached us, and the dates that follow.
  func receipt(_ call: AddRequest) throws -> (at: UTCTime, dueDates: DueDates) {
    let now = clock.now()
    let receivedAt = call.receivedAt ?? now
    guard receivedAt <= now else {
      throw Refusal(.invalid, "the request cannot be received in the future; leave `received` out for now")
    }
    do {
      return (
        receivedAt, try DueDates.compute(received: clock.day(of: receivedAt), calendar: settings.holidays)
      )
    } catch {
      throw Refusal(.refused, "no due date can be computed: \(error)")
    }
  }

  private func require(practiceOrRealPeople caller: Caller) throws {
    guard caller.person != nil else { throw Refusal(.forbidden, "an operator registers nobody") }
  }

  func checked(_ identifiers: [SubjectIdentifier]) throws -> [SubjectIdentifier] {
    guard !identifiers.isEmpty else { throw Refusal(.invalid, "give at least one identifier, for example an e-mail") }
    guard identifiers.count <= Self.mostIdentifiers else {
      throw Refusal(.invalid, "at most \(Self.mostIdentifiers) identifiers")
    }
    var result: [SubjectIdentifier] = []
    for identifier in identifiers {
      guard SystemName.isName(identifier.kind.rawValue) else {
        throw Refusal(.invalid, "an identifier's kind is a code such as email, phone or customer-no")
      }
      let value = Self.trimmed(identifier.value)
      guard !value.isEmpty, value.utf8.count <= 320, !Self.hasControls(value) else {
        throw Refusal(
          .invalid, "an identifier of kind \(identifier.kind) is empty, too long or holds control characters")
      }
      let clean = SubjectIdentifier(kind: identifier.kind, value: value)
      if !result.contains(clean) { result.append(clean) }
    }
    return result
  }

  private static func hasControls(_ text: String) -> Bool {
    text.unicodeScalars.contains { $0.properties.generalCategory == .control }
  }

  private static func trimmed(_ text: String) -> String {
    String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }

  func list(_ call: ListRequests) async throws -> [RequestView] {
    let limit = min(max(1, call.limit), 1_000)
    let today = clock.today
    let found = try await journal.read { reader in
      let records: [RequestRecord]
      if let show = call.show {
        let (selection, days) = Self.selection(show, on: today)
        records = try reader.requests(
          selection, in: days, from: call.from.map { RequestPosition(workTo: $0.workTo ?? .last, number: $0.number) },
          backwards: call.backwards ?? false, limit: limit)
      } else if call.all {
        records = try reader.requests(after: call.after, limit: limit)
      } else {
        records = try reader.requests(
          .numbered, in: nil, from: RequestPosition(workTo: .last, number: call.after), backwards: false, limit: limit)
      }
      return try records.map { record in
        (record: record, plan: record.state == .verified ? try record.plan.flatMap { try reader.plan($0) } : nil)
      }
    }
    return found.map { view($0.record, with: $0.plan) }
  }

  private static func selection(
    _ show: ListRequests.Show, on today: CivilDate
  ) -> (selection: RequestSelection, days: ClosedRange<CivilDate>?) {
    switch show {
    case .open: (.open([]), nil)
    case .overdue: (.open([]), CivilDate.first...today.adding(days: -1))
    case .week: (.open([]), today...today.adding(days: nearDays))
    case .identity: (.open([.identity]), nil)
    case .plan: (.open([.plan]), nil)
    case .signatures: (.open([.signatures]), nil)
    case .questions: (.open([.questions]), nil)
    case .running: (.open([.running]), nil)
    case .concluded: (.open([.letter, .closing]), nil)
    case .closed: (.closed, nil)
    case .all: (.all, nil)
    }
  }

  func show(_ call: ShowRequest, _ caller: Caller) async throws -> RequestDetail {
    let record = try await find(call.request)
    let request = record.request
    let known = try await vault.contains(request)
    let identifiers = known ? try await vault.get([SubjectIdentifier].self, .identifiers, of: request) : nil
    let text = known ? try await vault.get(String.self, .note, of: request) : nil
    let language = call.language ?? .english
    let (entries, confirmed) = try await journal.read { reader in
      (
        try call.history.map { try reader.entries(of: request, $0) } ?? reader.entries(of: request),
        try reader.entries(of: request, kinds: [RequestConfirmed.kind]).suffix(1)
      )
    }
    let jobs: [JobView] =
      if let plan = record.plan { try await jobViews(of: plan) } else { [] }
    let records = try await journal.read { reader in try record.plan.map { try reader.jobs(of: $0) } ?? [] }
    return RequestDetail(
      request: try await view(of: request.text, in: language), identifiers: identifiers, text: text,
      plan: record.plan == nil ? nil : try await planView(of: request.text), jobs: jobs,
      history: try await history(entries, in: language),
      subjectCode: known && record.concludedAt != nil ? try await subjectCode(of: record) : nil,
      removal: RequestDetail.Removal(records),
      notes: try await clockNotes(of: record) + holdNotes(of: record)
        + measureNotes(of: record),
      linked: try await linkedNumbers(of: record), reprobes: try await reprobeLines(of: record, records),
      contact: known ? try await vault.get(String.self, .contact, of: request) : nil, letters: record.letters,
      confirmed: try await history(Array(confirmed), in: language).first)
  }

  func confirm(_ call: ConfirmRequest, _ caller: Caller) async throws -> RequestView {
    let record = try await find(call.request)
    try await journal.append(
      try confirmation(call, of: record, caller), to: .request(record.request), expecting: record.revision)
    return try await view(of: call.request)
  }

  func refuse(_ call: RefuseRequest, _ caller: Caller) async throws -> RequestView {
    let record = try await find(call.request)
    let facts = RequestRefused(ground: try Self.code(call.ground, "the ground"))
    try await requireSearch(before: facts.ground, record)
    try await withdrawProposal(of: record, by: caller)
    try await append(facts, about: EntrySubject(request: record.request), by: caller.id, expecting: record.revision)
    return try await view(of: call.request)
  }

  func withdraw(_ call: WithdrawRequest, _ caller: Caller) async throws -> RequestView {
    let record = try await find(call.request)
    try await withdrawProposal(of: record, by: caller)
    try await append(
      RequestWithdrawn(), about: EntrySubject(request: record.request), by: caller.id, expecting: record.revision)
    return try await view(of: call.request)
  }

  /// A proposal nobody has approved falls with its request.
  func withdrawProposal(of record: RequestRecord, by caller: Caller) async throws {
    guard let reference = record.plan, record.state == .verified else { return }
    guard let plan = try await journal.read({ reader in try reader.plan(reference) }) else { return }
    switch plan.state {
    case .draft, .proposed, .approved:
      try await append(
        PlanWithdrawn(), about: EntrySubject(request: record.request, plan: plan.plan), by: caller.id,
        expecting: plan.revision)
    case .waiting, .executing, .paused, .concluded, .halted, .withdrawn: return
    }
  }

  func close(_ call: CloseRequest, _ caller: Caller) async throws -> ClosedRequest {
    let record = try await find(call.request)
    let request = record.request
    let (day, channel) = try Self.informed(by: call, record)
    guard day <= clock.today, day >= record.received.receivedOn else {
      throw Refusal(.invalid, "the person was informed between the day of receipt and today")
    }
    // Asked of the state machine before the nonce is read: closing is the last time it can be.
    _ = try record.state.applying(.closed)
    try await requireSettled(record)
    try requireMeasuresDone(record)
    let code = try await subjectCode(of: record)
    let informed = SubjectInformed(on: day, channel: try Self.code(channel, "the channel"))
    let subject = EntrySubject(request: request)
    let kept = try await keepCaseFile(of: record, unless: call.withoutCaseFile == true)
    var drafts = [try EntryDraft(informed, about: subject, by: caller.id)]
    if let kept { drafts.append(try EntryDraft(kept, about: subject, by: caller.id)) }
    drafts.append(try EntryDraft(RequestClosed(), about: subject, by: caller.id))
    try await journal.append(drafts, to: .request(request), expecting: record.revision)
    // The engine destroys the vault entry at once and again after a crash, until it is done.
    return ClosedRequest(request: try await view(of: request.text), subjectCode: code, caseFileUntil: kept?.until)
  }

  /// How the person was informed: as the officer says, else by the letter that says how the request ended.
  private static func informed(
    by call: CloseRequest, _ record: RequestRecord
  ) throws(Refusal) -> (day: CivilDate, channel: String) {
    let kind = SubjectLetterKind.informing(of: record.state)
    let letter = record.letters?.first { $0.letter == kind }
    if let day = call.informedOn ?? letter?.on, let channel = call.channel ?? letter?.channel.rawValue {
      return (day, channel)
    }
    let send = kind.map { "send it with `expunge letter send \(record.number) --kind \($0.rawValue)`, or " } ?? ""
    throw Refusal(.invalid, "no letter that says how the request ended was sent; \(send)say --channel and --on")
  }

  /// What the person takes home. A vault that was lost after the request came has taken the code with it.
  private func subjectCode(of record: RequestRecord) async throws -> String {
    try await code(of: record)?.description
      ?? "the code was lost with the vault: the person cannot find this request in the log\n"
  }

  /// The same as a value; nil when the vault does not have its nonce.
  func code(of record: RequestRecord) async throws -> SubjectCode? {
    let request = record.request
    guard try await vault.contains(request),
      let nonce = try await vault.get(String.self, .nonce, of: request).flatMap({ Hex.decode($0) })
    else { return nil }
    let first = try await journal.read { reader in try reader.entries(of: request, from: 0, limit: 1).first }
    return SubjectCode(
      origin: settings.origin, request: request, entry: first?.index ?? 0, nonce: nonce,
      kinds: record.received.identifierKinds)
  }

  private func requireSettled(_ record: RequestRecord) async throws {
    guard record.state == .withdrawnPartly else { return }
    let jobs = try await journal.read { reader in try record.plans.flatMap { try reader.jobs(of: $0) } }
    // Follow-ups of what is already gone run on after closing, without the person.
    guard jobs.allSatisfy({ $0.state.isSettled || ($0.verb.isFollowUp && !$0.held) }) else {
      throw Refusal(.refused, "jobs of request \(record.number) are still being stopped; try again in a moment")
    }
  }
}
