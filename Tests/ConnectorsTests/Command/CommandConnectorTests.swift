import ConnectorKit
import ErasureDomain
import ErasurePlanning
import Foundation
import Glibc
import TestKit
import Testing

@testable import Connectors

/// The connector with the example program of `docs/commands`, and with programs that break the contract.
struct CommandConnectorTests {
  private static let request = "r-" + String(repeating: "01", count: 16)

  private static func question(_ detail: String, _ code: Question.Code = .other, found: Int? = nil) -> ConnectorFailure
  {
    .needsOfficer(Question(code: code, detail: FailureCode(detail), found: found))
  }

  @Test func `tapes that can hold the person get their day, and are seen gone`() async throws {
    let world = try TapeWorld()
    let connector = try world.connector()
    let recorder = NoticeRecorder()
    #expect(
      try await connector.erase(world.order(.tagExpiry), before: recorder)
        == .tagged(until: CompanyOrders.day("2026-04-06")))
    #expect(recorder.effects.first?.effects == [EffectCount(dataset: "backup-set", approved: 2, found: 2, erased: 0)])
    let marks = [
      "T1": "2026-04-03 \(Self.request)", "T2": "2026-04-06 \(Self.request)", "T3": "- ", "W1": "- ",
    ]
    #expect(try world.marks() == marks)
    #expect(try world.cartridges().allSatisfy { $0["shelf"] as? String == "A" })
    _ = try await connector.erase(world.order(.tagExpiry), before: NoticeRecorder())
    #expect(try world.marks() == marks)
    #expect(try await connector.verify(world.order(.tagExpiry)).isClean)

    world.clock.set(to: try CompanyOrders.time("2026-04-07T00:00:00Z"))
    try world.remove(["T1"])
    await #expect(throws: ConnectorFailure.needsOfficer(Question(code: .copyLingers, found: 1))) {
      try await connector.erase(world.order(.confirmExpiry), before: NoticeRecorder())
    }
    try world.remove(["T2"])
    #expect(
      try await connector.erase(world.order(.confirmExpiry), before: NoticeRecorder())
        == .completed([EffectCount(dataset: "backup-set", approved: 0, found: 0, erased: 0)]))
    let look = try await connector.verify(world.order(.confirmExpiry))
    #expect(look.isClean && look.seen == .listing && look.path == FailureCode("command-list-copies"))
  }

  @Test func `a tape that is being written is waited for`() async throws {
    let world = try TapeWorld()
    try world.write([["label": "T9", "system": "crm", "written-from": "2026-03-02T08:00:00Z", "keep-days": 35]])
    await #expect(throws: ConnectorFailure.transient(FailureCode("backup-unfinished"), retryAfterSeconds: 3_600)) {
      try await world.connector().erase(world.order(.tagExpiry), before: NoticeRecorder())
    }
  }

  @Test func `locks, holds and what remains beside the copies are heard`() async throws {
    let world = try TapeWorld()
    func erase(_ verb: JobVerb, copy more: String, remains: String = "") async throws -> ErasureProgress {
      let copy =
        #"{"id":"a","start":"2026-02-27T01:00:00Z","stop":"2026-02-27T01:20:00Z","retention-days":35,"#
        + #""expires":"2026-04-03","requests":["\#(Self.request)"]\#(more)}"#
      let answer = #"{"command":1,"copies":[\#(more == "none" ? "" : copy)]\#(remains)}"#
      return try await world.connector(try world.script("#!/bin/sh\necho '\(answer)'\n"))
        .erase(world.order(verb), before: NoticeRecorder())
    }
    #expect(
      try await erase(.tagExpiry, copy: #","locked-until":"2026-06-01T10:00:00Z""#)
        == .tagged(until: CompanyOrders.day("2026-06-01")))
    world.clock.set(to: try CompanyOrders.time("2026-04-07T00:00:00Z"))
    await #expect(throws: Self.question("locked-until-2026-06-01", .copyLingers, found: 1)) {
      try await erase(.confirmExpiry, copy: #","locked-until":"2026-06-01T10:00:00Z""#)
    }
    await #expect(throws: Self.question("legal-hold", .copyLingers, found: 1)) {
      try await erase(.confirmExpiry, copy: #","held":true"#)
    }
    await #expect(throws: Self.question("unpruned-data", .copyLingers, found: 1)) {
      try await erase(.confirmExpiry, copy: "none", remains: #","remains":"unpruned-data""#)
    }
  }

  @Test(arguments: [
    "", "{", "[]", "{}", #"{"command":2,"copies":[]}"#, #"{"command":1}"#, #"{"command":1,"copies":[{}]}"#,
    #"{"command":1,"copies":[],"more":1}"#, #"{"command":1,"copies":[],"remains":"Ada de Vries"}"#,
    copy(#""id":"a b""#), copy(#""id":"""#), copy(#""id":7"#), copy(#""start":"2026-02-31T01:00:00Z""#),
    copy(#""start":"2026-02-27""#), copy(#""stop":"2026-02-26T01:00:00Z""#), copy(#""retention-days":-1"#),
    copy(#""retention-days":"35""#), copy(#""expires":"soon""#), copy(#""person":"Ada""#), copy(#""held":"yes""#),
    #"{"command":1,"copies":[\#(whole),\#(whole)]}"#,
  ])
  func `an answer that is not exactly as agreed is never an empty one`(answer: String) async throws {
    let world = try TapeWorld()
    let connector = try world.connector(try world.script("#!/bin/sh\necho '\(answer)'\n"))
    for verb in [JobVerb.tagExpiry, .confirmExpiry] {
      await #expect(throws: Self.question("listing-unreadable"), "\(answer)") {
        try await connector.erase(world.order(verb), before: NoticeRecorder())
      }
    }
  }

  private static let whole =
    #"{"id":"a","start":"2026-02-27T01:00:00Z","stop":"2026-02-27T01:20:00Z","retention-days":35}"#

  /// One copy, right but for a member: replaced where it is there, added where not.
  private static func copy(_ member: String) -> String {
    let key = member.prefix { $0 != ":" }
    var members = whole.dropFirst().dropLast().components(separatedBy: ",").filter { !$0.hasPrefix(key + ":") }
    members.append(member)
    return #"{"command":1,"copies":[{\#(members.joined(separator: ","))}]}"#
  }

  @Test func `a program that says it did and did not is not believed`() async throws {
    let world = try TapeWorld()
    // Nothing is written; the day is, and the request is not.
    for (old, new) in [
      ("            write(path, ledger)", "            pass"), ("requests.append(copy[\"request\"])", "pass"),
    ] {
      let lying = try world.program(old, new)
      await #expect(throws: ConnectorFailure.transient(FailureCode("tag-not-seen"), retryAfterSeconds: nil), "\(old)") {
        try await world.connector(lying).erase(world.order(.tagExpiry), before: NoticeRecorder())
      }
    }
    let busy = try world.script("#!/bin/sh\nexit 75\n")
    await #expect(throws: ConnectorFailure.transient(FailureCode("program-exit-75"), retryAfterSeconds: nil)) {
      try await world.connector(busy).verify(world.order(.tagExpiry))
    }
    let failing = try world.script("#!/bin/sh\nexit 3\n")
    await #expect(throws: Self.question("program-exit-3")) {
      try await world.connector(failing).verify(world.order(.tagExpiry))
    }
  }

  @Test func `more copies than fit in one call are marked in several`() async throws {
    let world = try TapeWorld()
    let count = CommandMessages.copiesInCall + 5
    try world.write(
      (0..<count).map {
        [
          "label": "\($0)-" + String(repeating: "x", count: 150), "system": "crm",
          "written-from": "2026-02-27T01:00:00Z", "written-until": "2026-02-27T01:20:00Z", "keep-days": 35,
        ]
      })
    _ = try await world.connector().erase(world.order(.tagExpiry), before: NoticeRecorder())
    let marks = try world.marks()
    #expect(marks.count == count && marks.values.allSatisfy { $0 == "2026-04-03 \(Self.request)" })
  }

  // MARK: Settings

  private func problem(_ kind: String, _ settings: [String: CanonicalJSON], copiesOf: [String] = ["crm"]) throws
    -> String?
  {
    do {
      _ = try StandardConnectors.registry(loops: WebhookConnectorTests.loops).connector(
        for: CompanyOrders.context(
          role: .backup, connector: kind, settings: .object(settings), clock: ManualClock(),
          copiesOf: try copiesOf.map { try CompanyOrders.name($0) }, secrets: ["pass": "x", "two": "a\nb"]))
      return nil
    } catch let problem as SettingsProblem {
      return problem.description
    }
  }

  @Test func `settings that cannot work are named`() throws {
    let program = CanonicalJSON.array([.string("/opt/x")])
    func said(_ settings: [String: CanonicalJSON], _ text: String, copiesOf: [String] = ["crm"]) throws {
      let problem = try problem("command", settings, copiesOf: copiesOf) ?? "none"
      #expect(problem.contains(text), "\(problem)")
    }
    #expect(try problem("command", ["program": program]) == nil)
    try said([:], "program")
    try said(["program": .array([])], "begins with an absolute path")
    try said(["program": .array([.string("tape.py")])], "begins with an absolute path")
    try said(["program": program, "programm": program], "unknown setting; use only program, environment, credentials")
    try said(
      ["program": program, "environment": .object(["PATH": .string("/x")])], "\"PATH\" is no name of a variable")
    try said(["program": program, "environment": .object(["LD_PRELOAD": .string("/x")])], "\"LD_PRELOAD\" is no name")
    try said(["program": program, "environment": .object(["a b": .string("/x")])], "\"a b\" is no name")
    try said(["program": program, "credentials": .object(["A": .string("none")])], "no credential is named \"none\"")
    try said(["program": program, "credentials": .object(["A": .string("two")])], "\"two\" is not one line")
    try said(
      ["program": program, "environment": .object(["A": .string("")]), "credentials": .object(["A": .string("pass")])],
      "name the same variable")
    try said(["program": program], "looks after no system's copies", copiesOf: [])
  }

  @Test func `the example of the contract's page is read and makes a connector`() throws {
    let readMe = try String(contentsOfFile: TapeWorld.readMe, encoding: .utf8)
    let block = try #require(readMe.components(separatedBy: "```yaml\n").dropFirst().first)
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path("o"), withIntermediateDirectories: true)
    try Data((try #require(block.components(separatedBy: "```").first)).utf8)
      .write(to: URL(fileURLWithPath: folder.path("o/tapes.yaml")))
    let record = try #require(try SystemRegister.load(folder: folder.path, organisation: "o").systems.first)
    let context = ConnectorContext(
      record: record, retention: [:], clock: ManualClock(), random: SeededRandom(), folder: folder.path,
      copiesOf: [try CompanyOrders.name("crm")], secrets: FixedSecrets(secrets: ["tape-password": "x"]))
    let connector = try StandardConnectors.registry(loops: WebhookConnectorTests.loops).connector(for: context)
    #expect(connector is CommandConnector)
  }

  // MARK: Contract

  final class Harness: ConnectorHarness {
    let world: TapeWorld
    let connector: any Connector
    let traits = ConnectorTraits(looks: false, records: true, mayClaim: [.listing])
    let identifiers: [SubjectIdentifier] = []
    let faults = [
      ConnectorFaultExpectation(.busy, in: .erase, becomes: .transient),
      ConnectorFaultExpectation(.busy, in: .verify, becomes: .transient),
      ConnectorFaultExpectation(.missing, in: .erase, becomes: .needsOfficer),
      ConnectorFaultExpectation(.missing, in: .verify, becomes: .needsOfficer),
      ConnectorFaultExpectation(.garbled, in: .erase, becomes: .needsOfficer),
      ConnectorFaultExpectation(.garbled, in: .verify, becomes: .needsOfficer),
    ]
    private let lock: Int32
    private let erasedBy: UTCTime
    private let system: SystemName

    init() throws {
      world = try TapeWorld()
      connector = try world.connector()
      erasedBy = try CompanyOrders.time("2026-03-02T09:00:00Z")
      system = try CompanyOrders.name("tapes")
      lock = open(world.ledger + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    }

    deinit { close(lock) }

    func seed() async throws {}

    func otherPeople() async throws -> [String: String] {
      try world.marks().filter { !["T1", "T2"].contains($0.key) }
    }

    func remaining() async throws -> Int {
      let marks = try world.marks()
      return ["T1", "T2"].count { marks[$0]?.hasPrefix("-") == true }
    }

    func breakNext(_ fault: ConnectorFault) async throws {
      switch fault {
      case .busy: #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
      case .missing: try FileManager.default.removeItem(atPath: world.ledger)
      case .garbled: try Data("{".utf8).write(to: URL(fileURLWithPath: world.ledger))
      case .refused, .answerLost: Issue.record("not among the faults of this harness")
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

  @Test func `a program of one's own keeps every promise of a connector`() async throws {
    try await ConnectorContract.check { try Harness() }
  }
}
