import ConnectorKit
import Connectors
import ErasureDomain
import ErasureEngine
import Journal
import OfficerAPI
import TestKit
import Testing

/// A dossier as whoever gets it can read it.
struct ReadDossier {
  struct Answer: Codable {
    var number: Int
    var question: String
    var sentences: [String]
    var notKnown: [String]
    var pointers: [String]

    func says(_ words: String) -> Bool { sentences.contains { $0.contains(words) } }
    func doesNotKnow(_ words: String) -> Bool { notKnown.contains { $0.contains(words) } }
  }

  let files: [String: [UInt8]]
  let answers: [Answer]
  let hasPerson: Bool

  init(_ made: DossierFiles) throws {
    files = Dictionary(
      uniqueKeysWithValues: try made.files.files.map { ($0.path, try #require(Base64.decode($0.content))) })
    answers = try CanonicalJSON.decode([Answer].self, from: try #require(files["questions.json"]))
    hasPerson = made.hasPerson
  }

  var text: String { String(decoding: files["index.txt"] ?? [], as: UTF8.self) }
  var html: String { String(decoding: files["index.html"] ?? [], as: UTF8.self) }

  subscript(number: Int) -> Answer { answers[number - 1] }
}

@Suite(.serialized) struct `The dossier of a request` {
  private func dossier(_ scene: DeskScene, person: Bool = false, by member: Member = .bram) async throws -> ReadDossier
  {
    try ReadDossier(try await scene.say(MakeDossier(request: "1", withPerson: person), by: member))
  }

  /// A request with an extension, a doubt, an exception, a hold, a failure, a backup by setting and a silent company.
  private func life() async throws -> DeskScene {
    var options = DeskScene.Options()
    options.copy = EndsByItselfSettings(
      afterDays: 7, proof: .setting, saidBy: "data-platform", on: CivilDate(daysSince1970: 20_000))
    let scene = try await DeskScene(options)
    try await scene.say(
      AddRequest(
        channel: "mail", capacities: [.customer], identifiers: DeskScene.identifiers, text: "secret-word from Ada",
        contact: "Ada de Vries <\(DeskSystems.email)>",
        requester: Requester(
          kind: .representative, proof: FailureCode("birth-certificate"), isAddressee: true, under16: true)),
      by: .anna)
    try await scene.say(
      AskIdentity(request: "1", method: .knowledge, doubt: "unknown-address", text: "secret-word doubt"), by: .anna)
    scene.clock.advance(days: 3)
    try await scene.say(
      ConfirmRequest(
        request: "1", method: "knowledge", ground: .consentWithdrawn, provedOn: scene.clock.today), by: .anna)
    try await scene.say(
      ExtendDeadline(request: "1", reason: .complexity, text: "secret-word reason"), by: .bram)
    try await scene.say(SendLetter(request: "1", letter: .extension, language: "en"), by: .bram)
    try await scene.draft()
    try await scene.say(LeaveOut(plan: "1", ordinals: [2], reason: "secret-word claim"), by: .bram)
    try await scene.say(
      SetHold(
        request: "1", system: "crm", reviewBefore: scene.clock.today.adding(days: 60), reason: "secret-word hold"),
      by: .anna)
    try await scene.approve(by: .bram)
    try await scene.approve(by: .chris)
    scene.systems.sister.stayQuiet()
    scene.systems.office.fail(with: .permanent(FailureCode("no-such-table")))
    try await scene.running {
      try await scene.until("the office failed") { try await scene.job(DeskSystems.office).state.word == "failed" }
    }
    return scene
  }

  @Test func `of a request in trouble says so in each answer`() async throws {
    let scene = try await life()
    let made = try await dossier(scene)
    #expect(made.answers.map(\.number) == Array(1...20))
    #expect(made[1].says("request 1. It reached us by mail on 2026-03-02"))
    #expect(made[2].says("It was not sent yet; "))
    #expect(made[3].says("extended on 2026-03-05 for complexity") && made[3].says("within the first month"))
    #expect(made[3].says("suspended the term for 3 days"))
    #expect(made[4].says("recorded doubt unknown-address") && made[4].says("which is not destroyed yet"))
    #expect(made[5].says("A representative acted for the person, with the proof birth-certificate; answers go to him"))
    #expect(made[5].says("younger than 16"))
    #expect(made[6].says("Accepted on art17(1)(b)") && made[6].says("contact in crm: accepted on art17(1)(b), by anna"))
    #expect(made[7].says("were left out by bram: art17-3-e, Art. 6:162 BW, until 2030-01-01"))
    #expect(made[7].says("crm was put on hold by anna") && made[7].says("art. 52(4) AWR"))
    #expect(made[8].says("The register had 5 systems") && made[8].doesNotKnow("no search over all columns"))
    #expect(made[9].says("Of 5 systems 5 have a job and 0 a reason") && made[9].doesNotKnow("nobody registered"))
    #expect(made[10].says("drafted by anna and signed by bram") && made[10].says("2 different people signed"))
    #expect(
      made[11].says("office: failed, not erased.") && made[11].says("crm: blocked, not erased.")
        && made[11].says("were not made yet"))
    #expect(!made[11].says("erase: erased"))
    #expect(made[12].says("office, erase: 1 attempts; 1 x permanent-failure no-such-table; now failed."))
    #expect(made[12].says("Waiting for a person now"))
    #expect(made[13].says("no final answer yet") && !made[13].says("it says"))
    #expect(made[14].says("not dealt with yet"))
    #expect(made[15].sentences.contains { $0.contains("Nothing was erased that could come back.") })
    #expect(made[16].says("not done yet"))
    #expect(made[17].says("crm: on hold, art17-3-e") && made[17].says("not settled (failed)"))
    #expect(made[17].says("vault: identifiers, contact and letters"))
    #expect(made[18].says("extension, in en, by mail on 2026-03-05 (smtp-250); its text is not in this dossier"))
    #expect(made[18].doesNotKnow("this dossier was made without the person"))
    #expect(made[19].doesNotKnow("nothing is anchored") && made[19].says("No witness signed"))
    #expect(
      made[20].doesNotKnow("this version destroys none") && made[20].says("The vault entry is not destroyed yet."))
    for answer in made.answers {
      #expect(!answer.sentences.isEmpty, "\(answer.number)")
      for pointer in answer.pointers where pointer.hasPrefix("entry ") && pointer.contains("evidence/") {
        // The scene's bundle names its files without an ending.
        let file = pointer.split(separator: "(").last.map { String($0.dropLast(".json)".count)) } ?? ""
        #expect(made.files[file] != nil, "question \(answer.number) points to \(pointer)")
      }
    }
    for words in ["secret-word", "de Vries", DeskSystems.email] {
      #expect(!made.text.contains(words) && !made.html.contains(words), "\(words)")
    }
  }

  @Test func `of its end says what was seen, who was silent, and what stays; also when the vault is gone`() async throws
  {
    let scene = try await life()
    scene.systems.office.fail(with: nil)
    try await scene.say(
      RetryJob(job: try await scene.job(DeskSystems.office).job.text, reason: "secret-word"), by: .bram)
    try await scene.say(ReleaseHold(request: "1", system: "crm"), by: .anna)
    try await scene.conclude()
    try await scene.say(SendLetter(request: "1", letter: .completion, language: "en"), by: .bram)
    let before = try await dossier(scene, person: true)
    #expect(before.hasPerson && before.text.contains("THIS DOSSIER CONTAINS PERSONAL DATA"))
    #expect(before.text.contains("secret-word from Ada") && before.html.contains("expunged-subject/v1"))
    #expect(before[18].says("its text is in the section \"Letters\""))
    try await scene.say(CloseRequest(request: "1"), by: .bram)
    try await scene.running {
      try await scene.until("the vault entry is gone", moving: false) { try await scene.request().vaultDestroyed }
    }
    let refusal = try await scene.refusal(of: MakeDossier(request: "1", withPerson: true), by: .bram)
    #expect(refusal.message.contains("the vault holds nothing of this person any more"))
    // Years later.
    scene.clock.advance(days: 800)
    let made = try await dossier(scene, by: .erik)
    #expect(!made.hasPerson && made.text.contains("THIS DOSSIER NAMES NOBODY"))
    #expect(!made.html.contains("<script") && !made.html.contains("http://") && !made.html.contains("https://"))
    #expect(made[2].says("in time") || made[2].says("late"))
    #expect(made[2].says("By mail, handed over with the answer smtp-250"))
    #expect(made[4].says("was destroyed with its key on"))
    #expect(made[11].says("Last looks: ") && made[11].says("crm, erase: erased; found"))
    #expect(made[12].says("office, erase: 2 attempts") && made[12].says("bram had a failed job tried again"))
    #expect(made[13].says("it never confirmed; last asked on") && !made[13].doesNotKnow("its word is all"))
    #expect(made[14].says("(setting); ended as unconfirmed, and we have not seen it gone"))
    #expect(made[15].doesNotKnow("whether the person is back in crm"))
    #expect(made[16].says("bram signed: found, destroyed, stick DEMO-0042, destroy."))
    #expect(made[17].says("The office, invoice: kept until 2033-01-01, art. 52(4) AWR"))
    #expect(made[17].says("1 record left out by an officer"))
    #expect(made[17].says("a copy until") && made[17].says("that day is past"))
    #expect(made[18].doesNotKnow("they went with the vault entry"))
    #expect(made[20].says("Dossiers made of this request: by bram") && made[20].says("with the person in it"))
    #expect(try await scene.entries(DossierMade.kind).count == 2)
    #expect(made.text.contains("dossier.made"))
    for words in ["secret-word", "de Vries", DeskSystems.email] { #expect(!made.text.contains(words), "\(words)") }
    try await scene.checkJournal()
  }

  @Test func `knows nothing nicer of a request about which little is recorded`() async throws {
    let scene = try await DeskScene()
    try await scene.add()
    scene.clock.advance(days: 40)
    let made = try await dossier(scene)
    #expect(made[2].says("It was not sent yet, and is "))
    #expect(made[4].says("Identity was not established."))
    #expect(made[5].doesNotKnow("younger than 16"))
    #expect(made[6].says("No ground was accepted or rejected yet."))
    #expect(made[7].says("None: no plan was approved."))
    #expect(made[8].doesNotKnow("the list as it was: no plan was approved"))
    for number in [9, 10, 11, 12] {
      #expect(made[number].says("No plan was approved, so that nothing was done"), "\(number)")
    }
    #expect(made[13].says("Nobody was informed: no plan was approved."))
    #expect(made[17].doesNotKnow("what the systems hold: no plan was carried out"))
    #expect(made[18].says("The person was told nothing yet."))
    // A refusal that is told by telephone, after the first last day, and closed.
    try await scene.say(RefuseRequest(request: "1", ground: "not-ours"), by: .bram)
    try await scene.say(
      CloseRequest(request: "1", informedOn: scene.clock.today, channel: "phone"), by: .bram)
    let closed = try await dossier(scene)
    #expect(closed[2].says("9 days late") && closed[2].doesNotKnow("proof of dispatch"))
    #expect(closed[6].says("The request was refused on 2026-04-11: not-ours."))
  }

  @Test func `an auditor never gets the person, and the attempt is in the log`() async throws {
    let scene = try await DeskScene()
    try await scene.add(text: "secret-word")
    let refusal = try await scene.refusal(of: MakeDossier(request: "1", withPerson: true), by: .erik)
    #expect(refusal.reason == .forbidden && refusal.message.contains("names nobody"))
    #expect(try await scene.entries(AccessDenied.kind).count == 1)
    #expect(try await scene.entries(DossierMade.kind).isEmpty)
    #expect(!(try await dossier(scene, by: .erik)).hasPerson)
  }
}
