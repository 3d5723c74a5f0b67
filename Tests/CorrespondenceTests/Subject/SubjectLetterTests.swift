import ConnectorKit
import Correspondence
import ErasureDomain
import Foundation
import TestKit
import Testing

/// What letters to the person say, and what they never say.
struct `Letters to the person` {
  static let hostile = "<script>alert('x')</script>\"&\u{202E}"
  static let texts = LetterFacts.Texts(
    reason: "uw verzoek kwam van een adres dat wij niet kennen", step: "Bel ons op het nummer op onze website.")

  private static func compare(_ text: String, with name: String) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Golden/Subject/\(name)")
    if ProcessInfo.processInfo.environment["EXPUNGE_UPDATE_GOLDEN"] == "1" { try Data(text.utf8).write(to: file) }
    #expect(try String(contentsOf: file, encoding: .utf8) == text)
  }

  private static func sample(_ kind: SubjectLetter.Kind) throws -> LetterScene {
    switch kind {
    case .acknowledgement, .identity, .extension: try LetterScene(.received)
    case .refusal: try LetterScene(.refused(ground: "unfounded"))
    case .completion: try LetterScene.rich()
    case .lastCopyGone: try Self.gone()
    case .withdrawn: try LetterScene.rich(.withdrawnPartly)
    }
  }

  /// Closed, and the one backup was seen gone.
  private static func gone() throws -> LetterScene {
    var scene = try LetterScene(.closed, on: "2026-04-20")
    let day = try LetterScene.day("2026-04-17")
    try scene.add("crm", "CRM", .own, .erase, .settled(.erased(try LetterScene.receipt(erased: 2))))
    let tag = try scene.add(
      "backups", "Nightly backups", .backup, .tagExpiry,
      .settled(.expiryTagged(until: day, untilAt: day.utcMidnight, seen: .listing)))
    try scene.add(
      "backups", "Nightly backups", .backup, .confirmExpiry, .settled(.erased(try LetterScene.receipt(erased: 1))),
      settledOn: "2026-04-18", followUp: FollowUp(of: tag, rule: nil, citation: nil, due: nil, dueAt: nil))
    return scene
  }

  @Test(arguments: SubjectLetter.Kind.allCases, LetterLanguage.allCases)
  func `are as the golden files have them`(kind: SubjectLetter.Kind, language: LetterLanguage) throws {
    let scene = try Self.sample(kind)
    let letter = try scene.letter(kind, language, Self.texts, code: kind != .lastCopyGone)
    let name = "\(kind.rawValue)-\(language.rawValue)"
    try Self.compare("\(letter.subject)\n\n\(letter.text)", with: "\(name).txt")
    let address = kind == .lastCopyGone ? [] : ["Ada de Vries", "Lindegracht 12"]
    try Self.compare(String(decoding: letter.html(to: address), as: UTF8.self), with: "\(name).html")
  }

  @Test func `the last day is said with its reason, as each language writes days`() throws {
    let scene = try LetterScene(.received)
    let dutch = try scene.letter(.acknowledgement, .dutch).text
    #expect(dutch.contains("uiterlijk op 7 april 2026") && dutch.contains("is 6 april 2026, een feestdag"))
    let english = try scene.letter(.acknowledgement, .english).text
    #expect(english.contains("by 7 April 2026") && english.contains("is 6 April 2026, a public holiday"))
  }

  @Test func `anonymised is said as anonymised, and what is out of use as that`() throws {
    var scene = try LetterScene(.concluded)
    try scene.add("wiki", "Wiki", .own, .erase, .settled(.anonymised(try LetterScene.receipt(anonymised: 2))))
    try scene.add("desk", "Desk", .own, .erase, .settled(.restricted(try LetterScene.receipt(restricted: 2))))
    let dutch = try #require(Self.lists(try scene.letter(.completion, .dutch).text).first)
    #expect(dutch.contains("geanonimiseerd") && dutch.contains("buiten gebruik gesteld"))
    #expect(!dutch.contains("verwijderd"))
    let english = try #require(Self.lists(try scene.letter(.completion, .english).text).first)
    #expect(english.contains("anonymised") && english.contains("taken out of use") && !english.contains("erased"))
  }

  @Test func `what officers left out is said with each of their grounds, and with none of another system`() throws {
    let review = try #require(CivilDate("2027-05-01"))
    let claim = ExceptionTerms(ground: .legalClaims, citation: "Art. 6:162 BW", reviewBefore: review)
    let other = ExceptionTerms(ground: .archiving, citation: "Archiefwet", until: review)
    let (crm, wiki) = (try #require(SystemName("crm")), try #require(SystemName("wiki")))
    let exceptions = [(crm, claim), (crm, claim), (wiki, other)].map { system, terms in
      ExceptionGranted(system: system, dataset: "contact", records: 1, terms: terms)
    }
    var scene = try LetterScene(.concluded)
    try scene.add("crm", "CRM", .own, .erase, .settled(.erased(try LetterScene.receipt(erased: 2))), leftOut: 2)
    let facts = try scene.facts(exceptions: exceptions)
    let text = try SubjectLetter(try LetterTemplates().template(.completion, .english), facts).text
    #expect(
      text.contains(
        "In CRM we left 2 records. An exception applies to this: Art. 6:162 BW; Article 17(3)(e) GDPR. We look at it again by "
          + "1 May 2027."))
    #expect(!text.contains("Archiefwet"))
  }

  @Test func `a system in which everything had to stay is not said to be empty`() throws {
    var scene = try LetterScene(.concluded)
    let until = try LetterScene.day("2034-01-01")
    let kept = KeptCount(rule: "nl-fiscal-7y", until: until, count: 3)
    let job = try scene.add(
      "office", "Office", .own, .erase, .settled(.nothingFound(try LetterScene.receipt(kept: [kept]))))
    try scene.add(
      "office", "Office", .own, .eraseKept, .followUp(due: until, from: until.utcMidnight),
      followUp: FollowUp(
        of: job, rule: "nl-fiscal-7y", citation: "art. 52(4) AWR", due: until, dueAt: until.utcMidnight,
        ground: .legalObligation))
    let text = try scene.letter(.completion, .english).text
    #expect(text.contains("We must keep data in Office (invoice) until 1 January 2034 under art. 52(4) AWR"))
    #expect(!text.contains("found nothing") && !text.contains("erased from Office"))
  }

  @Test func `what an earlier plan erased is said, and what it was stopped in is not`() throws {
    var first = try LetterScene(.concluded)
    try first.add("crm", "CRM", .own, .erase, .settled(.erased(try LetterScene.receipt(erased: 2))))
    try first.add("office", "Office", .own, .erase, .settled(.cancelled(reason: FailureCode("halted"))))
    var second = try LetterScene(.concluded)
    try second.add(
      "crm", "CRM", .own, .erase, .settled(.nothingFound(try LetterScene.receipt())), settledOn: "2026-03-15")
    try second.add(
      "office", "Office", .own, .erase, .settled(.erased(try LetterScene.receipt(erased: 1))), settledOn: "2026-03-15")
    let template = try LetterTemplates().template(.completion, .english)
    let text = try SubjectLetter(template, try second.facts(earlier: first)).text
    #expect(text.contains("erased from CRM on 12 March 2026") && text.contains("erased from Office on 15 March 2026"))
    #expect(!text.contains("stopped") && !text.contains("found nothing"))
  }

  @Test func `a company that only a person can reach was told, whatever he attests`() throws {
    var scene = try LetterScene(.concluded)
    try scene.add("printer", "Printer", .processor, .manual, .settled(.erased(try LetterScene.receipt(erased: 1))))
    try scene.add("broker", "Broker", .source, .manual, .settled(.excepted(ground: "nobody-left")))
    let text = try scene.letter(.completion).text
    #expect(text.contains("We instructed Printer to erase your data. We did so on 12 March 2026."))
    #expect(text.contains("We did not tell Broker.") && !text.contains("erased from"))
  }

  @Test func `kept data that go in parts are one sentence with all its days`() throws {
    var scene = try LetterScene(.concluded)
    let days = try ["2027-01-01", "2028-01-01", "2034-01-01"].map { try LetterScene.day($0) }
    let kept = days.map { KeptCount(rule: "nl-fiscal-7y", until: $0, count: 1) }
    let effects = ["invoice", "line", "note"].map { dataset in
      EffectCount(
        dataset: dataset, approved: 4, found: 4, erased: 1, kept: dataset == "note" ? [kept[0]] : kept.reversed())
    }
    let look = Verification(voucher: .us, seen: .secondLook, path: FailureCode("second-connection"))
    let job = try scene.add(
      "office", "Office", .own, .erase, .settled(.erased(try ErasureReceipt(verification: look, effects: effects))))
    for day in days {
      try scene.add(
        "office", "Office", .own, .eraseKept, .followUp(due: day, from: day.utcMidnight),
        followUp: FollowUp(
          of: job, rule: "nl-fiscal-7y", citation: "art. 52(4) AWR", due: day, dueAt: day.utcMidnight,
          ground: .legalObligation))
    }
    let lines = try scene.letter(.completion, .dutch).text.split(separator: "\n").filter { $0.contains("52(4)") }
    #expect(lines.count == 2)
    #expect(lines[0].contains("in Office (invoice, line) bewaren"))
    #expect(lines[0].contains("Op 1 januari 2027, 1 januari 2028 en 1 januari 2034 verwijderen wij steeds een deel"))
    #expect(lines[1].contains("in Office (note) bewaren tot 1 januari 2027"))
  }

  /// Requirement K2: random outcomes, and the word for erased beside none that has no receipt.
  @Test func `erased is said of nothing but an erasure that was seen`() throws {
    let random = SeededRandom.property()
    for _ in 1...300 {
      var scene = try LetterScene(.concluded)
      var outcomes: [(title: String, outcome: JobOutcome)] = []
      for index in 0..<random.number(in: 1...6) {
        let title = "Place\(index)"
        let verbs: [(JobVerb, SystemRole)] = [
          (.erase, .own), (.manual, .carrier), (.instruct, .processor), (.notify, .recipient), (.stopSending, .source),
          (.tagExpiry, .backup),
        ]
        let (verb, role) = verbs[random.number(in: 0...(verbs.count - 1))]
        let outcome = try Self.outcome(random)
        outcomes.append((title, outcome))
        let toldAt = random.chance(2) ? scene.clock.now() : nil
        try scene.add("place-\(index)", title, role, verb, .settled(outcome)) { $0.handedOverAt = toldAt }
      }
      for language in LetterLanguage.allCases {
        let word = language == .dutch ? "verwijderd" : "erased"
        let lines = Self.lists(try scene.letter(.completion, language).text).flatMap { $0.split(separator: "\n") }
        for line in lines where line.contains(word) {
          let named = try #require(outcomes.first { line.contains($0.title) }, "\(line)")
          #expect(named.outcome.receipt != nil, "\(line): \(named.outcome.word)")
        }
      }
    }
  }

  private static func outcome(_ random: SeededRandom) throws -> JobOutcome {
    let day = try LetterScene.day("2026-04-17")
    let some = random.number(in: 1...3)
    let all: [JobOutcome] = [
      .erased(try LetterScene.receipt(erased: some)), .nothingFound(try LetterScene.receipt()),
      .anonymised(try LetterScene.receipt(erased: some - 1, anonymised: some)),
      .restricted(try LetterScene.receipt(erased: some - 1, restricted: some)), .notified(.recipientUnsigned),
      .unconfirmed(lastAsked: day.utcMidnight), .expiryTagged(until: day, untilAt: day.utcMidnight, seen: .listing),
      .exported(waived: false), .excepted(ground: "claims"), .cancelled(reason: FailureCode("stopped")),
    ]
    return all[random.number(in: 0...(all.count - 1))]
  }

  /// The lists of a letter; its other sentences stand in the template.
  private static func lists(_ text: String) -> [String] {
    text.components(separatedBy: "\n\n").filter { $0.hasPrefix("- ") }
  }

  // MARK: What is missing

  @Test func `none is made while a fact is missing, and it is named`() throws {
    func problem(
      _ scene: LetterScene, _ kind: SubjectLetter.Kind, _ texts: LetterFacts.Texts = Self.texts, code: Bool = true
    )
      -> LetterProblem?
    {
      do {
        _ = try scene.letter(kind, .dutch, texts, code: code)
        return nil
      } catch { return error as? LetterProblem }
    }
    for state: ErasureRequest.State in [.received, .verified, .inErasure, .refused(ground: "x"), .withdrawn, .closed] {
      #expect(problem(try LetterScene(state), .completion) == .notNow(.completion, state: state.word))
    }
    #expect(problem(try LetterScene.rich(), .completion, code: false) == .noCode)
    #expect(problem(try LetterScene(.verified), .identity) == .notNow(.identity, state: "verified"))
    let silent = LetterFacts.Texts(reason: " \n", step: nil)
    #expect(problem(try LetterScene(.refused(ground: "x")), .refusal, silent) == .noReason(.refusal))
    #expect(problem(try LetterScene(.received), .extension, silent) == .noReason(.extension))
    #expect(problem(try LetterScene(.received), .identity, silent) == .noReason(.identity))
    #expect(problem(try LetterScene(.received), .identity, LetterFacts.Texts(reason: "x")) == .noStep)
    #expect(problem(try LetterScene(.received, on: "2026-04-07"), .extension) == nil)
    #expect(
      problem(try LetterScene(.received, on: "2026-04-08"), .extension)
        == .tooLate(.extension, since: try LetterScene.day("2026-04-07")))
    #expect(problem(try LetterScene(.closed), .lastCopyGone) == .noBackup)
    let lingering = try LetterScene.rich(.closed)
    #expect(problem(lingering, .lastCopyGone) == .backupsLeft([try #require(SystemName("backups"))]))
    var unextended = try LetterScene(.received)
    unextended.record.extended = nil
    #expect(problem(unextended, .extension) == .notExtended)
  }

  /// Erased, and a copy that is over as its setting says.
  private static func endedUnseen(_ state: ErasureRequest.State) throws -> LetterScene {
    var scene = try LetterScene(state, on: "2026-04-20")
    let day = try LetterScene.day("2026-04-17")
    try scene.add("crm", "CRM", .own, .erase, .settled(.erased(try LetterScene.receipt(erased: 2))))
    let tag = try scene.add(
      "dwh", "Warehouse", .backup, .tagExpiry,
      .settled(.expiryTagged(until: day, untilAt: day.utcMidnight, seen: .setting)))
    try scene.add(
      "dwh", "Warehouse", .backup, .confirmExpiry, .settled(.unconfirmed(lastAsked: day.utcMidnight)),
      settledOn: "2026-04-18",
      followUp: FollowUp(of: tag, rule: nil, citation: nil, due: nil, dueAt: nil))
    return scene
  }

  @Test func `the second text counts from what was due then, and not from rows that had to stay for years`() throws {
    var scene = try Self.gone()
    let erasure = try scene.add(
      "office", "Back office", .own, .erase, .settled(.erased(try LetterScene.receipt(erased: 3))),
      settledOn: "2026-03-13")
    try scene.add(
      "office", "Back office", .own, .eraseKept, .settled(.erased(try LetterScene.receipt(erased: 1))),
      settledOn: "2034-01-01",
      followUp: FollowUp(of: erasure, rule: "nl-fiscal-7y", citation: "x", due: nil, dueAt: nil))
    let text = try scene.letter(.lastCopyGone, .english).text.replacing("\n", with: " ")
    #expect(text.contains("On 13 March 2026 our work"), "\(text)")
  }

  @Test func `a copy that ended by its setting is not said to have been seen gone`() throws {
    let closed = try Self.endedUnseen(.closed)
    #expect(throws: LetterProblem.endedUnseen([try #require(SystemName("dwh"))])) { try closed.letter(.lastCopyGone) }
    let text = try Self.endedUnseen(.concluded).letter(.completion, .english).text
    #expect(text.replacing("\n", with: " ").contains("we have not seen it ourselves"))
    #expect(!text.contains("We saw that"))
  }

  @Test func `what is not settled or has no statute is no completion`() throws {
    var open = try LetterScene(.concluded)
    try open.add("crm", "CRM", .own, .erase, .ready)
    #expect(throws: LetterProblem.unsettled([try #require(SystemName("crm"))])) { try open.letter(.completion) }
    var bare = try LetterScene(.concluded)
    let kept = KeptCount(rule: "own-rule", until: try LetterScene.day("2030-01-01"), count: 1)
    try bare.add("crm", "CRM", .own, .erase, .settled(.erased(try LetterScene.receipt(erased: 1, kept: [kept]))))
    #expect(throws: LetterProblem.noStatute(try #require(SystemName("crm")), rule: "own-rule")) {
      try bare.letter(.completion)
    }
  }

  // MARK: Mail and page

  @Test func `a page escapes whatever is put into it`() throws {
    let texts = LetterFacts.Texts(reason: Self.hostile, step: Self.hostile)
    var scene = try LetterScene(.concluded)
    try scene.add("crm", Self.hostile, .own, .erase, .settled(.erased(try LetterScene.receipt(erased: 1))))
    let letters = [
      try LetterScene(.received).letter(.identity, .dutch, texts), try scene.letter(.completion, .dutch),
    ]
    for letter in letters {
      let html = String(decoding: letter.html(to: [Self.hostile]), as: UTF8.self)
      #expect(html.contains("&lt;script&gt;") && !html.contains("<script") && !html.contains("\u{202E}"))
    }
  }

  @Test(arguments: SubjectLetter.Kind.allCases)
  func `a mail reads as the letter, has the same id each time and nobody in its subject`(kind: SubjectLetter.Kind)
    throws
  {
    let letter = try Self.sample(kind).letter(kind, .dutch, Self.texts)
    let to = try #require(MailAddress("Ada de Vries <ada@example.org>"))
    let mail = SubjectMail(
      letter, from: "privacy@voorbeeld.example", to: to, at: UTCTime(secondsSince1970: 1_772_442_000)
    ).mail
    let text = String(decoding: mail.message, as: UTF8.self)
    let parts = text.components(separatedBy: "\r\n\r\n")
    let head = parts[0]
    #expect(head.contains("Message-ID: <\(letter.request.text).\(kind.rawValue)@voorbeeld.example>"))
    #expect(head.contains("Auto-Submitted: auto-generated") && head.contains("To: <ada@example.org>"))
    #expect(!head.contains("Ada de Vries") && !letter.subject.contains("ada"))
    let lines = text.components(separatedBy: "\r\n")
    // An id cannot be folded.
    for line in lines where !line.hasPrefix("Message-ID: ") { #expect(line.utf8.count <= 78, "\(line)") }
    #expect(lines.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } && $0 != "." })
    #expect(!text.replacing("\r\n", with: "").contains("\n"))
    #expect(try Self.decoded(parts.dropFirst().joined(separator: "\r\n\r\n")) == letter.text)
  }

  /// Quoted-printable, read by another's rules than ours.
  private static func decoded(_ body: String) throws -> String {
    var bytes: [UInt8] = []
    let raw = Array(body.replacing("=\r\n", with: "").replacing("\r\n", with: "\n").utf8)
    var index = 0
    while index < raw.count {
      if raw[index] == 0x3D {
        bytes.append(try #require(UInt8(String(decoding: raw[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)))
        index += 3
      } else {
        bytes.append(raw[index])
        index += 1
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func `an address is one address and nothing else`() {
    for text in ["ada@example.org", " Ada <ada.de-vries+x@mail.example.org> ", "Ada de Vries <ada@example>"] {
      #expect(MailAddress(text) != nil, "\(text)")
    }
    for text in [
      "", "ada", "ada@", "@example.org", "ada@example.org, bob@example.org", "-oQ@example.org", "a b@example.org",
      "ada@exa mple.org", "Ada <ada@example.org>\nBcc: x@example.org", "ada@example.org\r\nBcc: b@example.org",
      "Lindegracht 12\nAmsterdam", "ada@-example.org", "a@b@c", "<a@example.org> <b@example.org>",
    ] {
      #expect(MailAddress(text) == nil, "\(text)")
    }
    #expect(MailAddress("Ada <ada@example.org>")?.address == "ada@example.org")
  }
}
