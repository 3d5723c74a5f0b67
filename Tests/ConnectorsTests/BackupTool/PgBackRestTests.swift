import ConnectorKit
import ErasureDomain
import Foundation
import PostgresTestKit
import TestKit
import Testing

@testable import Connectors

/// The connector against a real pgBackRest repository of a real PostgreSQL server; named so that it runs with those tests.
struct PostgresPgBackRestTests {
  private static let request = "r-" + String(repeating: "01", count: 16)

  private static func question(_ detail: String, _ code: Question.Code = .other, found: Int? = nil) -> ConnectorFailure
  {
    .needsOfficer(Question(code: code, detail: FailureCode(detail), found: found))
  }

  @Test func `backups and their log, from the erasure to the day on which they are gone`() async throws {
    let world = try await PgBackRestWorld()
    let full = try world.back()
    try world.run(["--set=\(full)", "--annotation=owner=it", "annotate"])
    let increment = try world.back(up: "incr")
    // Both ends are whole seconds, and what begins in the same second could hold the person.
    try await Task.sleep(for: .seconds(1.1))
    let erasedBy = PgBackRestWorld.now
    try await Task.sleep(for: .seconds(1.1))
    let later = try world.back()
    let connector = try world.connector()
    let last = world.clock.today.adding(days: 35)

    let recorder = NoticeRecorder()
    let progress = try await connector.erase(world.order(.tagExpiry, erasedBy: erasedBy), before: recorder)
    guard case .tagged(let until) = progress else {
      Issue.record("\(progress)")
      return
    }
    // Midnight may have passed while the backups were made.
    #expect([last, last.adding(days: 1)].contains(until))
    #expect(recorder.effects.first?.effects == [EffectCount(dataset: "backup-set", approved: 2, found: 2, erased: 0)])
    let notes = try world.backups()
    #expect(notes[full]?["owner"] == "it" && notes[full]?["expunged-request"] == Self.request)
    #expect(notes[increment]?["expunged-expire"] == until.description && notes[later] == [:])
    #expect(try await connector.verify(world.order(.tagExpiry, erasedBy: erasedBy)).isClean)
    _ = try await connector.erase(world.order(.tagExpiry, erasedBy: erasedBy), before: NoticeRecorder())
    #expect(try world.backups() == notes)

    world.clock.set(to: until.adding(days: 1).utcMidnight)
    let order = try world.order(.confirmExpiry, erasedBy: erasedBy)
    await #expect(throws: ConnectorFailure.needsOfficer(Question(code: .copyLingers, found: 2))) {
      try await connector.erase(order, before: NoticeRecorder())
    }
    // The increment goes with its full backup; the log that nothing needs any more stays.
    try world.run(["--set=\(full)", "expire"])
    #expect(try Set(world.backups().keys) == [later])
    await #expect(throws: Self.question("archived-log", .copyLingers, found: 1)) {
      try await connector.erase(order, before: NoticeRecorder())
    }
    #expect(try await connector.verify(order).remaining.first?.erase == 1)
    try world.run(["--repo1-retention-full=1", "--repo1-retention-archive=1", "expire"])
    #expect(
      try await connector.erase(order, before: NoticeRecorder())
        == .completed([EffectCount(dataset: "backup-set", approved: 0, found: 0, erased: 0)]))
    let look = try await connector.verify(order)
    #expect(look.isClean && look.seen == .listing && look.path == FailureCode("pgbackrest-info"))
  }

  @Test func `a backup that is being made is waited for, since its last day is not known`() async throws {
    let world = try await PgBackRestWorld()
    _ = try world.back()
    let connector = try world.connector()
    // A backup waits for a checkpoint that is spread over minutes, unless somebody asks for one at once.
    let database = try await world.server.newDatabase()
    try await database.run("CREATE TABLE much AS SELECT i, repeat('x', 200) FROM generate_series(1, 100000) AS i")
    let making = Task.detached { try world.run(["--type=full", "--no-start-fast", "backup"]) }
    var isWaitedFor = false
    while !isWaitedFor {
      do {
        _ = try await connector.erase(world.order(.tagExpiry, erasedBy: PgBackRestWorld.now), before: NoticeRecorder())
      } catch ConnectorFailure.transient(FailureCode("backup-unfinished"), retryAfterSeconds: 3_600) {
        isWaitedFor = true
      } catch ConnectorFailure.transient(FailureCode("program-exit-50"), retryAfterSeconds: nil) {
        // It began while we were writing.
        continue
      }
      guard try world.backups().count == 1 else { break }
    }
    #expect(isWaitedFor)
    try await database.run("CHECKPOINT")
    _ = try await making.value
    #expect(try world.backups().count == 2)
  }

  @Test func `what pgBackRest cannot read it says with status 0, and it is never an empty listing`() async throws {
    let world = try await PgBackRestWorld()
    let erasedBy = PgBackRestWorld.now
    func failure(_ connector: BackupToolConnector) async throws -> ConnectorFailure? {
      await #expect(throws: ConnectorFailure.self) {
        try await connector.erase(world.order(.confirmExpiry, erasedBy: erasedBy), before: NoticeRecorder())
      }
    }
    #expect(try await failure(world.connector(stanza: "other")) == Self.question("pgbackrest-status-1"))
    #expect(try await failure(world.connector(program: ["/usr/bin/true"])) == Self.question("listing-unreadable"))
    try PgBackRestWorld.own(["/bin/chmod", "000", world.repository + "/backup"])
    let unreadable = ConnectorFailure.transient(FailureCode("pgbackrest-status-99"), retryAfterSeconds: nil)
    #expect(try await failure(world.connector()) == unreadable)
    try PgBackRestWorld.own(["/bin/chmod", "750", world.repository + "/backup"])
    // A stanza without a backup, and without any log.
    #expect(
      try await world.connector().erase(world.order(.confirmExpiry, erasedBy: erasedBy), before: NoticeRecorder())
        == .completed([EffectCount(dataset: "backup-set", approved: 0, found: 0, erased: 0)]))
  }

  // MARK: Contract

  final class Harness: ConnectorHarness {
    let connector: any Connector
    let traits = ConnectorTraits(looks: false, records: true, mayClaim: [.listing])
    let identifiers: [SubjectIdentifier] = []
    let faults = [
      ConnectorFaultExpectation(.missing, in: .erase, becomes: .needsOfficer),
      ConnectorFaultExpectation(.missing, in: .verify, becomes: .needsOfficer),
      ConnectorFaultExpectation(.refused, in: .erase, becomes: .transient),
      ConnectorFaultExpectation(.refused, in: .verify, becomes: .transient),
      ConnectorFaultExpectation(.garbled, in: .erase, becomes: .transient),
      ConnectorFaultExpectation(.garbled, in: .verify, becomes: .transient),
    ]
    private let world: PgBackRestWorld
    private let repository: String
    private let labels: (person: String, other: String)
    private let erasedBy: UTCTime
    private let system: SystemName

    /// A copy of the repository for each clause.
    init(_ world: PgBackRestWorld, person: String, other: String, erasedBy: UTCTime) throws {
      self.world = world
      self.erasedBy = erasedBy
      labels = (person, other)
      repository = world.server.folder + "/copy-\(UUID().uuidString)"
      try PgBackRestWorld.own(["/bin/cp", "-a", world.repository, repository])
      connector = try world.connector(repository: repository)
      system = try CompanyOrders.name("backups")
    }

    func seed() async throws {}

    func otherPeople() async throws -> [String: String]? { try world.backups(in: repository)[labels.other] }

    func remaining() async throws -> Int {
      try world.backups(in: repository)[labels.person]?["expunged-expire"] == nil ? 1 : 0
    }

    func breakNext(_ fault: ConnectorFault) async throws {
      let backups = repository + "/backup"
      switch fault {
      case .missing: try PgBackRestWorld.own(["/bin/rm", "-r", backups])
      case .refused: try PgBackRestWorld.own(["/bin/chmod", "000", backups])
      case .garbled:
        let info = backups + "/main/backup.info"
        try PgBackRestWorld.own(["/bin/sh", "-c", "echo x > \(info); echo x > \(info).copy"])
      case .busy, .answerLost: Issue.record("not among the faults of this harness")
      }
    }

    func searchOrder(identifiers: [SubjectIdentifier]) -> SearchOrder { ConnectorOrders.search(system, identifiers) }

    func erasureOrder(
      identifiers: [SubjectIdentifier], findings: Findings, prepared: PreparedEffect?, remembered: [String: String]
    ) -> ErasureOrder {
      ConnectorOrders.erasure(
        system, identifiers, approving: findings, verb: .tagExpiry, prepared: prepared, remembered: remembered,
        erasedBy: erasedBy)
    }
  }

  @Test func `pgBackRest keeps every promise of a connector`() async throws {
    let world = try await PgBackRestWorld()
    let person = try world.back()
    try await Task.sleep(for: .seconds(1.1))
    let erasedBy = PgBackRestWorld.now
    try await Task.sleep(for: .seconds(1.1))
    let other = try world.back()
    try await ConnectorContract.check { try Harness(world, person: person, other: other, erasedBy: erasedBy) }
  }
}
