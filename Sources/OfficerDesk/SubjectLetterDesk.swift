import ConnectorKit
import Correspondence
import ErasureDomain
import ErasureEngine
import Journal
import OfficerAPI
import SubjectVault

// Letters to the person: made from records and outcomes, kept in the vault, handed over once.
extension OfficerDesk {
  func showLetter(_ call: ShowLetter) async throws -> LetterView {
    let record = try await find(call.request)
    let office = try office()
    let language = try Self.language(call.language, record)
    let letter = try await make(
      call.letter, language, LetterFacts.Texts(reason: call.reason, step: call.step), record,
      office)
    return LetterView(
      letter: call.letter, language: language.rawValue, subject: letter.subject, text: letter.text,
      html: String(decoding: letter.html(to: try await addressee(of: record)), as: UTF8.self))
  }

  func sendLetter(_ call: SendLetter, _ caller: Caller) async throws -> HandedLetter {
    let record = try await find(call.request)
    let channel = try call.channel ?? Self.sameChannel(as: record.received.channel)
    let texts = LetterFacts.Texts(reason: call.reason, step: call.step)
    for text in [call.reason, call.step].compactMap({ $0 }) where text.utf8.count > Self.largestText {
      throw Refusal(.invalid, "the text is longer than \(Self.largestText) bytes; shorten it")
    }
    return try await send(
      call.letter, try Self.language(call.language, record), texts, by: channel, of: record, caller.id)
  }

  /// The page of a letter lies in a file.
  func recordPrinted(_ call: RecordPrinted, _ caller: Caller) async throws -> HandedLetter {
    let record = try await find(call.request)
    try requireUnsent(call.letter, of: record)
    guard try await vault.contains(record.request),
      let prepared = try await vault.get(PreparedLetter.self, .letter(call.letter), of: record.request)
    else { throw Refusal(.refused, "no such letter was made; `expunge letter send` makes it") }
    guard prepared.at == call.made else {
      throw Refusal(.conflict, "the letter was made anew since this file was written; print it again")
    }
    let sent = try await append(
      prepared, by: .letter, proof: FailureCode("printed"), queue: nil, of: record, caller.id)
    return prepared.handed(by: .letter, sent: sent, isRepeated: false)
  }

  // MARK: Handing over

  /// Makes the letter, keeps it in the vault, and only then hands it over; what an attempt before has kept is sent again.
  func send(
    _ kind: SubjectLetterKind, _ language: LetterLanguage, _ texts: LetterFacts.Texts, by channel: LetterChannel,
    of record: RequestRecord, _ person: PersonReference?
  ) async throws -> HandedLetter {
    let office = try office()
    guard kind != .lastCopyGone else {
      throw Refusal(
        .refused,
        "this text has no name and no address, and we have none any more: `expunge letter show` prints it, "
          + "and you send it from your own correspondence")
    }
    try requireUnsent(kind, of: record)
    guard try await vault.contains(record.request) else {
      throw Refusal(.refused, "the vault holds nothing of the person any more: there is nobody to write to")
    }
    let address = channel == .mail ? try await verifiedAddress(of: record, for: kind, office) : nil
    try await office.begin(kind, of: record.request)
    do {
      let sent = try await handOver(kind, language, texts, to: address, of: record, person, office)
      await office.end(kind, of: record.request)
      return sent
    } catch {
      await office.end(kind, of: record.request)
      throw error
    }
  }

  private func handOver(
    _ kind: SubjectLetterKind, _ language: LetterLanguage, _ texts: LetterFacts.Texts, to address: MailAddress?,
    of record: RequestRecord, _ person: PersonReference?, _ office: LetterOffice
  ) async throws -> HandedLetter {
    // Read again: somebody may have sent it between the first look and our turn.
    try requireUnsent(kind, of: try await find(record.request.text))
    let earlier = try await vault.get(PreparedLetter.self, .letter(kind), of: record.request)
    let isRepeated = earlier?.isMailed == true
    let prepared: PreparedLetter
    if let earlier, isRepeated {
      prepared = earlier
    } else {
      let letter = try await make(kind, language, texts, record, office)
      prepared = PreparedLetter(
        letter: kind, language: language.rawValue, subject: letter.subject, text: letter.text,
        html: String(decoding: letter.html(to: try await addressee(of: record)), as: UTF8.self),
        sender: office.organisation.name, at: clock.now(), isMailed: address != nil)
      try await vault.put(prepared, as: .letter(kind), of: record.request)
    }
    guard let address, let post = office.post else {
      return prepared.handed(by: .letter, sent: nil, isRepeated: isRepeated)
    }
    let mail = prepared.mail(of: record.request, from: post.from, to: address)
    let ending = await hand(mail, to: post)
    guard let (proof, queue) = Self.proof(of: ending) else {
      // What was certainly not taken may be written anew; what may have been taken is the letter.
      if Self.isCertainlyNotTaken(ending) { try await vault.remove(.letter(kind), of: record.request) }
      throw Self.refusal(of: ending)
    }
    let sent = try await append(prepared, by: .mail, proof: proof, queue: queue, of: record, person)
    return prepared.handed(by: .mail, sent: sent, isRepeated: isRepeated)
  }

  /// The program or server has a minute.
  func hand(_ mail: OutgoingMail, to post: LetterOffice.Post) async -> MailEnding {
    let until = clock.now().adding(seconds: LetterOffice.mailSeconds)
    let clock = clock
    return await withTaskGroup(of: MailEnding.self) { group in
      group.addTask { await post.sender.send(mail) }
      group.addTask {
        // Cancelled when the mail was quicker: then nobody reads this.
        do { try await clock.wait(until: until) } catch { return .killed }
        return .killed
      }
      let first = await group.next() ?? .killed
      group.cancelAll()
      return first
    }
  }

  private func append(
    _ letter: PreparedLetter, by channel: LetterChannel, proof: FailureCode, queue: String?, of record: RequestRecord,
    _ person: PersonReference?
  ) async throws -> LetterSent {
    let mac = try await vault.hmac(
      letter.bytes, of: record.request, purpose: "letter/\(letter.letter.rawValue)")
    let facts = LetterSent(
      letter: letter.letter, language: letter.language, channel: channel, on: clock.today, mac: Hex.encode(mac),
      proof: proof, queue: queue)
    // The engine writes to the same stream, and the letter has left: it is recorded behind whatever came in between.
    while true {
      let now = try await find(record.request.text)
      try requireUnsent(letter.letter, of: now)
      do {
        try await append(facts, about: EntrySubject(request: now.request), by: person, expecting: now.revision)
        return facts
      } catch JournalFailure.conflict {
        continue
      }
    }
  }

  static func proof(of ending: MailEnding) -> (FailureCode, String?)? {
    switch ending {
    case .exited(0): (FailureCode("exit-0"), nil)
    case .answered(let code, let queue) where (200..<300).contains(code):
      (FailureCode("smtp-\(code)"), queue.flatMap { LetterSent.isQueueID($0) ? $0 : nil })
    case .exited, .answered, .notStarted, .killed: nil
    }
  }

  private static func isCertainlyNotTaken(_ ending: MailEnding) -> Bool {
    switch ending {
    case .notStarted, .answered: true
    // sysexits.h: the program says that it has not taken it. Another status may come after that.
    case .exited(let status): (64...78).contains(status)
    case .killed: false
    }
  }

  private static func refusal(of ending: MailEnding) -> Refusal {
    switch ending {
    case .notStarted:
      Refusal(
        .unavailable,
        "the mail program or server could not be reached; nothing was sent, see mail: in the configuration")
    case .exited(let status):
      Refusal(.unavailable, "the mail program ended with status \(status) and has not taken the letter; try again")
    case .answered(let code, _) where code >= 500:
      Refusal(.refused, "the mail server refused the letter (\(code)); print it, or put the address or mail: right")
    case .answered(let code, _):
      Refusal(.unavailable, "the mail server did not take the letter (\(code)); try again later")
    case .killed:
      Refusal(
        .unavailable,
        "handing over was cut off, and the letter may have been taken; sending again sends the same letter "
          + "under the same id")
    }
  }

  // MARK: Rules

  private func office() throws(Refusal) -> LetterOffice {
    guard let letterOffice else {
      throw Refusal(
        .refused,
        "no letters are configured: write letters: with the organisation's name and address in the "
          + "configuration of expunged")
    }
    return letterOffice
  }

  private func requireUnsent(_ kind: SubjectLetterKind, of record: RequestRecord) throws(Refusal) {
    guard let sent = record.letters?.first(where: { $0.letter == kind }) else { return }
    throw Refusal(.refused, "this letter was sent on \(sent.on) by \(sent.channel.rawValue); each is sent once")
  }

  /// Where mail to the person may go: the request's own contact, once identity is established (requirement K3).
  private func verifiedAddress(
    of record: RequestRecord, for kind: SubjectLetterKind, _ office: LetterOffice
  ) async throws -> MailAddress {
    guard office.post != nil else { throw Refusal(.refused, office.whyNoPost) }
    guard kind.isWithoutContent || record.ground != nil else {
      throw Refusal(
        .refused,
        "the person's identity is not established: by mail only an acknowledgement or a question about "
          + "identity may go there; print this letter, or confirm the request first")
    }
    guard let contact = try await vault.get(String.self, .contact, of: record.request),
      let address = MailAddress(contact)
    else {
      throw Refusal(.refused, "the request has no contact that is one mail address; print the letter with --print FILE")
    }
    return address
  }

  /// The same way back as the request came (requirement K3).
  private static func sameChannel(as channel: String) throws(Refusal) -> LetterChannel {
    switch channel {
    case "mail", "form": return .mail
    default:
      throw Refusal(
        .invalid, "the request came by \(channel): print the answer with --print FILE, or say --mail to mail it")
    }
  }

  /// The language in which the person is written to; Dutch when nobody said.
  static func language(of record: RequestRecord) -> LetterLanguage {
    record.received.language == .english ? .english : .dutch
  }

  private static func language(_ text: String?, _ record: RequestRecord) throws(Refusal) -> LetterLanguage {
    guard let text else { return language(of: record) }
    guard let language = LetterLanguage(rawValue: text) else {
      throw Refusal(.invalid, "letters are written in nl or en")
    }
    return language
  }

  /// The lines for the envelope's window; none where the contact is not for the post.
  private func addressee(of record: RequestRecord) async throws -> [String] {
    guard try await vault.contains(record.request),
      let contact = try await vault.get(String.self, .contact, of: record.request), MailAddress(contact) == nil
    else { return [] }
    return contact.split(whereSeparator: \.isNewline).prefix(8).map(String.init)
  }

  // MARK: Facts

  private func make(
    _ kind: SubjectLetterKind, _ language: LetterLanguage, _ texts: LetterFacts.Texts, _ record: RequestRecord,
    _ office: LetterOffice
  ) async throws -> SubjectLetter {
    var texts = texts
    // Who extended the term has said why.
    if kind == .extension, texts.reason == nil, try await vault.contains(record.request) {
      texts.reason = try await vault.get(String.self, .extensionReason, of: record.request)
    }
    let facts = try await letterFacts(record, texts, office.organisation)
    let template = office.templates.template(kind, language, asksForErasure: record.asksForErasure)
    do { return try SubjectLetter(template, facts) } catch {
      throw Refusal(.refused, error.description)
    }
  }

  private func letterFacts(
    _ record: RequestRecord, _ texts: LetterFacts.Texts, _ organisation: LetterParty
  ) async throws -> LetterFacts {
    var work: [LetterFacts.Worked] = []
    for reference in record.plans {
      let (jobs, plan) = try await journal.read { reader in (try reader.jobs(of: reference), try reader.plan(reference))
      }
      // A proposal that nobody approved has done nothing.
      guard !jobs.isEmpty else { continue }
      work.append(LetterFacts.Worked(plan: try await plans.plan(reference).plan, jobs: jobs, package: plan?.package))
    }
    let exceptions = try await journal.read { reader in
      try reader.entries(of: record.request, kinds: [ExceptionGranted.kind]).map(\.entry)
        .map { try $0.facts(as: ExceptionGranted.self) }
    }
    return LetterFacts(
      record, work: work, exceptions: exceptions, from: organisation, clock: clock, texts: texts,
      code: try await code(of: record))
  }
}

extension PreparedLetter {
  fileprivate func handed(by channel: LetterChannel, sent: LetterSent?, isRepeated: Bool) -> HandedLetter {
    HandedLetter(
      view: LetterView(letter: letter, language: language, subject: subject, text: text, html: html), channel: channel,
      made: at, sent: sent, isRepeated: isRepeated)
  }
}
