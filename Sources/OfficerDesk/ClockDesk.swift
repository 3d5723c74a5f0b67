import ErasureDomain
import Journal
import OfficerAPI
import SubjectVault

// What people do to the dates of a request: extending, asking for identity, correcting the receipt, replying.
extension OfficerDesk {
  func extend(_ call: ExtendDeadline, _ caller: Caller) async throws -> RequestView {
    let record = try await find(call.request)
    let text = try Self.reason(call.text, "say why the term is extended, in the words for the person")
    guard record.extended == nil else {
      throw Refusal(.refused, "the term of request \(record.number) was extended already; the law allows it once")
    }
    guard [.received, .verified, .inErasure].contains(record.state) else {
      throw Refusal(.refused, "request \(record.number) is \(record.state.word): there is no term to extend")
    }
    let dates = record.received.dueDates
    guard dates.permitsExtension(on: clock.today) else {
      throw Refusal(
        .refused,
        "the first deadline was \(dates.statutory): a notice of extension had to reach the person by then; the request "
          + "is overdue")
    }
    let facts: DeadlineExtended
    do {
      facts = try dates.extending(
        for: call.reason, on: clock.today, suspendedDays: record.identityProved?.suspendedDays ?? 0,
        calendar: settings.holidays)
    } catch { throw Refusal(.refused, "no due date can be computed: \(error)") }
    try await vault.put(text, as: .extensionReason, of: record.request)
    try await append(facts, about: EntrySubject(request: record.request), by: caller.id, expecting: record.revision)
    return try await view(of: call.request)
  }

  func askIdentity(_ call: AskIdentity, _ caller: Caller) async throws -> RequestView {
    let record = try await find(call.request)
    let doubt = FailureCode(try Self.code(call.doubt, "the doubt"))
    let text = try Self.reason(call.text, "say what makes you doubt who the person is")
    guard call.method.strength > 0 else {
      throw Refusal(
        .invalid, "the known channel needs no doubt: write there, and record the answer with request confirm")
    }
    try requireOffered(call.method)
    guard record.state == .received else {
      throw Refusal(.refused, "request \(record.number) is \(record.state.word): identity is not open any more")
    }
    let count = record.identityAsked?.count ?? 0
    try await vault.put(text, as: .doubt(count + 1), of: record.request)
    try await append(
      IdentityAsked(method: call.method, doubt: doubt, on: clock.today),
      about: EntrySubject(request: record.request), by: caller.id, expecting: record.revision)
    return try await view(of: call.request)
  }

  /// A copy of a document is asked for only where the configuration allows it.
  private func requireOffered(_ method: IdentityMethod) throws {
    guard method != .document || settings.identityDocuments else {
      throw Refusal(
        .refused,
        "copies of identity documents are not asked for here; use counter or e-identification (identity-documents: in "
          + "the configuration)")
    }
  }

  /// What `request.confirmed` rests on: the step, and with it the proof where one was asked for.
  func confirmation(_ call: ConfirmRequest, of record: RequestRecord, _ caller: Caller) throws -> [EntryDraft] {
    let code = try Self.code(call.method, "the method")
    _ = try record.state.applying(.confirmed)
    guard let method = IdentityMethod(rawValue: code) else {
      let steps = IdentityMethod.allCases.map(\.rawValue).joined(separator: ", ")
      throw Refusal(.invalid, "there is no such method; the steps are \(steps)")
    }
    try requireOffered(method)
    let asked = record.identityAsked ?? []
    guard method.strength == 0 || asked.contains(where: { $0.method.strength >= method.strength }) else {
      throw Refusal(
        .refused,
        "\(method.rawValue) is a stronger step than the known channel and needs a recorded, reasonable doubt: "
          + "expunge request ask-identity \(record.number) --method \(method.rawValue) --doubt CODE")
    }
    let subject = EntrySubject(request: record.request)
    var drafts: [EntryDraft] = []
    if let first = asked.first {
      let day = call.provedOn ?? clock.today
      guard day >= first.on, day <= clock.today else {
        throw Refusal(.invalid, "the proof came between \(first.on), when it was asked for, and today")
      }
      do {
        let proved = try record.received.dueDates.proved(
          asked: first.on, proof: day, isExtended: record.extended != nil, calendar: settings.holidays)
        drafts.append(try EntryDraft(proved, about: subject, by: caller.id))
      } catch let problem as DeadlineProblem {
        throw Refusal(.refused, "no due date can be computed: \(problem)")
      }
    } else if call.provedOn != nil {
      throw Refusal(.invalid, "no proof was asked for; leave the day of the proof out")
    }
    guard let ground = call.ground ?? (record.isAboutMinor ? .childConsent : nil) else {
      throw Refusal(.invalid, "say on which ground of Art. 17(1) GDPR the request is accepted, for example b")
    }
    let facts = RequestConfirmed(method: FailureCode(code), ground: ground)
    drafts.append(try EntryDraft(facts, about: subject, by: caller.id))
    return drafts
  }

  func correctReceipt(_ call: CorrectReceipt, _ caller: Caller) async throws -> RequestView {
    let record = try await find(call.request)
    let reason = FailureCode(try Self.code(call.reason, "the reason"))
    guard call.receivedAt < record.received.receivedAt else {
      await denied(CorrectReceipt.name, FailureCode("later-receipt"), by: caller)
      throw Refusal(
        .refused,
        "request \(record.number) was received at \(record.received.receivedAt); a receipt is moved to an earlier time "
          + "only, never to a later one (this attempt is in the log)")
    }
    let day = clock.day(of: call.receivedAt)
    let dates: DueDates
    do {
      dates = try DueDates.compute(received: day, calendar: settings.holidays)
    } catch { throw Refusal(.refused, "no due date can be computed: \(error)") }
    try await append(
      ReceiptCorrected(reason: reason, receivedAt: call.receivedAt, receivedOn: day, dueDates: dates),
      about: EntrySubject(request: record.request), by: caller.id, expecting: record.revision)
    return try await view(of: call.request)
  }

  func reply(_ call: RecordReply, _ caller: Caller) async throws -> RequestView {
    let record = try await find(call.request)
    guard call.on <= clock.today, call.on >= record.received.receivedOn else {
      throw Refusal(.invalid, "the person was told between the day of receipt and today")
    }
    guard record.hasOpenClock else {
      throw Refusal(.refused, "request \(record.number) is \(record.state.word): the reply clock is closed")
    }
    try await append(
      SubjectInformed(on: call.on, channel: try Self.code(call.channel, "the channel")),
      about: EntrySubject(request: record.request), by: caller.id, expecting: record.revision)
    return try await view(of: call.request)
  }

  /// A text for the vault.
  private static func reason(_ text: String, _ missing: String) throws -> String {
    guard text.contains(where: { !$0.isWhitespace }) else { throw Refusal(.invalid, missing) }
    guard text.utf8.count <= largestText else {
      throw Refusal(.invalid, "the text is longer than \(largestText) bytes; shorten it")
    }
    return text
  }

  /// What people wrote about the dates of a request, from the vault.
  func clockNotes(of record: RequestRecord) async throws -> [RequestDetail.Note] {
    guard try await vault.contains(record.request) else { return [] }
    var notes: [RequestDetail.Note] = []
    for (index, asked) in (record.identityAsked ?? []).enumerated() {
      guard let text = try await vault.get(String.self, .doubt(index + 1), of: record.request) else { continue }
      notes.append(
        RequestDetail.Note(title: "Doubt about identity, \(asked.on)", text: text, topic: .doubt, day: asked.on))
    }
    if let extended = record.extended,
      let text = try await vault.get(String.self, .extensionReason, of: record.request)
    {
      notes.append(
        RequestDetail.Note(
          title: "Reason of the extension, \(extended.on)", text: text, topic: .extension, day: extended.on))
    }
    return notes
  }
}

extension VaultItem {
  /// Why the term was extended, in words.
  static let extensionReason = VaultItem(rawValue: "extension-reason")
  /// The doubt for which identity was asked for, counting from 1.
  static func doubt(_ number: Int) -> VaultItem { VaultItem(rawValue: "doubt/\(number)") }
}
