import ConnectorKit
import Connectors
import ErasureDomain
import Foundation
import Glibc
import TestKit
import Testing

struct BackupCatalogueConnectorTests {
  /// A folder with a catalogue that goes with the value.
  final class Scratch: Sendable {
    let folder: String
    var path: String { folder + "/backups.json" }

    init(_ text: String? = nil) throws {
      let parent = FileManager.default.temporaryDirectory
      folder = parent.appendingPathComponent("catalogue-" + UUID().uuidString).path
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      if let text { try write(text) }
    }

    deinit {
      do {
        try FileManager.default.removeItem(atPath: folder)
      } catch {
        Issue.record("cannot remove \(folder): \(error)")
      }
    }

    func write(_ text: String) throws { try text.write(toFile: path, atomically: true, encoding: .utf8) }

    func tags() throws -> [String: [String: String]] {
      let tree = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
      var tags: [String: [String: String]] = [:]
      for set in (tree as? [String: Any])?["sets"] as? [[String: Any]] ?? [] {
        tags[set["id"] as? String ?? "?"] = set["tags"] as? [String: String] ?? [:]
      }
      return tags
    }
  }

  static let request = "r-" + String(repeating: "01", count: 16)

  /// Two sets that can hold the person, one of another system, one begun after the erasure.
  static let catalogue = """
    {"tool": {"name": "nightly", "version": 3, "ratio": 0.5, "none": null}, "sets": [
     {"id": "crm-1", "system": "crm", "start": "2026-02-27T01:00:00Z", "stop": "2026-02-27T01:20:00Z",
      "retention-days": 35, "tags": {"owner": "it"}, "bytes": 123456789012},
     {"id": "crm-2", "system": "crm", "start": "2026-03-01T23:50:00Z", "stop": "2026-03-02T00:20:00Z",
      "retention-days": 35},
     {"id": "web-1", "system": "web", "start": "2026-02-27T01:00:00Z", "stop": "2026-02-27T01:20:00Z",
      "retention-days": 35, "tags": {}},
     {"id": "crm-3", "system": "crm", "start": "2026-03-02T12:00:00Z", "stop": "2026-03-02T12:20:00Z",
      "retention-days": 35, "tags": {}}]}
    """

  let clock = ManualClock()

  private func connector(_ scratch: Scratch) throws -> BackupCatalogueConnector {
    try BackupCatalogueConnector(
      settings: BackupCatalogueSettings(catalogue: "backups.json"),
      context: CompanyOrders.context(
        role: .backup, clock: clock, folder: scratch.folder, copiesOf: [CompanyOrders.name("crm")]))
  }

  private func order(_ verb: JobVerb, erasedBy: String = "2026-03-02T09:00:00Z") throws -> ErasureOrder {
    try CompanyOrders.order(verb: verb, identifiers: [], erasedBy: CompanyOrders.time(erasedBy))
  }

  private func tag(_ scratch: Scratch) async throws -> ErasureProgress {
    try await connector(scratch).erase(order(.tagExpiry), before: NoticeRecorder())
  }

  @Test func `the newest set that was complete before an erasure is what it can be undone from`() async throws {
    let scratch = try Scratch(Self.catalogue)
    let connector = try connector(scratch)
    func newest(_ time: String) async throws -> KnownCopy? {
      try await connector.newestCopy(completeBefore: CompanyOrders.time(time), deadline: .distantFuture)
    }
    #expect(
      try await newest("2026-03-02T09:00:00Z")
        == KnownCopy(complete: CompanyOrders.time("2026-03-02T00:20:00Z"), lastDay: CivilDate("2026-04-06")))
    // The set of that night was still being made.
    #expect(try await newest("2026-03-02T00:10:00Z")?.complete == CompanyOrders.time("2026-02-27T01:20:00Z"))
    #expect(try await newest("2026-02-26T00:00:00Z") == nil)
    try scratch.write("{")
    await #expect(throws: ConnectorFailure.permanent(FailureCode("catalogue-malformed"))) {
      try await newest("2026-03-02T09:00:00Z")
    }
  }

  @Test func `sets that can hold the person get date and request, and all else stays`() async throws {
    let scratch = try Scratch(Self.catalogue)
    let recorder = NoticeRecorder()
    let progress = try await connector(scratch).erase(order(.tagExpiry), before: recorder)
    #expect(progress == .tagged(until: try CompanyOrders.day("2026-04-06")))
    let tags = try scratch.tags()
    #expect(tags["crm-1"] == ["owner": "it", "expunged-expire": "2026-04-03", "expunged-request": Self.request])
    #expect(tags["crm-2"] == ["expunged-expire": "2026-04-06", "expunged-request": Self.request])
    #expect(tags["web-1"] == [:] && tags["crm-3"] == [:])
    let text = try String(contentsOfFile: scratch.path, encoding: .utf8)
    #expect(text.contains("\"ratio\" : 0.5") && text.contains("\"none\" : null") && text.contains("123456789012"))
    #expect(recorder.effects.first?.effects == [EffectCount(dataset: "backup-set", approved: 2, found: 2, erased: 0)])
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder) == ["backups.json"])
  }

  @Test func `an earlier date stays, a later one is brought forward, and a second request is added`() async throws {
    let scratch = try Scratch(
      """
      {"sets": [
       {"id": "a", "system": "crm", "start": "2026-02-27T01:00:00Z", "stop": "2026-02-27T01:20:00Z",
        "retention-days": 35, "tags": {"expunged-expire": "2026-03-10", "expunged-request": "r-1 r-2"}},
       {"id": "b", "system": "crm", "start": "2026-02-27T01:00:00Z", "stop": "2026-02-27T01:20:00Z",
        "retention-days": 35, "tags": {"expunged-expire": "2026-09-01"}}]}
      """)
    #expect(try await tag(scratch) == .tagged(until: try CompanyOrders.day("2026-04-03")))
    let tags = try scratch.tags()
    #expect(tags["a"] == ["expunged-expire": "2026-03-10", "expunged-request": "r-1 r-2 " + Self.request])
    #expect(tags["b"]?["expunged-expire"] == "2026-04-03")
  }

  @Test func `a set that began in the very second of the erasure can hold the person, one a second later cannot`()
    async throws
  {
    func set(_ id: String, _ start: String) -> String {
      #"{"id": "\#(id)", "system": "crm", "start": "\#(start)", "stop": "2026-03-02T10:00:00Z", "retention-days": 35}"#
    }
    let sets = [set("same", "2026-03-02T09:00:00Z"), set("next", "2026-03-02T09:00:01Z")]
    let scratch = try Scratch(#"{"sets": [\#(sets.joined(separator: ","))]}"#)
    _ = try await tag(scratch)
    let tags = try scratch.tags()
    #expect(tags["same"]?["expunged-request"] == Self.request && tags["next"] == [:])
  }

  @Test func `tagging again changes no byte and answers the same`() async throws {
    let scratch = try Scratch(Self.catalogue)
    let first = try await tag(scratch)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: scratch.path))
    #expect(try await tag(scratch) == first)
    #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.path)) == bytes)
  }

  @Test func `verify reads the file again and sees a tag that is not there`() async throws {
    let scratch = try Scratch(Self.catalogue)
    let connector = try connector(scratch)
    #expect(try await connector.verify(order(.tagExpiry)).remaining.first?.erase == 2)
    _ = try await tag(scratch)
    let look = try await connector.verify(order(.tagExpiry))
    #expect(look.isClean && look.voucher == .us && look.seen == .listing && look.path == FailureCode("catalogue"))
    let text = try String(contentsOfFile: scratch.path, encoding: .utf8)
    try scratch.write(text.replacingOccurrences(of: "2026-04-06", with: "2026-05-06"))
    #expect(try await connector.verify(order(.tagExpiry)).remaining.first?.erase == 1, "the date was put off")
  }

  @Test func `a set that was listed after the tagging is still waited for`() async throws {
    let scratch = try Scratch(#"{"sets": []}"#)
    #expect(try await tag(scratch) == .tagged(until: try CompanyOrders.day("2026-03-02")))
    try scratch.write(Self.catalogue)
    clock.set(to: try CompanyOrders.time("2026-04-07T08:00:00Z"))
    #expect(try await connector(scratch).verify(order(.confirmExpiry)).remaining.first?.erase == 2)
  }

  @Test func `on its last day a set may be there, after it it is a question, and gone it is confirmed`() async throws {
    let scratch = try Scratch(Self.catalogue)
    _ = try await tag(scratch)
    let connector = try connector(scratch)
    clock.set(to: try CompanyOrders.time("2026-04-06T22:00:00Z"))
    await #expect(
      throws: ConnectorFailure.transient(FailureCode("backup-not-expired-yet"), retryAfterSeconds: 7_200)
    ) { try await connector.erase(order(.confirmExpiry), before: NoticeRecorder()) }
    clock.set(to: try CompanyOrders.time("2026-04-07T00:00:00Z"))
    await #expect(throws: ConnectorFailure.needsOfficer(Question(code: .copyLingers, found: 2))) {
      try await connector.erase(order(.confirmExpiry), before: NoticeRecorder())
    }
    #expect(try await connector.verify(order(.confirmExpiry)).remaining.first?.erase == 2)
    try scratch.write(#"{"sets": []}"#)
    let recorder = NoticeRecorder()
    let progress = try await connector.erase(order(.confirmExpiry), before: recorder)
    #expect(progress == .completed([EffectCount(dataset: "backup-set", approved: 0, found: 0, erased: 0)]))
    #expect(recorder.events == ["record"])
    let look = try await connector.verify(order(.confirmExpiry))
    #expect(look.isClean && look.seen == .listing && look.voucher == .us)
  }

  @Test func `a catalogue that cannot be read is never an empty one`() async throws {
    let scratch = try Scratch()
    func failure(_ verb: JobVerb) async throws -> ConnectorFailure? {
      await #expect(throws: ConnectorFailure.self) { try await connector(scratch).verify(order(verb)) }
    }
    #expect(try await failure(.confirmExpiry) == .permanent(FailureCode("catalogue-missing")))
    let set = #"{"id": "a", "system": "crm", "start": "2026-02-27T01:00:00Z", "retention-days": 35}"#
    let malformed = [
      "", "[]", "{}", #"{"sets": {}}"#, #"{"sets": [1]}"#, #"{"sets": ["#,
      #"{"sets": [{"id": "a"}]}"#, #"{"sets": [\#(set.replacingOccurrences(of: "02-27", with: "02-31"))]}"#,
      #"{"sets": [\#(set.replacingOccurrences(of: "35", with: "-1"))]}"#,
      #"{"sets": [\#(set.replacingOccurrences(of: "35", with: "\"35\""))]}"#,
    ]
    for text in malformed {
      try scratch.write(text)
      #expect(try await failure(.confirmExpiry) == .permanent(FailureCode("catalogue-malformed")), "\(text)")
    }
    try scratch.write(#"{"sets": [\#(set)]}"#)
    await #expect(throws: ConnectorFailure.transient(FailureCode("backup-unfinished"), retryAfterSeconds: 3_600)) {
      try await tag(scratch)
    }
  }

  @Test func `a locked catalogue is tried again later and stays as it is`() async throws {
    let scratch = try Scratch(Self.catalogue)
    let other = open(scratch.path, O_RDONLY)
    defer { close(other) }
    #expect(flock(other, LOCK_EX) == 0)
    let locked = ConnectorFailure.transient(FailureCode("catalogue-locked"), retryAfterSeconds: nil)
    await #expect(throws: locked) { try await tag(scratch) }
    await #expect(throws: locked) { try await connector(scratch).verify(order(.tagExpiry)) }
    #expect(try String(contentsOfFile: scratch.path, encoding: .utf8) == Self.catalogue)
  }

  @Test func `nothing is tagged when the intent cannot be recorded, or the erasure's time is missing`() async throws {
    let scratch = try Scratch(Self.catalogue)
    let full = ConnectorFailure.transient(FailureCode("journal-full"), retryAfterSeconds: nil)
    await #expect(throws: full) {
      try await connector(scratch).erase(order(.tagExpiry), before: NoticeRecorder(failing: full))
    }
    await #expect(throws: ConnectorFailure.self) {
      try await connector(scratch).erase(CompanyOrders.order(verb: .tagExpiry), before: NoticeRecorder())
    }
    await #expect(throws: ConnectorFailure.permanent(FailureCode("verb-not-supported"))) {
      try await connector(scratch).erase(order(.erase), before: NoticeRecorder())
    }
    #expect(try String(contentsOfFile: scratch.path, encoding: .utf8) == Self.catalogue)
  }

  @Test func `two daemons that tag at the same time lose no request`() async throws {
    let scratch = try Scratch(Self.catalogue)
    let references = (1...12).map { RequestReference(bytes: Array(repeating: UInt8($0), count: 16)) }
    let orders = try references.map { reference in
      let one = try order(.tagExpiry)
      return ErasureOrder(
        request: reference, job: one.job, system: one.system, verb: one.verb, ground: one.ground,
        receivedOn: one.receivedOn, identifiers: [], roots: [], leftOut: [], approved: [], margin: one.margin,
        followUps: [], deadline: one.deadline, callDeadline: .distantFuture, idempotencyKey: one.idempotencyKey,
        prepared: nil, blind: one.blind,
        remembered: [:], kept: nil, erasedBy: one.erasedBy)
    }
    let connectors = try orders.map { _ in try connector(scratch) }
    await withTaskGroup(of: Void.self) { group in
      for (order, connector) in zip(orders, connectors) {
        group.addTask {
          // A lock that is held is the engine's to try again; here at once.
          while true {
            do {
              _ = try await connector.erase(order, before: NoticeRecorder())
              return
            } catch ConnectorFailure.transient {
              await Task.yield()
            } catch {
              Issue.record("\(error)")
              return
            }
          }
        }
      }
    }
    let tagged = Set(try scratch.tags()["crm-1"]?["expunged-request"]?.split(separator: " ").map(String.init) ?? [])
    #expect(tagged == Set(references.map(\.text)))
  }

  @Test func `settings without a file or without systems are refused`() throws {
    let scratch = try Scratch()
    #expect(throws: SettingsProblem.self) {
      try BackupCatalogueConnector(
        settings: BackupCatalogueSettings(catalogue: ""),
        context: CompanyOrders.context(clock: clock, folder: scratch.folder, copiesOf: [CompanyOrders.name("crm")]))
    }
    #expect(throws: SettingsProblem.self) {
      try BackupCatalogueConnector(
        settings: BackupCatalogueSettings(catalogue: "backups.json"),
        context: CompanyOrders.context(clock: clock, folder: scratch.folder))
    }
  }
}
