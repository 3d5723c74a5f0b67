import ConnectorKit
import ErasureDomain
import Synchronization
import TestKit
import Testing

@testable import Connectors

/// Answers that a store should not give, from a server that gives them.
struct S3AnswerTests {
  private static let modified = "2026-02-27T01:20:00.000Z"

  private static func version(_ key: String, size: String = "1", modified: String = modified) -> String {
    "<Version><Key>\(key)</Key><VersionId>v1</VersionId><LastModified>\(modified)</LastModified><Size>\(size)</Size>"
      + "</Version>"
  }

  private static func listing(_ versions: String, more: String = "<IsTruncated>false</IsTruncated>") -> String {
    "<ListVersionsResult>\(more)\(versions)</ListVersionsResult>"
  }

  private static func error(_ code: String) -> ScriptedCompany.Answer {
    .status(code == "SlowDown" ? 503 : 404, headers: ["Retry-After: 9"], body: "<Error><Code>\(code)</Code></Error>")
  }

  /// Keeps one version and its tags, and answers otherwise where `answer` says so.
  private static func store(
    listing: String = listing(version("crm/a.dump")), keepsTags: Bool = true, keepsRules: Bool = true,
    rules: String = "",
    _ answer: @escaping @Sendable (ScriptedCompany.Call) -> ScriptedCompany.Answer? = { _ in nil }
  ) throws -> ScriptedCompany {
    let tags = Mutex("<Tagging><TagSet/></Tagging>")
    let lifecycle = Mutex(rules)
    return try ScriptedCompany { call in
      if let given = answer(call) { return given }
      let body = String(decoding: call.body, as: UTF8.self)
      switch (call.method, call.target) {
      case (_, let target) where target.contains("object-lock="): return error("NotImplemented")
      case ("GET", let target) where target.contains("tagging="): return .json(tags.withLock { $0 })
      case ("PUT", let target) where target.contains("tagging="):
        if keepsTags { tags.withLock { $0 = body } }
        return .status(200)
      case ("GET", let target) where target.contains("lifecycle="): return .json(lifecycle.withLock { $0 })
      case ("PUT", let target) where target.contains("lifecycle="):
        lifecycle.withLock { rules in
          guard !keepsRules, let first = body.firstRange(of: "<Rule>"), let end = body.firstRange(of: "</Rule>") else {
            rules = body
            return
          }
          rules = String(body[..<first.lowerBound]) + body[end.upperBound...]
        }
        return .status(200)
      default: return .json(listing)
      }
    }
  }

  private func erase(
    _ store: ScriptedCompany, _ verb: JobVerb = .tagExpiry, lifecycle: S3Settings.Lifecycle = .none,
    secrets: [String: String] = SeaweedServer.secrets
  ) async throws -> ErasureProgress {
    let source = ChangingSecret(secrets["s3-secret"])
    let connector = try S3Connector(
      settings: SeaweedBucket.settings(store.url, bucket: "bucket", lifecycle: lifecycle),
      context: CompanyOrders.context(
        secretsFrom: source, role: .backup, connector: "s3", clock: ManualClock(),
        copiesOf: [CompanyOrders.name("crm")]),
      loops: SeaweedBucket.loops)
    if secrets["s3-access"] == nil { source.replace(by: nil) }
    return try await connector.erase(
      CompanyOrders.order(verb: verb, identifiers: [], erasedBy: CompanyOrders.time("2026-03-02T09:00:00Z")),
      before: NoticeRecorder())
  }

  private func failure(
    _ store: ScriptedCompany, _ verb: JobVerb = .tagExpiry, lifecycle: S3Settings.Lifecycle = .none
  ) async throws -> ConnectorFailure? {
    do {
      _ = try await erase(store, verb, lifecycle: lifecycle)
      return nil
    } catch let failure as ConnectorFailure {
      return failure
    }
  }

  private static func refused(_ detail: String) -> ConnectorFailure {
    .needsOfficer(Question(code: .refusedByRecipient, detail: FailureCode(detail)))
  }

  @Test func `a plain store works, and its folders and delete markers are no copies`() async throws {
    let listing = Self.listing(
      Self.version("crm/", size: "0") + Self.version("crm/a.dump") + "<DeleteMarker><Key>crm/b</Key></DeleteMarker>")
    let store = try Self.store(listing: listing)
    #expect(try await erase(store) == .tagged(until: CompanyOrders.day("2026-04-03")))
    #expect(store.calls.count { $0.method == "PUT" } == 1)
    #expect(store.calls.allSatisfy { $0.headers["authorization"]?.hasPrefix("AWS4-HMAC-SHA256 ") == true })
    #expect(!store.calls.contains { $0.method == "HEAD" || $0.method == "DELETE" })
    #expect(store.calls.filter { $0.method == "PUT" }.allSatisfy { $0.headers["content-md5"] != nil })
  }

  @Test(arguments: [
    "", "<html>", "<ListVersionsResult/>", "{}", "<!DOCTYPE a [<!ENTITY b 'c'>]><ListVersionsResult/>",
    listing(version("web/a.dump")), listing(version("crm/a.dump", modified: "yesterday")),
    listing(version("crm/a.dump", size: "-1")), listing("<Version><Key>crm/a</Key></Version>"),
    listing("", more: ""), listing("", more: "<IsTruncated>true</IsTruncated>"),
    listing("", more: "<IsTruncated>true</IsTruncated><NextKeyMarker>crm/a</NextKeyMarker>"),
  ])
  func `a listing that cannot be read is never an empty one`(listing: String) async throws {
    let store = try Self.store(listing: listing)
    #expect(try await failure(store, .confirmExpiry) == Self.refused("malformed-answer"))
    #expect(try await failure(store, .tagExpiry) == Self.refused("malformed-answer"))
    #expect(!store.calls.contains { $0.method == "PUT" })
  }

  @Test func `what the store says becomes a wait or a question`() async throws {
    func failing(_ code: String, on part: String = "versions=") async throws -> ConnectorFailure? {
      try await failure(try Self.store { $0.target.contains(part) ? Self.error(code) : nil })
    }
    #expect(try await failing("SlowDown") == .transient(FailureCode("http-503"), retryAfterSeconds: 9))
    #expect(try await failing("NoSuchBucket") == Self.refused("no-such-bucket"))
    #expect(try await failing("AccessDenied") == Self.refused("access-denied"))
    #expect(try await failing("SignatureDoesNotMatch") == Self.refused("credentials-wrong"))
    #expect(try await failing("PermanentRedirect") == Self.refused("region-wrong"))
    #expect(try await failing("RequestTimeTooSkewed") == Self.refused("clock-differs"))
    #expect(try await failing("Ada de Vries") == Self.refused("http-404"))
    let vanished = ConnectorFailure.transient(FailureCode("set-vanished"), retryAfterSeconds: nil)
    #expect(try await failing("NoSuchVersion", on: "tagging=") == vanished)
    #expect(try await failing("AccessDenied", on: "object-lock=") == Self.refused("access-denied"))
  }

  @Test func `a store that has no set of tags yet is given one`() async throws {
    let isWritten = Atomic(false)
    let store = try Self.store { call in
      if call.method == "PUT" { isWritten.store(true, ordering: .relaxed) }
      let hasTags = isWritten.load(ordering: .relaxed)
      return call.target.contains("tagging=") && !hasTags ? Self.error("NoSuchTagSet") : nil
    }
    #expect(try await erase(store) == .tagged(until: CompanyOrders.day("2026-04-03")))
  }

  @Test func `tags whose answer is lost are unknown, and tags that are not kept are seen not to be there`() async throws
  {
    let lost = try Self.store { $0.method == "PUT" ? .hangUp : nil }
    guard case .outcomeUnknown = try await failure(lost) else {
      Issue.record("not unknown")
      return
    }
    let forgetful = try Self.store(keepsTags: false)
    #expect(try await failure(forgetful) == .transient(FailureCode("tag-not-seen"), retryAfterSeconds: nil))
  }

  @Test func `a secret that is gone is waited for, and is in no failure`() async throws {
    let store = try Self.store()
    await #expect(throws: ConnectorFailure.transient(FailureCode("credential-unusable"), retryAfterSeconds: nil)) {
      try await erase(store, secrets: ["s3-secret": "x"])
    }
    #expect(store.calls.isEmpty)
  }

  @Test func `rules of others that the store loses, or that cannot be kept whole, are a question`() async throws {
    func rules(_ rule: String) -> String { "<LifecycleConfiguration>\(rule)</LifecycleConfiguration>" }
    let foreign = "<Rule><ID>logs</ID><Filter><Prefix>l/</Prefix></Filter><Status>Enabled</Status></Rule>"
    func question(_ detail: String) -> ConnectorFailure {
      .needsOfficer(Question(code: .other, detail: FailureCode(detail)))
    }
    let versions =
      "<Rule><ID>v</ID><Prefix></Prefix><Status>Enabled</Status><NoncurrentVersionExpiration><NoncurrentDays>1"
      + "</NoncurrentDays></NoncurrentVersionExpiration></Rule>"
    let losing = try Self.store(keepsRules: false, rules: rules(foreign + versions))
    #expect(try await failure(losing, lifecycle: .install) == question("lifecycle-changed"))
    for text in [rules("<Rule xmlns=\"x\"></Rule>"), rules(foreign + "<!-- <Rule></Rule> -->"), "<html/>"] {
      let unreadable = try Self.store(rules: text)
      #expect(try await failure(unreadable, lifecycle: .install) == question("lifecycle-unreadable"))
      #expect(!unreadable.calls.contains { $0.method == "PUT" && $0.target.contains("lifecycle") })
    }
    let full = try Self.store(rules: rules(versions + String(repeating: foreign, count: 999)))
    #expect(try await failure(full, lifecycle: .install) == question("lifecycle-full"))
  }
}
