import ErasureDomain
import ErasureEngine
import EvidenceLog
import Foundation
import Journal
import OfficerAPI
import OfficerDesk
import SubjectVault
import Synchronization
import TestKit
import Testing

@Suite(.serialized) struct `A case file` {
  private static let contact = "Ada de Vries <\(DeskSystems.email)>"

  /// Anna, Bram and Dora are officers with keys of their own; Hugo and Chris share one of another type.
  private static var people: People {
    People(
      persons: Member.people.persons.map { person in
        guard [Member.anna.id, Member.dora.id].contains(person.id) else { return person }
        return Person(
          name: person.name, id: person.id, roles: person.roles.union([.officer]), userIDs: person.userIDs,
          principals: person.principals, owns: person.owns)
      }, operatorGroups: Member.people.operatorGroups)
  }

  /// A refused request of a person with a contact, to be closed.
  private func refused(_ change: (inout DeskScene.Options) -> Void = { _ in }) async throws -> DeskScene {
    var options = DeskScene.Options()
    options.people = Self.people
    options.caseMonths = 24
    change(&options)
    let scene = try await DeskScene(options)
    try await scene.say(
      AddRequest(
        channel: "mail", capacities: [.customer], identifiers: DeskScene.identifiers, text: "secret-word from Ada",
        contact: Self.contact, language: .english), by: .anna)
    try await scene.say(RefuseRequest(request: "1", ground: "not-ours"), by: .bram)
    return scene
  }

  private func close(_ scene: DeskScene, without: Bool? = nil) -> CloseRequest {
    CloseRequest(request: "1", informedOn: scene.clock.today, channel: "phone", withoutCaseFile: without)
  }

  private func forget(_ scene: DeskScene) async throws {
    try await scene.running {
      try await scene.until("the vault entry is gone", moving: false) { try await scene.request().vaultDestroyed }
    }
  }

  /// What the member's machine does with a box: age and his key.
  private func opened(_ scene: DeskScene, _ box: [UInt8], by member: Member) throws -> [UInt8] {
    let key = try #require(DeskKeys.Key(rawValue: member.rawValue))
    return try decrypted(scene, box, identity: scene.keys.path(key))
  }

  private func decrypted(_ scene: DeskScene, _ box: [UInt8], identity: String) throws -> [UInt8] {
    let (file, out) = (scene.folder.appending(path: "box").path, scene.folder.appending(path: "out").path)
    try Data(box).write(to: URL(filePath: file))
    defer { try? FileManager.default.removeItem(atPath: out) }
    try ChildProcess.run(["/usr/bin/age", "-d", "-i", identity, "-o", out, file])
    return Array(try Data(contentsOf: URL(filePath: out)))
  }

  private func bytes(_ text: String) throws -> [UInt8] { try #require(Base64.decode(text)) }

  private func open(_ reason: String = "complaint") -> OpenCaseFile { OpenCaseFile(request: "1", reason: reason) }

  /// The first half, as the member's console opens it.
  private func first(_ scene: DeskScene, by member: Member) async throws {
    let part = try await scene.say(open(), by: member)
    #expect(part.step == 1 && part.content == nil)
    let layer = try opened(scene, try bytes(part.box), by: member)
    try await scene.say(HandCaseFile(request: "1", parts: String(decoding: layer, as: UTF8.self)), by: member)
  }

  private func files(_ scene: DeskScene) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: scene.folder.appending(path: "cases").path)) ?? []
  }

  @Test func `outlives the vault, is opened by any two officers, and by neither alone`() async throws {
    let scene = try await refused()
    let closed = try await scene.say(close(scene), by: .bram)
    #expect(closed.caseFileUntil == scene.clock.today.adding(months: 24))
    let kept = try #require(try await scene.entries(CaseFileKept.kind).first).facts(as: CaseFileKept.self)
    #expect(kept.people == 3 && kept.until == closed.caseFileUntil)
    try await forget(scene)
    let name = try #require(files(scene).first)
    let reference = try await scene.request().request
    #expect(files(scene).count == 1 && name == "\(reference).\(kept.until).case")
    let stored = try Data(contentsOf: scene.folder.appending(path: "cases/\(name)"))
    for words in ["secret-word", "Vries", DeskSystems.email] {
      #expect(!String(decoding: stored, as: UTF8.self).contains(words))
    }

    // Anna takes off her layer: what is in it is for the others, and she can read none of it.
    let part = try await scene.say(open(), by: .anna)
    let layer = try opened(scene, try bytes(part.box), by: .anna)
    let parts = try CanonicalJSON.decode([String: String].self, from: layer)
    #expect(Set(parts.keys) == [Member.bram.id.text, Member.dora.id.text])
    for text in parts.values {
      let inner = try bytes(text)
      #expect(throws: (any Error).self) { try opened(scene, inner, by: .anna) }
    }
    // Nobody gets the content before she has handed it over; Bram would begin anew.
    try await scene.say(HandCaseFile(request: "1", parts: String(decoding: layer, as: UTF8.self)), by: .anna)
    let again = try await scene.refusal(of: open(), by: .anna)
    #expect(again.message.contains("the second half is another person's (bram, dora)"))
    let second = try await scene.say(open("authority"), by: .dora)
    #expect(second.step == 2)
    let secret = try opened(scene, try bytes(second.box), by: .dora)
    let identity = scene.folder.appending(path: "identity").path
    try Data(secret).write(to: URL(filePath: identity))
    let content = try decrypted(scene, try bytes(try #require(second.content)), identity: identity)
    let read = try CanonicalJSON.decode(CaseFileContent.self, from: content)
    #expect(read.contact == Self.contact && read.text == "secret-word from Ada" && read.language == .english)
    #expect(read.identifiers == DeskScene.identifiers)
    let entries = try await scene.entries(CaseFileOpened.kind)
    let facts = try entries.map { try $0.facts(as: CaseFileOpened.self) }
    #expect(facts.map(\.step) == [1, 2] && facts.map(\.reason.rawValue) == ["complaint", "authority"])
    #expect(entries.map(\.by) == [Member.anna.id, Member.dora.id])
    let dossier = try ReadDossier(try await scene.say(MakeDossier(request: "1"), by: .bram))
    #expect(dossier[17].says("case file: name, contact, identifiers, request and letters"))
    #expect(dossier[17].says("any two of 3 officers can open it; until \(kept.until)"))
    #expect(dossier[20].says("kept until \(kept.until)"))
    #expect(dossier[20].says("anna got his part of it on") && dossier[20].says("the content: authority."))
    // Once: the half is forgotten.
    #expect(try await scene.say(open(), by: .dora).step == 1)
    for entry in try await scene.entries() {
      #expect(!String(decoding: entry.encoded(), as: UTF8.self).contains("Vries"))
    }
    try await scene.checkJournal()
  }

  @Test func `half opened is forgotten after a day, and by a daemon that was started again`() async throws {
    let scene = try await refused()
    try await scene.say(close(scene), by: .bram)
    try await first(scene, by: .anna)
    scene.clock.advance(seconds: 86_400)
    #expect(try await scene.say(open(), by: .bram).step == 1)
    let stale = try await scene.refusal(of: HandCaseFile(request: "1", parts: "{}"), by: .anna)
    #expect(stale.reason == .invalid)
    // Chris has a key of another type, which is Hugo's too; the clerk's role does not open.
    #expect(try await scene.refusal(of: open(), by: .chris).message.contains("was not encrypted to your key"))
    #expect(try await scene.refusal(of: open(), by: .erik).reason == .forbidden)
    #expect(try await scene.refusal(of: open("Because of Ada"), by: .bram).reason == .invalid)
  }

  @Test func `needs two officers with keys of their own, else closing says so and needs a choice`() async throws {
    let scene = try await refused { $0.people = Member.people }
    let refusal = try await scene.refusal(of: close(scene), by: .bram)
    #expect(refusal.reason == .refused && refusal.message.contains("1 of the officers have an ssh-ed25519 key"))
    #expect(refusal.message.contains("chris (ecdsa-sha2-nistp256)") && refusal.message.contains("ivo (no valid key)"))
    #expect(try await scene.request().state.word == "refused")
    #expect(
      try await scene.say(ShowStatus(), by: .fred).warnings.contains { $0.hasPrefix("case files cannot be written") })
    #expect(files(scene).isEmpty)
    let closed = try await scene.say(close(scene, without: true), by: .bram)
    #expect(closed.caseFileUntil == nil)
    #expect(try await scene.entries(CaseFileKept.kind).isEmpty)
    #expect(try await scene.refusal(of: open(), by: .bram).message.contains("has no case file"))
    let off = try await refused { $0.caseMonths = nil }
    #expect(try await off.refusal(of: close(off, without: true), by: .bram).reason == .invalid)
    try await off.say(close(off), by: .bram)
  }

  @Test func `a closing that fails after the file was written is closed again, and one file is there`() async throws {
    let refusals = CallCount()
    let scene = try await refused { options in
      options.fault = { drafts in
        drafts.contains { $0.kind == RequestClosed.kind } && refusals.isFirst ? .unavailable("disk-full") : nil
      }
    }
    #expect(try await scene.refusal(of: close(scene), by: .bram).reason == .unavailable)
    #expect(files(scene).count == 1)
    let reference = try await scene.request().request
    #expect(try await scene.vault.contains(reference))
    #expect(try await scene.entries(CaseFileKept.kind).isEmpty)
    scene.clock.advance(days: 1)
    try await scene.say(close(scene), by: .bram)
    #expect(files(scene).count == 1)
    try await first(scene, by: .bram)
  }

  @Test func `that cannot be written leaves nothing half-written`() async throws {
    let scene = try await refused()
    let name = "\(try await scene.request().request).\(scene.clock.today.adding(months: 24)).case"
    try FileManager.default.createDirectory(
      at: scene.folder.appending(path: "cases/\(name)"), withIntermediateDirectories: true)
    #expect(try await scene.refusal(of: close(scene), by: .bram).reason == .unavailable)
    #expect(files(scene) == [name])
  }

  @Test func `is missed by check where the configuration names no folder any more`() async throws {
    let scene = try await refused { $0.caseMonths = nil }
    func line() async throws -> CheckView.Line? {
      try await scene.say(Check(deep: false), by: .fred).lines.first { $0.name == "case files" }
    }
    #expect(try await line() == nil)
    let record = try await scene.request()
    let (about, until) = (EntrySubject(request: record.request), scene.clock.today.adding(months: 24))
    let drafts = [
      try EntryDraft(SubjectInformed(on: scene.clock.today, channel: "phone"), about: about, by: Member.bram.id),
      try EntryDraft(CaseFileKept(until: until, digest: ContentDigest(hashing: [1]), people: 2), about: about),
    ]
    try await scene.journal.append(drafts, to: .request(record.request), expecting: record.revision)
    let missed = try #require(try await line())
    #expect(!missed.healthy && missed.words.contains("kept until \(until)") && missed.words.contains("put it back"))
  }

  @Test func `without age nothing is closed`() async throws {
    let scene = try await refused { $0.agePrograms = "/nowhere" }
    let refusal = try await scene.refusal(of: close(scene), by: .bram)
    #expect(refusal.reason == .unavailable && refusal.message.contains("apt-get install age"))
    #expect(try await scene.request().state.word == "refused")
  }

  @Test func `goes at its end, is logged once also after a crash, and is missed when somebody else took it`()
    async throws
  {
    let scene = try await refused()
    try await scene.say(close(scene), by: .bram)
    let digest = try #require(try await scene.request().caseFile).digest
    scene.clock.set(to: scene.clock.start(of: scene.clock.today.adding(months: 24)))
    let left = scene.folder.appending(path: "cases/\(try #require(files(scene).first)).tmp")
    try Data("half a file".utf8).write(to: left)
    #expect(try await scene.desk.destroyOverdueCaseFiles() == 0, "its last day")
    #expect(files(scene).count == 1, "what a crash left goes")
    #expect(try await scene.say(ShowStatus(), by: .fred).warnings.allSatisfy { !$0.contains("past their last day") })
    scene.clock.advance(days: 1)
    #expect(
      try await scene.say(ShowStatus(), by: .fred).warnings.contains {
        $0.hasPrefix("1 case files are past their last day")
      })
    #expect(try await scene.refusal(of: open(), by: .bram).message.contains("was kept until"))
    #expect(try await scene.desk.destroyOverdueCaseFiles() == 1)
    #expect(files(scene).isEmpty)
    // A crash between the file and its entry leaves the mark: with the entry there, nothing is said twice.
    let mark = scene.folder.appending(path: "cases/\(try await scene.request().request).destroyed")
    try Data("\(digest)".utf8).write(to: mark)
    #expect(try await scene.desk.destroyOverdueCaseFiles() == 0)
    let entries = try await scene.entries(CaseFileDestroyed.kind)
    #expect(try entries.map { try $0.facts(as: CaseFileDestroyed.self).digest } == [digest])
    #expect(files(scene).isEmpty)
    let line = try await scene.say(Check(deep: false), by: .fred).lines.first { $0.name == "case files" }
    #expect(line?.healthy == true)
    let dossier = try ReadDossier(try await scene.say(MakeDossier(request: "1"), by: .bram))
    #expect(!dossier[17].says("case file") && dossier[20].says("The case file was destroyed on"))

    let other = try await refused()
    try await other.say(close(other), by: .bram)
    try FileManager.default.removeItem(at: other.folder.appending(path: "cases"))
    let missed = try await other.say(Check(deep: false), by: .fred).lines.first { $0.name == "case files" }
    #expect(missed?.healthy == false && missed?.words.contains("not in the folder") == true)
  }

  @Test func `is in the log opened by two people, and destroyed once at its end`() async throws {
    let scene = try await refused()
    let request = try await scene.request().request
    func append(_ facts: some EntryFacts, by member: Member?) async throws {
      let draft = try EntryDraft(facts, about: .log, by: member?.id)
      _ = try await scene.journal.append([draft], to: .log, expecting: nil)
    }
    func opened(_ step: Int) -> CaseFileOpened {
      CaseFileOpened(about: request, step: step, reason: FailureCode("complaint"))
    }
    // Before one is kept.
    await #expect(throws: JournalFailure.self) { try await append(opened(1), by: .anna) }
    try await scene.say(close(scene), by: .bram)
    let kept = try #require(try await scene.request().caseFile)
    let destroyed = CaseFileDestroyed(about: request, digest: kept.digest)
    await #expect(throws: JournalFailure.self) { try await append(opened(1), by: nil) }
    await #expect(throws: JournalFailure.self) { try await append(opened(3), by: .anna) }
    await #expect(throws: JournalFailure.self) { try await append(opened(2), by: .anna) }
    try await append(opened(1), by: .anna)
    await #expect(throws: JournalFailure.self) { try await append(opened(2), by: .anna) }
    try await append(opened(2), by: .dora)
    await #expect(throws: JournalFailure.self) { try await append(destroyed, by: nil) }
    scene.clock.set(to: scene.clock.start(of: kept.until))
    let other = CaseFileDestroyed(about: request, digest: ContentDigest(hashing: [1]))
    await #expect(throws: JournalFailure.self) { try await append(other, by: nil) }
    try await append(destroyed, by: nil)
    await #expect(throws: JournalFailure.self) { try await append(destroyed, by: nil) }
    await #expect(throws: JournalFailure.self) { try await append(opened(1), by: .anna) }
    try await scene.checkJournal()
  }

  @Test func `that was lost before its entry is logged by the mark`() async throws {
    let scene = try await refused()
    try await scene.say(close(scene), by: .bram)
    let record = try await scene.request()
    let digest = try #require(record.caseFile).digest
    try FileManager.default.removeItem(at: scene.folder.appending(path: "cases/\(try #require(files(scene).first))"))
    try Data("\(digest)".utf8).write(to: scene.folder.appending(path: "cases/\(record.request).destroyed"))
    scene.clock.set(to: scene.clock.start(of: scene.clock.today.adding(months: 24).adding(days: 1)))
    #expect(try await scene.desk.destroyOverdueCaseFiles() == 0)
    #expect(try await scene.entries(CaseFileDestroyed.kind).count == 1)
    #expect(files(scene).isEmpty)
    try await scene.checkJournal()
  }
}

/// Says of the first call that it is the first.
private final class CallCount: Sendable {
  private let count = Mutex(0)

  var isFirst: Bool {
    count.withLock { count in
      count += 1
      return count == 1
    }
  }
}
