import ConnectorKit
import ErasureDomain
import ErasurePlanning
import Foundation
import Journal
import OfficerAPI
import OfficerDesk
import TestKit
import Testing

@Suite(.serialized) struct `Where is this person` {
  /// A table that no dataset knows, another that a key leads to, and a note with the address inside.
  private static let unknown = """
    CREATE TABLE newsletter (address TEXT);
    CREATE TABLE session (id INTEGER PRIMARY KEY, contact_id INTEGER REFERENCES contact (id), login TEXT);
    INSERT INTO newsletter VALUES (' ADA.deVries@example.org'), ('bo@example.org'), ('cy@example.org');
    INSERT INTO session VALUES (1, 9, '\(DeskSystems.email)');
    UPDATE activity SET note = 'called \(DeskSystems.email)' WHERE id = 4;
    """

  private func confirmed(_ options: DeskScene.Options = DeskScene.Options()) async throws -> DeskScene {
    let scene = try await DeskScene(options)
    try await scene.add()
    try await scene.confirm()
    return scene
  }

  private func result(
    _ scene: DeskScene, _ call: Discover = Discover(request: "1"), by member: Member = .anna
  ) async throws -> DiscoveryResult {
    try await result(scene, of: try await scene.say(call, by: member), by: member)
  }

  private func result(
    _ scene: DeskScene, of start: Discovery, by member: Member = .anna
  ) async throws -> DiscoveryResult {
    var discovery = start
    while true {
      if let result = discovery.result { return result }
      discovery = try await scene.say(
        DiscoverProgress(search: start.search, after: discovery.step, waitSeconds: 30), by: member)
    }
  }

  @Test func `is answered in numbers, with the lines that would cover what no dataset reaches`() async throws {
    let scene = try await confirmed()
    try scene.systems.run("crm", Self.unknown)
    let result = try await result(scene)
    let crm = try #require(result.systems.first)
    #expect(crm.system == DeskSystems.crm)
    let hits = try #require(crm.findings).hits.map {
      "\($0.table).\($0.column) \($0.exact) \($0.contained) \($0.uncovered)"
    }
    #expect(
      hits == [
        "activity.note 0 1 0", "contact.email 1 0 0", "contact.billing_email 1 0 0", "newsletter.address 1 0 1",
        "session.login 1 0 1",
      ])
    #expect(crm.fragments.map(\.table) == ["newsletter", "session"])
    #expect(crm.fragments[0].text.contains("find: [{email: address}]\n    suffices: [email]"))
    #expect(crm.fragments[1].text.contains("belongs-to: {contact: {contact_id: id}}"))
    #expect(result.systems.map(\.system) == [DeskSystems.crm, DeskSystems.office])
    #expect(result.notSearched == [DeskSystems.sister, DeskSystems.stick])
    #expect(result.isComplete)
  }

  @Test func `is logged before the answer leaves, and no log, entry or answer holds the person`() async throws {
    let scene = try await confirmed()
    try scene.systems.run("crm", Self.unknown)
    _ = try await result(scene)
    let entries = try await scene.entries(LookupMade.kind)
    #expect(entries.map(\.by) == [Member.anna.id])
    let facts = try #require(entries.first).facts(as: LookupMade.self)
    #expect(facts == LookupMade(systems: 2, purpose: "discover", columns: 20, unread: 0, uncovered: 2))
    let entryBytes = try await scene.journal.read { reader in try reader.entryBytes(from: 0, to: try reader.size) }
    let heard = scene.heard.filter { $0.call.hasPrefix("discover") }.map(\.reply.body)
    #expect(heard.count >= 2)
    let said = (entryBytes + heard).map { String(decoding: $0, as: UTF8.self) } + scene.lines.all
    for text in said { #expect(!text.lowercased().contains("ada.devries")) }
    try await scene.checkJournal()
  }

  @Test func `an answer the log does not take is not given`() async throws {
    var options = DeskScene.Options()
    options.fault = { drafts in drafts.contains { $0.kind == LookupMade.kind } ? .full : nil }
    let scene = try await confirmed(options)
    let start = try await scene.say(Discover(request: "1"), by: .anna)
    let refusal = await #expect(throws: Refusal.self) { try await result(scene, of: start) }
    #expect(refusal?.reason == .unavailable)
    #expect(scene.lines.all.contains { $0.contains("a look-up could not be recorded") })
  }

  @Test func `an operator is refused, and that is logged`() async throws {
    let scene = try await confirmed()
    for member in [Member.fred, .erik, .dora] {
      #expect(try await scene.refusal(of: Discover(request: "1"), by: member).reason == .forbidden)
    }
    let denied = try await scene.entries(AccessDenied.kind).map { try $0.facts(as: AccessDenied.self) }
    #expect(denied.map(\.what) == ["discover", "discover", "discover"])
    #expect(scene.systems.crm.sweeps.isEmpty)
  }

  @Test func `nobody is looked for before the request is confirmed, or after it has ended`() async throws {
    let scene = try await DeskScene()
    try await scene.add()
    let early = try await scene.refusal(of: Discover(request: "1"), by: .bram)
    #expect(early.message.contains("received: nobody is looked for; record how identity was established"))
    try await scene.confirm()
    try await scene.say(WithdrawRequest(request: "1"), by: .bram)
    #expect(try await scene.refusal(of: Discover(request: "1"), by: .bram).reason == .refused)
    #expect(scene.systems.crm.sweeps.isEmpty)
    #expect(try await scene.entries(LookupMade.kind).isEmpty)
  }

  @Test func `a request that is withdrawn meanwhile gets no answer, and the look-up is logged`() async throws {
    let scene = try await confirmed()
    let gate = Gate()
    scene.systems.crm.failSweeps(with: nil, at: gate)
    let start = try await scene.say(Discover(request: "1"), by: .anna)
    try await scene.say(WithdrawRequest(request: "1"), by: .anna)
    gate.open()
    let refusal = await #expect(throws: Refusal.self) { try await result(scene, of: start) }
    #expect(refusal?.message.contains("withdrawn: nobody is looked for") == true)
    #expect(try await scene.entries(LookupMade.kind).count == 1)
  }

  @Test func `time and rate have limits`() async throws {
    let scene = try await confirmed()
    for call in [
      Discover(request: "1", minutes: 0), Discover(request: "1", minutes: 61),
      Discover(request: "1", rowsPerSecond: 99), Discover(request: "1", rowsPerSecond: 1_000_001),
    ] {
      #expect(try await scene.refusal(of: call, by: .anna).reason == .invalid)
    }
    _ = try await result(scene, Discover(request: "1", minutes: 6, rowsPerSecond: 700))
    let now = scene.clock.now()
    // The first of two systems may take half of it; what it leaves is for the other.
    #expect(scene.systems.crm.sweeps.map(\.deadline) == [now.adding(seconds: 180)])
    #expect(scene.systems.office.sweeps.map(\.deadline) == [now.adding(seconds: 360)])
    #expect(scene.systems.office.sweeps.map(\.rowsPerSecond) == [700])
  }

  @Test func `a system that cannot be looked into is named, and never called empty`() async throws {
    let scene = try await confirmed()
    scene.systems.office.failSweeps(with: .transient(FailureCode("database-locked"), retryAfterSeconds: nil))
    let result = try await result(scene)
    #expect(result.systems[1].findings == nil && !result.isComplete)
    #expect(result.systems[1].failure == "a system cannot be reached or read now (database-locked); try again")
    let facts = try #require(try await scene.entries(LookupMade.kind).first).facts(as: LookupMade.self)
    #expect(facts.systems == 1 && facts.unread == 1)
  }

  @Test func `only who started it gets the answer, and once`() async throws {
    let scene = try await confirmed()
    let start = try await scene.say(Discover(request: "1"), by: .anna)
    let call = DiscoverProgress(search: start.search, after: 0, waitSeconds: 0)
    #expect(try await scene.refusal(of: call, by: .bram).reason == .notFound)
    _ = try await result(scene, of: start)
    #expect(try await scene.refusal(of: call, by: .anna).message.contains("no such search under way"))
  }

  @Test func `one request is looked for once at a time, and two at most`() async throws {
    let scene = try await confirmed()
    for number in 2...3 {
      try await scene.add()
      try await scene.confirm(number)
    }
    let gate = Gate()
    scene.systems.crm.failSweeps(with: nil, at: gate)
    let first = try await scene.say(Discover(request: "1"), by: .anna)
    #expect(first.progress.map(\.done) == [false, false])
    #expect(try await scene.refusal(of: Discover(request: "1"), by: .bram).reason == .refused)
    let second = try await scene.say(Discover(request: "2"), by: .bram)
    #expect(try await scene.refusal(of: Discover(request: "3"), by: .bram).reason == .refused)
    gate.open()
    _ = try await result(scene, of: first)
    _ = try await result(scene, of: second, by: .bram)
    _ = try await result(scene, Discover(request: "3"))
    #expect(try await scene.entries(LookupMade.kind).count == 3)
  }

  @Test func `entries that come in between do not keep it out of the log`() async throws {
    let scene = try await confirmed()
    let gate = Gate()
    scene.systems.crm.failSweeps(with: nil, at: gate)
    let start = try await scene.say(Discover(request: "1"), by: .bram)
    try await scene.draft()
    gate.open()
    _ = try await result(scene, of: start, by: .bram)
    let made = try await scene.entries(LookupMade.kind).map { try $0.facts(as: LookupMade.self).purpose }
    #expect(made == ["plan", "discover"])
  }

  @Test func `a search that nobody waits for is stopped, and logged all the same`() async throws {
    let scene = try await confirmed()
    let gate = Gate()
    scene.systems.crm.failSweeps(with: nil, at: gate)
    _ = try await scene.say(Discover(request: "1"), by: .anna)
    scene.clock.advance(seconds: 121)
    gate.open()
    while try await scene.entries(LookupMade.kind).isEmpty { await Task.yield() }
    let facts = try #require(try await scene.entries(LookupMade.kind).first).facts(as: LookupMade.self)
    #expect(facts.systems == 0 && facts.unread == 2)
    #expect(scene.systems.office.sweeps.isEmpty)
    _ = try await result(scene)
  }

  // MARK: The last look

  private func swept() async throws -> DeskScene {
    var options = DeskScene.Options()
    options.lastLook = .sweep
    let scene = try await DeskScene(options)
    try await scene.approved()
    return scene
  }

  @Test func `where the register says so, the last look sees rows no dataset knows`() async throws {
    let scene = try await swept()
    // A table that a key leads to would have kept the plan from running.
    try scene.systems.run("crm", Self.unknown.replacing("REFERENCES contact (id)", with: ""))
    try await scene.running {
      try await scene.untilOnlyTheStickWaits()
      try await scene.attestStick()
      try await scene.until("the look sees her") { try await !scene.request().findings.isEmpty }
      #expect(try await scene.request().findings == [FindingOpened(system: DeskSystems.crm, remaining: 2)])
      #expect(scene.notices.contains { $0.hasPrefix("seen-again r-") })
      // One of the two goes; the other is lawful to keep, an officer says.
      try scene.systems.run("crm", "DELETE FROM newsletter")
      try await scene.say(AnswerTask(task: "1", answer: .lawful), by: .bram)
      try await scene.until("concluded") { try await scene.request().state == .concluded }
    }
    #expect(scene.systems.crm.sweeps.allSatisfy { !$0.prefersReplica && $0.identifiers.count == 2 })
    #expect(scene.systems.office.sweeps.isEmpty)
    try await scene.checkJournal()
  }

  @Test func `a last look that could not see everything concludes nothing`() async throws {
    let scene = try await swept()
    try await scene.running {
      try await scene.untilOnlyTheStickWaits()
      scene.systems.crm.failSweeps(with: .transient(FailureCode("database-locked"), retryAfterSeconds: nil))
      try await scene.attestStick()
      try await scene.until("it was tried twice") { scene.systems.crm.sweeps.count > 1 }
      #expect(try await scene.entries(PlanConcluded.kind).isEmpty)
      scene.systems.crm.failSweeps(with: nil)
      try await scene.until("concluded") { try await scene.request().state == .concluded }
    }
  }

  // MARK: Drafts

  @Test func `the file of a database is proposed from the database, to all but auditors and operators`() async throws {
    let scene = try await DeskScene()
    try scene.systems.run("crm", Self.unknown)
    for member in [Member.fred, .erik] {
      #expect(try await scene.refusal(of: DraftRegister(system: "crm"), by: member).reason == .forbidden)
    }
    #expect(try await scene.entries(AccessDenied.kind).count == 2)
    let drafted = try await scene.say(DraftRegister(system: "crm"), by: .dora)
    #expect(drafted.datasets == 4)
    #expect(!drafted.text.lowercased().contains("ada"))
    let folder = scene.folder.appending(path: "plans/o")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(drafted.text.utf8).write(to: folder.appending(path: "crm.yaml"))
    let register = try SystemRegister.load(folder: scene.folder.appending(path: "plans").path, organisation: "o")
    #expect(register.systems[0].datasets.map(\.name) == ["contact", "newsletter", "session", "activity"])
  }

  @Test func `only a database of the register can be drafted`() async throws {
    let scene = try await DeskScene()
    #expect(try await scene.refusal(of: DraftRegister(system: "stick"), by: .anna).reason == .refused)
    let missing = try await scene.refusal(of: DraftRegister(system: "shop"), by: .anna)
    #expect(missing.message == "the register has no system \"shop\"; there are crm, office, sister, stick")
    #expect(
      try await scene.refusal(of: DraftRegister(system: "Ada <a@b.nl>"), by: .anna).message.contains("(not shown)"))
  }
}
