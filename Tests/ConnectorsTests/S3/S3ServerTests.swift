import ConnectorKit
import ErasureDomain
import Foundation
import HTTPTransport
import Synchronization
import TestKit
import Testing

@testable import Connectors

/// The connector against a real S3 server that checks signatures, keeps versions and locks, and expires by rules.
@Suite(.serialized, SharedSeaweed()) struct S3ServerTests {
  static let request = "r-" + String(repeating: "01", count: 16)

  private func day(_ bucket: SeaweedBucket, _ days: Int) -> CivilDate { bucket.clock.today.adding(days: days) }

  // MARK: Tagging

  @Test func `every version that can hold the person is tagged, and all else stays`() async throws {
    let bucket = try await SharedSeaweed.bucket("every-version")
    try await bucket.enableVersions()
    try await bucket.put("crm/a.dump", "one")
    try await bucket.put("crm/a.dump", "two")
    try await bucket.write(
      "tagging", key: "crm/a.dump", "<Tagging><TagSet><Tag><Key>o:w=/+</Key><Value>i t</Value></Tag></TagSet></Tagging>"
    )
    try await bucket.put("crm/gone.dump", "x")
    try await bucket.delete("crm/gone.dump")
    try await bucket.put("web/a.dump", "x")
    let connector = try bucket.connector()
    let recorder = NoticeRecorder()
    let progress = try await connector.erase(bucket.order(.tagExpiry), before: recorder)
    #expect(progress == .tagged(until: day(bucket, 35)))
    #expect(recorder.effects.first?.effects == [EffectCount(dataset: "backup-set", approved: 3, found: 3, erased: 0)])
    let ours = ["expunged-expire": day(bucket, 35).description, "expunged-request": Self.request]
    let tags = try await bucket.tags()
    let newest = try #require(try await bucket.versions(of: "crm/a.dump").first)
    #expect(tags.count == 4)
    for (name, tags) in tags {
      switch name {
      case "crm/a.dump \(newest)": #expect(tags == ours.merging(["o:w=/+": "i t"]) { one, _ in one })
      case _ where name.hasPrefix("crm/"): #expect(tags == ours, "\(name)")
      default: #expect(tags == [:], "\(name)")
      }
    }
    let look = try await connector.verify(bucket.order(.tagExpiry))
    #expect(look.isClean && look.voucher == .us && look.seen == .listing && look.path == FailureCode("s3-versions"))
    #expect(try await connector.erase(bucket.order(.tagExpiry), before: NoticeRecorder()) == progress)
    #expect(try await bucket.tags() == tags)
  }

  @Test func `keys of any characters are signed and sent as they are`() async throws {
    let bucket = try await SharedSeaweed.bucket("any-characters")
    let keys = [
      "crm/d=1/x", "crm/a+b", "crm/æøå/日本", "crm/q'(1)!*", "crm/pct%41", "crm/semi;colon:x,y&z", "crm/sp ace",
      "crm/<[br]{ac}|>",
      "crm/@\"^`~#?x=1",
    ]
    for key in keys { try await bucket.put(key, "x") }
    _ = try await bucket.connector().erase(bucket.order(.tagExpiry), before: NoticeRecorder())
    let tags = try await bucket.tags()
    #expect(Set(tags.keys) == Set(keys.map { "\($0) null" }))
    #expect(tags.values.allSatisfy { $0["expunged-request"] == Self.request })
  }

  @Test func `a listing of more than one page is read to its end`() async throws {
    let bucket = try await SharedSeaweed.bucket("many-pages")
    let count = S3Store.pageSize + 7
    try await withThrowingTaskGroup(of: Void.self) { group in
      for part in 0..<16 {
        group.addTask {
          for number in stride(from: part, to: count, by: 16) { try await bucket.put("crm/\(number).dump", "x") }
        }
      }
      try await group.waitForAll()
    }
    let seen = try await bucket.connector().verify(bucket.order(.confirmExpiry)).remaining.first?.erase
    #expect(seen == count)
  }

  @Test func `a backup that began after the erasure is not touched, one that may have begun before is`() async throws {
    let bucket = try await SharedSeaweed.bucket("began-after")
    try await bucket.put("crm/a.dump", "x")
    let connector = try bucket.connector()
    let long = try bucket.order(.tagExpiry, secondsAgo: 3 * 3_600)
    #expect(
      try await connector.erase(long, before: NoticeRecorder())
        == .tagged(until: bucket.clock.day(of: try #require(long.erasedBy))))
    #expect(try await bucket.tags() == ["crm/a.dump null": [:]])
    _ = try await connector.erase(bucket.order(.tagExpiry, secondsAgo: 3_600), before: NoticeRecorder())
    #expect(try await bucket.tags()["crm/a.dump null"]?["expunged-request"] == Self.request)
  }

  @Test func `an earlier day stays, a later one is brought forward, and a full tag of requests is enough`() async throws
  {
    let bucket = try await SharedSeaweed.bucket("earlier-day")
    let (early, late) = (day(bucket, 3), day(bucket, 90))
    let others = (0..<7).map { "r-\($0)" + String(repeating: "9", count: 31) }.joined(separator: " ")
    for (key, day, requests) in [("crm/early", early, "r-1"), ("crm/late", late, "r-1"), ("crm/full", early, others)] {
      try await bucket.put(key, "x")
      try await bucket.write(
        "tagging", key: key,
        "<Tagging><TagSet><Tag><Key>expunged-expire</Key><Value>\(day)</Value></Tag><Tag><Key>expunged-request</Key>"
          + "<Value>\(requests)</Value></Tag></TagSet></Tagging>")
    }
    let connector = try bucket.connector()
    #expect(
      try await connector.erase(bucket.order(.tagExpiry), before: NoticeRecorder()) == .tagged(until: day(bucket, 35)))
    let tags = try await bucket.tags()
    #expect(
      tags["crm/early null"] == ["expunged-expire": early.description, "expunged-request": "r-1 " + Self.request])
    #expect(tags["crm/late null"]?["expunged-expire"] == day(bucket, 35).description)
    #expect(tags["crm/full null"] == ["expunged-expire": early.description, "expunged-request": others])
    #expect(try await connector.verify(bucket.order(.tagExpiry)).isClean)
  }

  @Test func `a version with nine tags of others is a question, and nothing is written`() async throws {
    let bucket = try await SharedSeaweed.bucket("nine-tags")
    try await bucket.put("crm/a.dump", "x")
    try await bucket.put("crm/b.dump", "x")
    let nine = (1...9).map { "<Tag><Key>k\($0)</Key><Value>v</Value></Tag>" }.joined()
    try await bucket.write("tagging", key: "crm/b.dump", "<Tagging><TagSet>\(nine)</TagSet></Tagging>")
    let question = ConnectorFailure.needsOfficer(Question(code: .other, detail: FailureCode("no-room-for-tags")))
    await #expect(throws: question) {
      try await bucket.connector().erase(bucket.order(.tagExpiry), before: NoticeRecorder())
    }
    let tags = try await bucket.tags()
    #expect(tags["crm/a.dump null"] == [:] && tags["crm/b.dump null"]?.count == 9)
  }

  // MARK: Confirming

  @Test func `a version behind a delete marker lingers, and gone it is confirmed`() async throws {
    let bucket = try await SharedSeaweed.bucket("delete-marker")
    try await bucket.enableVersions()
    try await bucket.put("crm/a.dump", "one")
    let connector = try bucket.connector()
    _ = try await connector.erase(bucket.order(.tagExpiry), before: NoticeRecorder())
    let order = try bucket.order(.confirmExpiry)
    await #expect(throws: ConnectorFailure.self) { try await connector.erase(order, before: NoticeRecorder()) }
    bucket.clock.advance(days: 36)
    try await bucket.delete("crm/a.dump")
    #expect(try await bucket.send("HEAD", key: "crm/a.dump").status == 404, "a HEAD would say that it is gone")
    await #expect(throws: ConnectorFailure.needsOfficer(Question(code: .copyLingers, found: 1))) {
      try await connector.erase(order, before: NoticeRecorder())
    }
    #expect(try await connector.verify(order).remaining.first?.erase == 1)
    let version = try #require(try await bucket.versions(of: "crm/a.dump").first)
    try await bucket.delete("crm/a.dump", version: version)
    let recorder = NoticeRecorder()
    let progress = try await connector.erase(order, before: recorder)
    #expect(progress == .completed([EffectCount(dataset: "backup-set", approved: 0, found: 0, erased: 0)]))
    #expect(recorder.events == ["record"])
    #expect(try await connector.verify(order).isClean)
  }

  @Test func `a locked version is tagged, and the day is that on which its lock ends`() async throws {
    let bucket = try await SharedSeaweed.bucket("locked", isLockable: true)
    try await bucket.put("crm/a.dump", "x")
    let version = try #require(try await bucket.versions(of: "crm/a.dump").first)
    func lock(days: Int) async throws {
      try await bucket.write(
        "retention", key: "crm/a.dump", version: version,
        "<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>\(day(bucket, days))T12:00:00Z</RetainUntilDate></Retention>"
      )
    }
    try await lock(days: 60)
    let connector = try bucket.connector()
    #expect(
      try await connector.erase(bucket.order(.tagExpiry), before: NoticeRecorder()) == .tagged(until: day(bucket, 60)))
    #expect(try await bucket.tags()["crm/a.dump \(version)"]?["expunged-expire"] == day(bucket, 60).description)
    #expect(try await connector.verify(bucket.order(.tagExpiry)).isClean)
    #expect(try await bucket.send("DELETE", key: "crm/a.dump", [("versionId", version)]).status == 403)
    // Somebody locks it for longer: its tag is never put off, and on its day a person is told why it is there.
    let (order, until) = (try bucket.order(.confirmExpiry), day(bucket, 90))
    try await lock(days: 90)
    bucket.clock.advance(days: 61)
    let question = Question(code: .copyLingers, detail: FailureCode("locked-until-\(until)"), found: 1)
    await #expect(throws: ConnectorFailure.needsOfficer(question)) {
      try await connector.erase(order, before: NoticeRecorder())
    }
    #expect(try await connector.verify(bucket.order(.confirmExpiry)).remaining.first?.erase == 1)
  }

  @Test func `a version with a legal hold has no later day, and lingers with that reason`() async throws {
    let bucket = try await SharedSeaweed.bucket("held", isLockable: true)
    try await bucket.put("crm/a.dump", "x")
    let version = try #require(try await bucket.versions(of: "crm/a.dump").first)
    try await bucket.write(
      "legal-hold", key: "crm/a.dump", version: version, "<LegalHold><Status>ON</Status></LegalHold>")
    let connector = try bucket.connector()
    let order = try bucket.order(.confirmExpiry)
    #expect(
      try await connector.erase(bucket.order(.tagExpiry), before: NoticeRecorder()) == .tagged(until: day(bucket, 35)))
    bucket.clock.advance(days: 36)
    let question = Question(code: .copyLingers, detail: FailureCode("legal-hold"), found: 1)
    await #expect(throws: ConnectorFailure.needsOfficer(question)) {
      try await connector.erase(order, before: NoticeRecorder())
    }
  }

  // MARK: Lifecycle

  private static let foreign =
    "<Rule><ID>logs</ID><Filter><Prefix>logs/</Prefix></Filter><Status>Enabled</Status><Expiration><Days>30</Days>"
    + "</Expiration></Rule>"

  private func configuration(_ rules: String) -> String {
    "<LifecycleConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\(rules)</LifecycleConfiguration>"
  }

  @Test func `a rule is installed beside others', and the server removes the tagged set by it`() async throws {
    let bucket = try await SharedSeaweed.bucket("installed")
    try await bucket.put("crm/a.dump", "x")
    try await bucket.put("other/a.dump", "x")
    try await bucket.write("lifecycle", configuration(Self.foreign))
    let connector = try bucket.connector(retentionDays: 0, lifecycle: .install)
    let today = bucket.clock.today
    #expect(try await connector.erase(bucket.order(.tagExpiry), before: NoticeRecorder()) == .tagged(until: today))
    let rules = try await bucket.text("lifecycle")
    #expect(rules.contains(Self.foreign) && rules.contains("<Date>\(today)T00:00:00.000Z</Date>"))
    _ = try await connector.erase(bucket.order(.tagExpiry), before: NoticeRecorder())
    #expect(try await bucket.text("lifecycle") == rules, "installed once")
    try bucket.server.runLifecycle()
    bucket.clock.advance(days: 1)
    #expect(Set(try await bucket.tags().keys) == ["other/a.dump null"])
    let progress = try await connector.erase(bucket.order(.confirmExpiry), before: NoticeRecorder())
    #expect(progress == .completed([EffectCount(dataset: "backup-set", approved: 0, found: 0, erased: 0)]))
  }

  @Test func `with check a missing rule is a question, and one by age or by tag is enough`() async throws {
    let bucket = try await SharedSeaweed.bucket("checked")
    try await bucket.put("crm/a.dump", "x")
    let connector = try bucket.connector(lifecycle: .check)
    let question = ConnectorFailure.needsOfficer(Question(code: .other, detail: FailureCode("lifecycle-rule-missing")))
    func tag() async throws {
      _ = try await connector.erase(bucket.order(.tagExpiry), before: NoticeRecorder())
    }
    await #expect(throws: question) { try await tag() }
    let day = day(bucket, 35)
    func rule(_ filter: String, _ expiration: String, status: String = "Enabled") -> String {
      "<Rule><ID>x</ID><Filter>\(filter)</Filter><Status>\(status)</Status><Expiration>\(expiration)</Expiration></Rule>"
    }
    let tagged = "<Tag><Key>expunged-expire</Key><Value>\(day)</Value></Tag>"
    for wrong in [
      rule("<Prefix>crm/</Prefix>", "<Days>35</Days>"), rule("<Prefix>crm/b</Prefix>", "<Days>3</Days>"),
      rule("<Prefix></Prefix>", "<Days>3</Days>", status: "Disabled"),
      rule("<And><Prefix>crm/</Prefix><Tag><Key>a</Key><Value>b</Value></Tag></And>", "<Days>3</Days>"),
      rule(tagged, "<Date>\(day.adding(days: 1))T00:00:00Z</Date>"),
    ] {
      try await bucket.write("lifecycle", configuration(wrong))
      await #expect(throws: question, "\(wrong)") { try await tag() }
    }
    for right in [
      rule("<Prefix>crm/</Prefix>", "<Days>34</Days>"), rule("<Prefix></Prefix>", "<Days>1</Days>"),
      rule(tagged, "<Date>\(day)T00:00:00Z</Date>"),
      rule("<And><Prefix>c</Prefix>\(tagged)</And>", "<Date>\(day)T00:00:00Z</Date>"),
    ] {
      try await bucket.write("lifecycle", configuration(right))
      await #expect(throws: Never.self, "\(right)") { try await tag() }
      #expect(try await bucket.text("lifecycle").contains(right), "checking changes no rule")
    }
  }

  @Test func `where the bucket keeps versions a rule must remove those too`() async throws {
    let bucket = try await SharedSeaweed.bucket("versions-stay")
    try await bucket.enableVersions()
    try await bucket.put("crm/a.dump", "x")
    let connector = try bucket.connector(lifecycle: .install)
    let question = ConnectorFailure.needsOfficer(Question(code: .other, detail: FailureCode("lifecycle-versions-stay")))
    await #expect(throws: question) {
      try await connector.erase(bucket.order(.tagExpiry), before: NoticeRecorder())
    }
    try await bucket.write(
      "lifecycle",
      configuration(
        "<Rule><ID>old</ID><Filter><Prefix></Prefix></Filter><Status>Enabled</Status><NoncurrentVersionExpiration>"
          + "<NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration></Rule>"))
    _ = try await connector.erase(bucket.order(.tagExpiry), before: NoticeRecorder())
    let rules = try await bucket.text("lifecycle")
    #expect(rules.contains("<ID>old</ID>") && rules.contains("<ID>expunged-expire-\(day(bucket, 35))</ID>"))
  }

  // MARK: Contract

  final class Harness: ConnectorHarness {
    let bucket: SeaweedBucket
    let connector: any Connector
    let traits = ConnectorTraits(looks: false, records: true, mayClaim: [.listing])
    let identifiers: [SubjectIdentifier] = []
    let faults = [
      ConnectorFaultExpectation(.missing, in: .erase, becomes: .needsOfficer),
      ConnectorFaultExpectation(.missing, in: .verify, becomes: .needsOfficer),
      ConnectorFaultExpectation(.refused, in: .erase, becomes: .needsOfficer),
      ConnectorFaultExpectation(.refused, in: .verify, becomes: .needsOfficer),
    ]
    private let secrets = Secrets()
    private let erasedBy: UTCTime
    private let system: SystemName

    /// The right secret until it is taken for another.
    final class Secrets: SecretSource {
      let isWrong = Mutex(false)

      func secret(_ name: String) -> [UInt8]? {
        if name == "s3-secret", isWrong.withLock({ $0 }) { return Array("wrong".utf8) }
        return SeaweedServer.secrets[name].map { Array($0.utf8) }
      }
    }

    init(_ number: Int) async throws {
      bucket = try await SharedSeaweed.bucket("contract-\(number)")
      connector = try bucket.connector(secrets: secrets)
      erasedBy = UTCTime(secondsSince1970: Int64(Date().timeIntervalSince1970) + 60)
      system = try CompanyOrders.name("backups")
    }

    func seed() async throws {
      for key in ["crm/a.dump", "crm/b.dump", "web/a.dump"] { try await bucket.put(key, "x") }
    }

    func otherPeople() async throws -> [String: [String: String]] { try await bucket.tags(prefix: "web/") }

    func remaining() async throws -> Int {
      try await bucket.tags(prefix: "crm/").values.count { $0["expunged-expire"] == nil }
    }

    func breakNext(_ fault: ConnectorFault) async throws {
      switch fault {
      case .missing:
        for key in ["crm/a.dump", "crm/b.dump", "web/a.dump"] { try await bucket.delete(key) }
        #expect(try await bucket.send("DELETE").status == 204)
      case .refused: secrets.isWrong.withLock { $0 = true }
      case .busy, .garbled, .answerLost: Issue.record("not among the faults of this harness")
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

  @Test func `s3 keeps every promise of a connector`() async throws {
    let number = Atomic(0)
    try await ConnectorContract.check {
      try await Harness(number.add(1, ordering: .relaxed).newValue)
    }
  }
}
