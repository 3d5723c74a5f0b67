import ConnectorKit
import ErasureDomain
import Foundation
import Synchronization
import TestKit
import Testing

@testable import Connectors

/// The connector against real restic repositories.
@Suite(SharedRestic()) struct ResticTests {
  private static let request = "expunged-request=r-" + String(repeating: "01", count: 16)

  private static func question(_ detail: String, _ code: Question.Code = .other, found: Int? = nil) -> ConnectorFailure
  {
    .needsOfficer(Question(code: code, detail: FailureCode(detail), found: found))
  }

  private static func transient(_ code: String) -> ConnectorFailure {
    .transient(FailureCode(code), retryAfterSeconds: nil)
  }

  @Test func `snapshots that can hold the person are tagged, whose ids change, and all else stays`() async throws {
    let world = try ResticWorld()
    let before = try world.snapshots()
    let connector = try world.connector()
    let recorder = NoticeRecorder()
    #expect(
      try await connector.erase(world.order(.tagExpiry), before: recorder)
        == .tagged(until: CompanyOrders.day("2026-04-05")))
    #expect(recorder.effects.first?.effects == [EffectCount(dataset: "backup-set", approved: 2, found: 2, erased: 0)])
    let after = try world.snapshots()
    #expect(after["one"]?.tags == ["owner=it", "expunged-expire=2026-04-03", Self.request])
    #expect(after["two"]?.tags == ["expunged-expire=2026-04-05", Self.request])
    #expect(after["three"] == before["three"])
    #expect(after["one"]?.id != before["one"]?.id && after["one"]?.original == before["one"]?.id)
    let look = try await connector.verify(world.order(.tagExpiry))
    #expect(look.isClean && look.seen == .listing && look.path == FailureCode("restic-snapshots"))
    _ = try await connector.erase(world.order(.tagExpiry), before: NoticeRecorder())
    #expect(try world.snapshots() == after, "tagging again changes nothing")
  }

  @Test func `an earlier day stays, later ones are taken away, and a second request is added`() async throws {
    let world = try ResticWorld()
    let ids = try world.snapshots().mapValues(\.id)
    try world.run([
      "tag", "--add", "expunged-expire=2026-03-10", "--add", "expunged-request=r-1", try #require(ids["one"]),
    ])
    try world.run([
      "tag", "--add", "expunged-expire=2026-09-01", "--add", "expunged-expire=2026-08-01", try #require(ids["two"]),
    ])
    _ = try await world.connector().erase(world.order(.tagExpiry), before: NoticeRecorder())
    let tags = try world.snapshots().mapValues { Set($0.tags ?? []) }
    #expect(tags["one"] == ["owner=it", "expunged-expire=2026-03-10", "expunged-request=r-1", Self.request])
    #expect(tags["two"] == ["expunged-expire=2026-04-05", Self.request])
  }

  @Test func `only snapshots of the host are counted where it is named`() async throws {
    let world = try ResticWorld()
    try world.back(up: "elsewhere", at: "2026-02-27 01:00:00", "--host", "other")
    _ = try await world.connector(host: "crm").erase(world.order(.tagExpiry), before: NoticeRecorder())
    #expect(try world.snapshots()["elsewhere"]?.tags == nil)
    #expect(try world.snapshots()["one"]?.tags?.contains(Self.request) == true)
  }

  @Test func `a forgotten snapshot is gone when its data are pruned, and not before`() async throws {
    let world = try ResticWorld()
    let connector = try world.connector()
    _ = try await connector.erase(world.order(.tagExpiry), before: NoticeRecorder())
    func confirm() async throws -> ErasureProgress {
      try await connector.erase(world.order(.confirmExpiry), before: NoticeRecorder())
    }
    world.clock.set(to: try CompanyOrders.time("2026-04-05T22:00:00Z"))
    await #expect(
      throws: ConnectorFailure.transient(FailureCode("backup-not-expired-yet"), retryAfterSeconds: 7_200)
    ) { try await confirm() }
    world.clock.set(to: try CompanyOrders.time("2026-04-06T00:00:00Z"))
    await #expect(throws: ConnectorFailure.needsOfficer(Question(code: .copyLingers, found: 2))) {
      try await confirm()
    }
    #expect(try await connector.verify(world.order(.confirmExpiry)).remaining.first?.erase == 2)
    for name in ["one", "two"] { try world.run(["forget", try #require(try world.snapshots()[name]).id]) }
    await #expect(throws: Self.question("unpruned-data", .copyLingers, found: 1)) { try await confirm() }
    #expect(try await connector.verify(world.order(.confirmExpiry)).remaining.first?.erase == 1)
    try world.run(["prune", "--max-unused", "0"])
    #expect(try await confirm() == .completed([EffectCount(dataset: "backup-set", approved: 0, found: 0, erased: 0)]))
    #expect(try await connector.verify(world.order(.confirmExpiry)).isClean)
    #expect(Set(try world.snapshots().keys) == ["three"])
  }

  @Test func `status 0 is not believed`() async throws {
    let world = try ResticWorld()
    let lying = try world.script("case \"$*\" in *' tag '*) exit 0;; esac; exec \(ResticWorld.restic) \"$@\"")
    await #expect(throws: Self.transient("tag-not-seen")) {
      try await world.connector(program: lying).erase(world.order(.tagExpiry), before: NoticeRecorder())
    }
    // Somebody else's tagging changes the id in between: restic then says "Ignoring" and 0.
    let racing = try world.script(
      """
      case "$*" in
      *' tag '*) for last; do :; done; \(ResticWorld.restic) --no-cache -q tag --add other=1 $last;;
      esac
      exec \(ResticWorld.restic) "$@"
      """)
    await #expect(throws: Self.transient("tag-not-seen")) {
      try await world.connector(program: racing).erase(world.order(.tagExpiry), before: NoticeRecorder())
    }
    _ = try await world.connector().erase(world.order(.tagExpiry), before: NoticeRecorder())
    #expect(try world.snapshots()["one"]?.tags?.contains(Self.request) == true)
  }

  @Test(arguments: [
    "echo", "echo '{}'", "echo '[{}]'", "echo '[{\"time\": \"yesterday\", \"id\": \"a\"}]'",
    "echo '[{\"time\": \"2026-02-27T01:00:00Z\", \"id\": \"--all\"}]'",
  ])
  func `a listing that cannot be read is never an empty one`(script: String) async throws {
    let world = try ResticWorld()
    let connector = try world.connector(program: try world.script("case \"$*\" in *json) \(script);; esac"))
    for verb in [JobVerb.tagExpiry, .confirmExpiry] {
      await #expect(throws: Self.question("listing-unreadable")) {
        try await connector.erase(world.order(verb), before: NoticeRecorder())
      }
    }
    let silent = try world.script("case \"$*\" in *prune*) echo 'nothing to do';; *json) echo '[]';; esac")
    await #expect(throws: Self.question("prune-unreadable")) {
      try await world.connector(program: silent).erase(world.order(.confirmExpiry), before: NoticeRecorder())
    }
  }

  @Test func `a snapshot that restic leaves out of its listing, with status 0, is missed`() async throws {
    let world = try ResticWorld()
    let path = world.repository + "/snapshots/" + (try #require(try world.snapshots()["one"]).id)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    try Data("garbled".utf8).write(to: URL(fileURLWithPath: path))
    #expect(try Set(world.snapshots().keys) == ["two", "three"], "what restic says")
    for verb in [JobVerb.tagExpiry, .confirmExpiry] {
      await #expect(throws: Self.transient("snapshot-unreadable")) {
        try await world.connector().erase(world.order(verb), before: NoticeRecorder())
      }
    }
  }

  // MARK: Programs

  @Test func `a program gets only the environment that is named, and no secret as an argument`() async throws {
    let world = try ResticWorld()
    let seen = world.folder.path("seen")
    let program = try world.script(
      "/usr/bin/env > \(seen); echo \"$@\" >> \(seen); case \"$*\" in *json) echo '[]';; esac")
    _ = try await world.connector(program: program, more: ["HOME": "/nowhere"]).verify(world.order(.tagExpiry))
    let lines = try String(contentsOfFile: seen, encoding: .utf8).split(separator: "\n").map(String.init)
    let names = Set(lines.dropLast().compactMap { $0.split(separator: "=").first.map(String.init) })
    #expect(
      names.subtracting(["PWD", "_", "SHLVL", "OLDPWD"]) == ["HOME", "PATH", "RESTIC_PASSWORD", "RESTIC_REPOSITORY"])
    #expect(lines.contains("PATH=\(BackupProgram.searchPath)") && lines.contains("RESTIC_PASSWORD=geheim"))
    #expect(lines.last == "--no-cache snapshots --json", "the last of the two calls")
  }

  @Test func `a program that is missing, ends otherwise, says too much or takes too long is named`() async throws {
    let world = try ResticWorld()
    func failure(_ program: [String], seconds: Int64? = nil) async throws -> ConnectorFailure? {
      let order = try world.order(
        .tagExpiry, callDeadline: seconds.map { world.clock.now().adding(seconds: $0) } ?? .distantFuture)
      return await #expect(throws: ConnectorFailure.self) {
        try await world.connector(program: program).verify(order)
      }
    }
    #expect(try await failure(["/nowhere/restic"]) == Self.question("program-not-started"))
    #expect(try await failure(world.script("exit 12")) == Self.question("program-exit-12"))
    #expect(try await failure(world.script("exit 1")) == Self.transient("program-exit-1"))
    #expect(try await failure(world.script("kill -9 $$")) == Self.transient("program-killed"))
    #expect(
      try await failure(world.script("exec head -c 40000000 /dev/zero")) == Self.question("program-output-too-large"))
    #expect(try await failure(world.script("exec sleep 600"), seconds: 3) == Self.transient("program-timed-out"))
    #expect(try await failure(world.script("exit 0"), seconds: 0) == Self.transient("deadline-passed"))
  }

  @Test func `a tagging that is cut off is unknown`() async throws {
    let world = try ResticWorld()
    let program = try world.script("case \"$*\" in *' tag '*) kill -9 $$;; esac; exec \(ResticWorld.restic) \"$@\"")
    await #expect(throws: ConnectorFailure.outcomeUnknown(FailureCode("program-killed"))) {
      try await world.connector(program: program).erase(world.order(.tagExpiry), before: NoticeRecorder())
    }
  }

  // MARK: Contract

  final class Harness: ConnectorHarness {
    let world: ResticWorld
    let connector: any Connector
    let traits = ConnectorTraits(looks: false, records: true, mayClaim: [.listing])
    let identifiers: [SubjectIdentifier] = []
    let faults = [
      // What restic 0.14 says is 1 for everything.
      ConnectorFaultExpectation(.missing, in: .erase, becomes: .transient),
      ConnectorFaultExpectation(.missing, in: .verify, becomes: .transient),
      ConnectorFaultExpectation(.refused, in: .erase, becomes: .transient),
      ConnectorFaultExpectation(.refused, in: .verify, becomes: .transient),
      ConnectorFaultExpectation(.garbled, in: .erase, becomes: .transient),
      ConnectorFaultExpectation(.garbled, in: .verify, becomes: .transient),
    ]
    private let secret = ChangingSecret(ResticWorld.secrets["restic-password"])
    private let erasedBy: UTCTime
    private let system: SystemName

    init() throws {
      world = try ResticWorld()
      connector = try world.connector(secrets: secret)
      erasedBy = try CompanyOrders.time("2026-03-02T09:00:00Z")
      system = try CompanyOrders.name("backups")
    }

    func seed() async throws {}

    func otherPeople() async throws -> ResticWorld.Snapshot? { try world.snapshots()["three"] }

    func remaining() async throws -> Int {
      let snapshots = try world.snapshots()
      return ["one", "two"].count { name in
        !(snapshots[name]?.tags ?? []).contains { $0.hasPrefix("expunged-expire=") }
      }
    }

    func breakNext(_ fault: ConnectorFault) async throws {
      switch fault {
      case .missing: try FileManager.default.removeItem(atPath: world.repository)
      case .refused: secret.replace(by: "wrong")
      case .garbled:
        let snapshots = world.repository + "/snapshots"
        for name in try FileManager.default.contentsOfDirectory(atPath: snapshots) {
          let path = snapshots + "/" + name
          try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
          try Data("garbled".utf8).write(to: URL(fileURLWithPath: path))
        }
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

  @Test func `restic keeps every promise of a connector`() async throws {
    try await ConnectorContract.check { try Harness() }
  }
}
