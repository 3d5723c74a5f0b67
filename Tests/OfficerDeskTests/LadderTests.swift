import ConnectorKit
import Correspondence
import ErasureDomain
import Foundation
import Journal
import OfficerAPI
import OfficerDesk
import Synchronization
import TestKit
import Testing

@Suite(.serialized) struct `A ladder of alarms` {
  /// Officers with an address; Hugo has none. Bram is away on these days.
  private static func people(away days: ClosedRange<CivilDate>? = nil) -> People {
    let persons = Member.people.persons.map { person in
      Person(
        name: person.name, id: person.id, roles: person.roles, userIDs: person.userIDs, principals: person.principals,
        owns: person.owns, mail: person.name == "hugo" ? nil : MailAddress("\(person.name)@office.example"),
        absent: person.name == "bram" ? days.map { [$0] } ?? [] : [])
    }
    return People(persons: persons, operatorGroups: [Member.operators])
  }

  private static let steps = [
    AlarmLadder.Step(who: [Member.bram.id], afterHours: 0), AlarmLadder.Step(who: [Member.chris.id], afterHours: 24),
    AlarmLadder.Step(who: [Member.hugo.id], afterHours: 72),
  ]

  /// A request whose work-to date is near since 12 March.
  private func near(
    at time: String = "2026-03-12T00:00:00Z", away days: ClosedRange<CivilDate>? = nil
  ) async throws -> DeskScene {
    let scene = try await DeskScene(
      .init(people: Self.people(away: days), ladder: AlarmLadder([.deadlineNear: Self.steps])))
    try await scene.add()
    scene.clock.set(to: try #require(UTCTime(time)))
    #expect(try await scene.desk.raiseAlarms().count == 1)
    return scene
  }

  @Test func `tells one step after the other, each once, also by a daemon that was started again`() async throws {
    let scene = try await near()
    let reference = try await scene.request().request
    #expect(try await scene.climb() == ["bram@office.example"])
    #expect(try await scene.climb() == [])
    scene.clock.advance(seconds: 24 * 3_600 - 1)
    #expect(try await scene.climb() == [])
    scene.clock.advance(seconds: 1)
    #expect(try await scene.climb() == ["chris@office.example"])
    scene.clock.advance(seconds: 48 * 3_600)
    #expect(try await scene.climb() == ["deadline-near \(reference) hugo"])
    scene.clock.advance(days: 2)
    #expect(try await scene.climb() == [])
    let sent = try await scene.entries(AlarmSent.kind).map { try $0.facts(as: AlarmSent.self) }
    #expect(sent.map(\.step) == [1, 2, 3] && sent.map(\.person) == [Member.bram.id, Member.chris.id, Member.hugo.id])
    #expect(sent.map(\.proof.rawValue) == ["smtp-250", "smtp-250", "notice"])
    #expect(sent.map(\.queue) == ["4XyzAb12", "4XyzAb12", nil] && sent.allSatisfy { $0.about == reference.text })
    let mail = String(decoding: scene.postbox.mails[0].message, as: UTF8.self)
    #expect(mail.contains("request 1: its work-to date is near") && !mail.contains(DeskSystems.email))
    try await scene.checkJournal()
  }

  @Test func `is told after a standstill too, and a step that came late leaves the next its whole distance`()
    async throws
  {
    let scene = try await near(at: "2026-03-16T09:00:00Z")
    #expect(try await scene.climb() == ["bram@office.example"])
    scene.clock.advance(seconds: 24 * 3_600 - 1)
    #expect(try await scene.climb() == [])
    scene.clock.advance(seconds: 1)
    #expect(try await scene.climb() == ["chris@office.example"])
  }

  @Test func `skips who is absent, the next stands in at once, and he is told when he is back`() async throws {
    let day = try #require(CivilDate("2026-03-12"))
    let scene = try await near(away: day...day.adding(days: 1))
    #expect(try await scene.climb() == ["chris@office.example"])
    scene.clock.advance(days: 1)
    #expect(try await scene.climb() == [])
    scene.clock.advance(days: 1)
    #expect(try await scene.climb() == ["bram@office.example"])
  }

  @Test func `keeps what was not taken for the next round, and writes no entry of it`() async throws {
    let scene = try await near()
    scene.postbox.next(.answered(451, queue: nil))
    let first = try await scene.desk.climbLadders(post: scene.post) { _, _, _ in }
    #expect(first.told == 0 && first.failed == 1)
    #expect(try await scene.entries(AlarmSent.kind).isEmpty)
    #expect(try await scene.climb() == ["bram@office.example"])
  }

  @Test func `ends when what waits is dealt with, and the log forgets it`() async throws {
    let scene = try await DeskScene(
      .init(people: Self.people(), ladder: AlarmLadder([:], usual: Self.steps)))
    try await scene.proposed()
    scene.clock.set(to: try #require(UTCTime("2026-03-05T00:00:00Z")).adding(seconds: -1))
    #expect(try await scene.climb() == [])
    scene.clock.advance(seconds: 1)
    #expect(try await scene.climb() == ["bram@office.example"])
    #expect(try await scene.alarms().map(\.code.rawValue) == ["plan-waits"])
    try await scene.approve(by: .bram)
    try await scene.approve(by: .chris)
    scene.clock.advance(days: 2)
    #expect(try await scene.climb() == [])
    let other = AlarmSent(
      code: FailureCode("erased-is-back"), about: "crm", since: scene.clock.now(), step: 1, person: Member.bram.id,
      proof: FailureCode("notice"))
    try await scene.journal.append([try EntryDraft(other, about: .log)], to: .log, expecting: nil)
    #expect(try await scene.alarms().map(\.about) == ["crm"])
    try await scene.checkJournal()
  }

  @Test func `is refused by the log where it repeats itself or says more than a code`() async throws {
    let scene = try await near()
    _ = try await scene.climb()
    let sent = try #require(try await scene.entries(AlarmSent.kind).first).facts(as: AlarmSent.self)
    var (named, queued) = (sent, sent)
    named.about = "Ada de Vries"
    queued.step = 2
    queued.queue = "queued for ada@example.org"
    for facts in [sent, named, queued] {
      await #expect(throws: JournalFailure.self) {
        try await scene.journal.append([try EntryDraft(facts, about: .log)], to: .log, expecting: nil)
      }
    }
  }
}

@Suite(.serialized) struct `Who can approve` {
  private func warnings(_ scene: DeskScene) async throws -> [String] {
    try await scene.say(ShowStatus(), by: .bram).warnings
  }

  private func unhealthy(_ scene: DeskScene) async throws -> [String] {
    try await scene.say(Check(deep: false), by: .bram).lines.filter { !$0.healthy && $0.name != "anchors" }.map(\.name)
  }

  @Test func `is nobody's worry while two officers have a key each`() async throws {
    let scene = try await DeskScene()
    #expect(try await !warnings(scene).contains { $0.contains("approve") || $0.contains("key") })
    #expect(try await unhealthy(scene) == [])
  }

  @Test func `is too few when one is absent and the others share a key`() async throws {
    let today = ManualClock().today
    // Hugo is listed with the key of Chris, Ivo's has ended.
    let persons = Member.people.persons.map { person in
      Person(
        name: person.name, id: person.id, roles: person.roles, userIDs: person.userIDs, principals: person.principals,
        absent: person.name == "bram" ? [today...today] : [])
    }
    let scene = try await DeskScene(.init(people: People(persons: persons)))
    #expect(try await warnings(scene).contains { $0.hasPrefix("fewer than two people may approve plans: 2 ") })
    #expect(try await unhealthy(scene) == ["approvers"])
    scene.clock.advance(days: 1)
    #expect(try await unhealthy(scene) == [])
  }

  @Test func `is warned of sixty days before a key ends`() async throws {
    let scene = try await DeskScene()
    let end = scene.clock.today.adding(days: 61)
    let text = end.description.filter { $0 != "-" }
    try await scene.adopt(
      signers: try Member.signers(scene.keys).replacing("20260101Z", with: "\(text)Z"))
    #expect(try await unhealthy(scene) == [])
    scene.clock.advance(days: 1)
    #expect(try await warnings(scene).contains { $0.contains("the key of ivo") && $0.contains("ends on \(end)") })
    #expect(try await unhealthy(scene) == ["keys"])
    scene.clock.advance(days: 62)
    #expect(try await unhealthy(scene) == [])
  }

  @Test func `has a plan that waits over two working days on the first screen`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    scene.clock.set(to: try #require(UTCTime("2026-03-05T00:00:00Z")).adding(seconds: -1))
    #expect(try await !warnings(scene).contains { $0.contains("waits for signatures") })
    scene.clock.advance(seconds: 1)
    #expect(try await warnings(scene).contains { $0.hasPrefix("the plan of request 1 waits for signatures") })
    #expect(try await unhealthy(scene) == ["plans"])
    try await scene.approve(by: .bram)
    #expect(try await unhealthy(scene) == ["plans"])
    try await scene.approve(by: .chris)
    #expect(try await unhealthy(scene) == [])
  }
}

extension DeskScene {
  var post: LetterOffice.Post { LetterOffice.Post(sender: postbox, from: Postbox.address) }

  /// Who was told: the addresses of mails, and the arguments of the notice command.
  func climb() async throws -> [String] {
    let before = postbox.mails.count
    let calls = Mutex<[String]>([])
    _ = try await desk.climbLadders(post: post) { code, reference, name in
      calls.withLock { $0.append("\(code) \(reference) \(name)") }
    }
    return postbox.mails.dropFirst(before).map(\.to) + calls.withLock { $0 }
  }

  func alarms() async throws -> [AlarmStanding] {
    try await journal.read { reader in try reader.log().alarms ?? [] }
  }
}
