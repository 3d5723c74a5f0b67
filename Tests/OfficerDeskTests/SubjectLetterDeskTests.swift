import Correspondence
import ErasureDomain
import EvidenceLog
import Journal
import OfficerAPI
import OfficerDesk
import SubjectVault
import Synchronization
import TestKit
import Testing

@Suite(.serialized) struct `Letters to the person at the desk` {
  private static let contact = "Ada de Vries <\(DeskSystems.email)>"

  private func add(
    _ scene: DeskScene, channel: String = "mail", contact: String? = contact
  ) async throws {
    try await scene.say(
      AddRequest(
        channel: channel, capacities: [.customer], identifiers: DeskScene.identifiers,
        text: "Please erase me.", contact: contact), by: .anna)
  }

  /// A concluded request.
  private func concluded(
    _ options: DeskScene.Options = DeskScene.Options(), channel: String = "mail", contact: String? = contact
  ) async throws -> DeskScene {
    let scene = try await DeskScene(options)
    try await add(scene, channel: channel, contact: contact)
    try await scene.confirm()
    try await scene.draft()
    try await scene.approve(by: .bram)
    try await scene.approve(by: .chris)
    try await scene.conclude()
    return scene
  }

  private func completion(_ channel: LetterChannel? = nil) -> SendLetter {
    SendLetter(request: "1", letter: .completion, language: "en", channel: channel)
  }

  /// How many were sent, and how many could not be.
  private func acknowledge(_ scene: DeskScene) async throws -> [Int] {
    let (sent, failed) = try await scene.desk.acknowledge()
    return [sent, failed]
  }

  private func forget(_ scene: DeskScene) async throws {
    try await scene.running {
      try await scene.until("the vault entry is gone", moving: false) { try await scene.request().vaultDestroyed }
    }
  }

  @Test func `the completion letter is mailed, kept in the vault, and closes the request`() async throws {
    let scene = try await concluded()
    let reference = try await scene.request().request
    let seen = try await scene.say(ShowLetter(request: "1", letter: .completion, language: "en"), by: .anna)
    #expect(scene.postbox.mails.isEmpty, "showing sends nothing")
    #expect(try await scene.request().letters == nil)
    let handed = try await scene.say(completion(), by: .bram)
    #expect(handed.view == seen && !handed.isRepeated && handed.channel == .mail)
    let mail = try #require(scene.postbox.mails.first)
    #expect(mail.to == DeskSystems.email && mail.from == Postbox.address && scene.postbox.mails.count == 1)
    #expect(handed.view.text.contains("erased") && handed.view.text.contains("expunged-subject/v1"))

    let entry = try #require(try await scene.entries(LetterSent.kind).first)
    let facts = try entry.facts(as: LetterSent.self)
    #expect(facts.letter == .completion && facts.channel == .mail && facts.language == "en")
    #expect(facts.proof.rawValue == "smtp-250" && facts.queue == "4XyzAb12" && entry.by == Member.bram.id)
    let bytes = Array("\(handed.view.subject)\n\n\(handed.view.text)".utf8)
    let mac = try await scene.vault.hmac(bytes, of: reference, purpose: "letter/completion")
    #expect(facts.mac == Hex.encode(mac))
    #expect(facts.mac != String(ContentDigest(hashing: bytes).description.dropFirst(7)), "never a bare digest")
    let items = try await scene.vault.items(of: reference)
    #expect(items.contains { $0.rawValue == "letter/completion" })

    scene.clock.advance(days: 2)
    try await scene.say(CloseRequest(request: "1"), by: .bram)
    let informed = try #require(try await scene.request().informed)
    #expect(informed.on == facts.on && informed.channel == "mail")
    try await forget(scene)
    for entry in try await scene.entries() {
      let text = String(decoding: entry.encoded(), as: UTF8.self)
      #expect(!text.contains(DeskSystems.email) && !text.contains("de Vries"))
    }
    try await scene.checkJournal()
  }

  @Test func `closing without a letter asks how the person was informed`() async throws {
    let scene = try await concluded()
    let refusal = try await scene.refusal(of: CloseRequest(request: "1"), by: .bram)
    #expect(refusal.reason == .invalid)
    #expect(refusal.message.contains("expunge letter send 1 --kind completion"))
    // What was said before is no word on the end.
    #expect(try await acknowledge(scene) == [0, 0])
    try await scene.say(CloseRequest(request: "1", informedOn: scene.clock.today, channel: "phone"), by: .bram)
    #expect(try await scene.request().informed?.channel == "phone")
  }

  @Test func `a printed letter is sent when its file is there, not before`() async throws {
    let scene = try await concluded(channel: "letter", contact: "Ada de Vries\nLindegracht 12\nAmsterdam")
    let hint = try await scene.refusal(of: completion(), by: .bram)
    #expect(hint.message.contains("the request came by letter: print the answer with --print FILE"))
    let never = RecordPrinted(request: "1", letter: .completion, made: scene.clock.now())
    #expect(try await scene.refusal(of: never, by: .bram).message.contains("no such letter was made"))
    let made = try await scene.say(completion(.letter), by: .bram)
    #expect(made.sent == nil && made.view.html.contains("Lindegracht 12") && scene.postbox.mails.isEmpty)
    #expect(try await scene.entries(LetterSent.kind).isEmpty)
    // It lies on nobody's desk yet: it may be made anew, and then the first one is not what is recorded.
    scene.clock.advance(seconds: 60)
    let dutch = SendLetter(request: "1", letter: .completion, language: "nl", channel: .letter)
    let again = try await scene.say(dutch, by: .bram)
    #expect(!again.isRepeated && again.view.language == "nl")
    let stale = RecordPrinted(request: "1", letter: .completion, made: made.made)
    #expect(try await scene.refusal(of: stale, by: .bram).message.contains("made anew since"))
    let printed = try await scene.say(
      RecordPrinted(request: "1", letter: .completion, made: again.made), by: .bram)
    #expect(printed.sent?.proof.rawValue == "printed" && printed.sent?.channel == .letter)
    try await scene.say(CloseRequest(request: "1"), by: .bram)
    #expect(try await scene.request().informed?.channel == "letter")
  }

  // MARK: To whom (K3)

  @Test func `nobody whose identity is not established gets content by mail`() async throws {
    let scene = try await DeskScene()
    try await add(scene)
    try await scene.say(RefuseRequest(request: "1", ground: "unfounded"), by: .bram)
    let refusal = SendLetter(request: "1", letter: .refusal, language: "nl", reason: "wij kennen u niet")
    #expect(try await scene.refusal(of: refusal, by: .bram).message.contains("identity is not established"))
    // Nor may the journal take such an entry, whoever writes it.
    let record = try await scene.request()
    let facts = LetterSent(
      letter: .refusal, language: "nl", channel: .mail, on: scene.clock.today,
      mac: String(repeating: "a", count: 64), proof: FailureCode("exit-0"))
    await #expect(throws: JournalFailure.self) {
      try await scene.journal.append(
        [try EntryDraft(facts, about: EntrySubject(request: record.request))], to: .request(record.request),
        expecting: record.revision)
    }
    #expect(scene.postbox.mails.isEmpty)
    let handed = try await scene.say(
      SendLetter(request: "1", letter: .refusal, language: "nl", channel: .letter, reason: "wij kennen u niet"),
      by: .bram)
    try await scene.say(RecordPrinted(request: "1", letter: .refusal, made: handed.made), by: .bram)
    try await scene.say(CloseRequest(request: "1"), by: .bram)
  }

  @Test func `mail goes to the request's own contact and to nothing that is not one address`() async throws {
    for contact in [nil, "Lindegracht 12, Amsterdam", "ada@example.org, bob@example.org"] {
      let scene = try await DeskScene()
      try await add(scene, contact: contact)
      let call = SendLetter(request: "1", letter: .acknowledgement, language: "nl")
      #expect(try await scene.refusal(of: call, by: .bram).message.contains("no contact that is one mail address"))
      #expect(try await acknowledge(scene) == [0, 0])
      #expect(scene.postbox.mails.isEmpty)
    }
  }

  @Test func `a refusal cannot be made without its reason`() async throws {
    let scene = try await DeskScene()
    try await add(scene)
    try await scene.confirm()
    let early = SendLetter(request: "1", letter: .refusal, language: "nl", reason: "daarom")
    #expect(try await scene.refusal(of: early, by: .bram).message.contains("expunge request refuse"))
    try await scene.say(RefuseRequest(request: "1", ground: "unfounded"), by: .bram)
    let bare = SendLetter(request: "1", letter: .refusal, language: "nl")
    #expect(try await scene.refusal(of: bare, by: .bram).message.contains("--reason-from"))
    try await scene.say(early, by: .bram)
    let mail = String(decoding: try #require(scene.postbox.mails.first).message, as: UTF8.self)
    #expect(mail.contains("Autoriteit Persoonsgegevens") && mail.contains("rechter"))
    let twice = try await scene.refusal(of: early, by: .bram)
    #expect(twice.message.contains("each is sent once"))
  }

  @Test func `who is not identified is asked by mail, and who withdraws gets a letter that closes`() async throws {
    let scene = try await DeskScene()
    try await add(scene)
    let ask = SendLetter(
      request: "1", letter: .identity, language: "en", reason: "the address is new to us", step: "Call us.")
    let asked = try await scene.say(ask, by: .bram)
    #expect(asked.view.text.contains("the address is new to us") && asked.view.text.contains("Call us."))
    #expect(!asked.view.text.contains(DeskSystems.email) && !asked.view.html.contains("de Vries"))
    try await scene.confirm()
    let late = ShowLetter(request: "1", letter: .identity, language: "en", reason: "x", step: "y")
    #expect(try await scene.refusal(of: late, by: .bram).message.contains("before the identity is confirmed"))
    try await scene.say(WithdrawRequest(request: "1"), by: .anna)
    // The question about identity is no word on the end.
    let refusal = try await scene.refusal(of: CloseRequest(request: "1"), by: .bram)
    #expect(refusal.message.contains("--kind withdrawn"))
    try await scene.say(SendLetter(request: "1", letter: .withdrawn, language: "en"), by: .bram)
    try await scene.say(CloseRequest(request: "1"), by: .bram)
    let record = try await scene.request()
    #expect(record.informed?.channel == "mail" && record.letters?.map(\.letter) == [.identity, .withdrawn])
    #expect(scene.postbox.mails.count == 2)
    try await scene.checkJournal()
  }

  // MARK: Crashes and failures

  @Test func `a crash between mail and entry sends the same mail again, and records it once`() async throws {
    let isBroken = Mutex(true)
    var options = DeskScene.Options()
    options.fault = { drafts in
      drafts.contains { $0.kind == LetterSent.kind } && isBroken.withLock { $0 } ? .unavailable("gone") : nil
    }
    let scene = try await concluded(options)
    #expect(try await scene.refusal(of: completion(), by: .bram).reason == .unavailable)
    scene.clock.advance(days: 1)
    isBroken.withLock { $0 = false }
    let other = SendLetter(request: "1", letter: .completion, language: "nl")
    let handed = try await scene.say(other, by: .bram)
    #expect(handed.isRepeated && handed.view.language == "en")
    let mails = scene.postbox.mails
    #expect(mails.count == 2 && mails[0] == mails[1])
    #expect(try await scene.entries(LetterSent.kind).count == 1)
  }

  @Test func `what a server refused may be written anew, what was cut off is the letter`() async throws {
    let scene = try await concluded()
    scene.postbox.next(.answered(550, queue: nil), .killed)
    #expect(try await scene.refusal(of: completion(), by: .bram).message.contains("refused the letter (550)"))
    let dutch = SendLetter(request: "1", letter: .completion, language: "nl")
    #expect(try await scene.refusal(of: dutch, by: .bram).message.contains("may have been taken"))
    let handed = try await scene.say(completion(), by: .bram)
    #expect(handed.isRepeated && handed.view.language == "nl")
    let mails = scene.postbox.mails
    #expect(mails.count == 3 && mails[0] != mails[1] && mails[1] == mails[2])
  }

  @Test func `without letters in the configuration none is made`() async throws {
    var options = DeskScene.Options()
    options.withoutLetters = true
    let scene = try await DeskScene(options)
    try await add(scene)
    let call = ShowLetter(request: "1", letter: .acknowledgement, language: "nl")
    #expect(try await scene.refusal(of: call, by: .bram).message.contains("write letters:"))
    #expect(try await acknowledge(scene) == [0, 0])
  }

  // MARK: Acknowledgement (A5)

  @Test func `a request by mail is acknowledged once, also after a time in which nothing ran`() async throws {
    let scene = try await DeskScene()
    try await add(scene)
    try await add(scene, channel: "phone")
    scene.clock.advance(days: 6)
    scene.postbox.next(.answered(451, queue: nil), .answered(550, queue: nil))
    #expect(try await acknowledge(scene) == [0, 1])
    #expect(try await acknowledge(scene) == [0, 0], "a server that refuses is left alone for a while")
    scene.clock.advance(seconds: 300)
    #expect(try await acknowledge(scene) == [0, 1])
    scene.clock.advance(seconds: 1_199)
    #expect(try await acknowledge(scene) == [0, 0], "and longer after the next time")
    scene.clock.advance(seconds: 1)
    #expect(try await acknowledge(scene) == [1, 0])
    #expect(try await acknowledge(scene) == [0, 0])
    #expect(scene.postbox.mails.count == 3)
    let record = try await scene.request()
    #expect(record.letters?.map(\.letter) == [.acknowledgement])
    #expect(try await scene.entries(LetterSent.kind).first?.by == nil)
    #expect(try await scene.request(2).letters == nil)
  }

  @Test func `nobody is promised an answer by a day that is over`() async throws {
    let scene = try await DeskScene()
    try await add(scene)
    let last = try await scene.request().received.dueDates.statutory
    scene.clock.set(to: last.adding(days: 1).utcMidnight)
    #expect(try await acknowledge(scene) == [0, 0])
    let call = SendLetter(request: "1", letter: .acknowledgement, language: "nl")
    #expect(try await scene.refusal(of: call, by: .bram).message.contains("that is over"))
    #expect(scene.postbox.mails.isEmpty)
  }

  // MARK: After closing

  /// That it can be made is in the end-to-end tests, where there is a backup.
  @Test func `the second text is made from the log alone, and sent by nobody here`() async throws {
    let scene = try await concluded()
    try await scene.say(completion(), by: .bram)
    try await scene.say(CloseRequest(request: "1"), by: .bram)
    try await forget(scene)
    let call = ShowLetter(request: "1", letter: .lastCopyGone, language: "nl")
    #expect(try await scene.refusal(of: call, by: .bram).message.contains("no backup held the person"))
    let sending = SendLetter(request: "1", letter: .lastCopyGone, language: "nl", channel: .mail)
    #expect(try await scene.refusal(of: sending, by: .bram).message.contains("no name and no address"))
  }
}
