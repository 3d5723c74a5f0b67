import ConnectorKit
import Connectors
import ErasureDomain
import EvidenceLog
import Foundation
import Synchronization
import TestKit
import Testing

/// The walk through `erasure-notice/1` with companies that keep it, and with each that breaks one promise.
@Suite(.timeLimit(.minutes(5))) struct RecipientTestTests {
  typealias Step = RecipientCheck.Step

  enum Breach: String, CaseIterable {
    case believesForged, believesChanged, believesOld, refusesNotice, redirects, hidesResource, namesForeignResource
    case forgetsNotice, namesOtherResource, readsFirstSignatureOnly, showsResourceToAnybody, answersNonsense
    case staysInProgress, erasesSomebodyElse, denies, givesNoReceipt, signsAnotherNotice, refusesReminder
    case refusesWithdrawal
  }

  private static let issuer = "https://sister.example"

  private let clock = ManualClock()
  private let order: RecipientTestOrder

  init() {
    let patience = clock.now().adding(seconds: 120)
    order = Self.order(until: patience) { nil }
  }

  private static func order(
    until patience: UTCTime, call: @escaping @Sendable () async -> IncomingCall?
  ) -> RecipientTestOrder {
    RecipientTestOrder(
      request: RequestReference(bytes: Array(repeating: 1, count: 16)),
      job: JobReference(bytes: Array(repeating: 2, count: 16)),
      forged: JobReference(bytes: Array(repeating: 3, count: 16)),
      identifiers: [SubjectIdentifier(kind: .email, value: "expunged-test-0@example.invalid")],
      blind: String(repeating: "A", count: 43), deadline: patience, patience: patience, call: call)
  }

  private func connector(
    _ url: String, theirs: String? = nil, keys: Bool = true, role: SystemRole = .recipient
  ) throws -> WebhookConnector {
    let signer = try #require(ReceiptSigner(issuer: Self.issuer, seed: Array(0..<32)))
    let key = try JSONDecoder().decode(ReceiptJWK.self, from: Data(signer.jwk.utf8))
    return try WebhookConnector(
      settings: WebhookSettings(
        endpoint: url + "/erasure", secret: "ours", theirSecret: theirs, isInternal: true,
        receiptKeys: keys ? [key] : [], receiptIssuer: Self.issuer),
      context: CompanyOrders.context(
        role: role, identifiers: [.email], clock: clock,
        secrets: ["ours": CompanyOrders.secret, "theirs": "whsec_" + Base64.encode([UInt8](repeating: 9, count: 32))],
        publicURL: "https://erasure.example.nl"), loops: WebhookConnectorTests.loops)
  }

  /// The walk, with a clock that goes on whenever somebody waits for it.
  private func walk(_ connector: WebhookConnector, _ order: RecipientTestOrder) async -> [RecipientCheck] {
    let clock = clock
    let turning = Task {
      while !Task.isCancelled {
        if let wake = clock.nextWake { clock.set(to: wake) }
        try? await Task.sleep(for: .milliseconds(2))
      }
    }
    let checks = await connector.test(order)
    turning.cancel()
    await turning.value
    return checks
  }

  private func failed(_ checks: [RecipientCheck]) -> [String] {
    checks.filter { $0.result == .failed }.map { "\($0.step.rawValue) \($0.detail?.description ?? "")" }
  }

  @Test func `a company that keeps the contract passes every step that is asked of it`() async throws {
    let company = try ContractCompany(issuer: Self.issuer, clock: clock, secret: CompanyOrders.secret)
    let checks = await walk(try connector(company.url), order)
    #expect(checks.map(\.step) == Step.allCases)
    #expect(failed(checks) == [])
    #expect(checks.filter { $0.result == .notApplicable }.map(\.step) == [.callsBack])
    #expect(checks.count { $0.result == .passed } == Step.allCases.count - 1)
    // It was told that this is a test, and about nobody.
    let bodies = company.calls.map { String(decoding: $0.body, as: UTF8.self) }
    #expect(bodies.contains { $0.contains(#""test":true"#) && $0.contains("example.invalid") })
    #expect(bodies.allSatisfy { !$0.contains("ada") })
  }

  @Test func `a company that is busy at first, or slow, passes in time`() async throws {
    let company = try ContractCompany(
      issuer: Self.issuer, clock: clock, secret: CompanyOrders.secret, busyCalls: 3, questionsUntilDone: 4)
    #expect(failed(await walk(try connector(company.url), order)) == [])
  }

  @Test(arguments: Breach.allCases) func `a broken promise is named`(_ breach: Breach) async throws {
    let expected: [Breach: [String]] = [
      .believesForged: ["refuses-forged http-202"], .believesChanged: ["refuses-changed http-202"],
      .believesOld: ["refuses-old http-202"], .refusesNotice: ["takes-notice http-422"],
      .redirects: ["takes-notice http-307"], .hidesResource: ["takes-notice accepted-without-location"],
      .namesForeignResource: ["takes-notice foreign-location"],
      .forgetsNotice: ["takes-repeated http-404", "takes-second-signature http-404"],
      .namesOtherResource: ["takes-repeated other-location", "takes-second-signature other-location"],
      .readsFirstSignatureOnly: ["takes-second-signature http-401"],
      .showsResourceToAnybody: ["status-refuses-forged http-200"],
      .answersNonsense: [
        "status-answers malformed-status", "final-answer malformed-status", "gives-receipt malformed-status",
      ],
      .staysInProgress: ["final-answer no-final-word-in-time", "gives-receipt no-final-word-in-time"],
      .erasesSomebodyElse: ["final-answer erased-somebody-else"], .denies: ["final-answer denied-other"],
      .givesNoReceipt: ["gives-receipt no-receipt"], .signsAnotherNotice: ["gives-receipt receipt-of-another-notice"],
      .refusesReminder: ["takes-reminder http-422"], .refusesWithdrawal: ["takes-cancellation http-422"],
    ]
    let company = try ContractCompany(
      issuer: Self.issuer, clock: clock, secret: CompanyOrders.secret, breach: breach)
    let checks = await walk(try connector(company.url), order)
    #expect(failed(checks) == expected[breach])
    // What cannot be tried without a notice is not called passed.
    if failed(checks).first?.hasPrefix("takes-notice") == true {
      #expect(checks.filter { $0.result == .notTried }.count == Step.allCases.count - 4)
    }
  }

  @Test func `a company that cannot be reached has not passed`() async throws {
    let company = try ScriptedCompany(.hangUp)
    let url = company.url
    company.close()
    let checks = await walk(try connector(url), order)
    #expect(failed(checks).allSatisfy { $0.hasSuffix("could-not-connect") || $0.hasSuffix("connection-lost") })
    #expect(checks.allSatisfy { $0.result == .failed || $0.result == .notTried })
  }

  @Test func `of a controller without a resource no answer is awaited, of a processor one is`() async throws {
    for (role, expected) in [(SystemRole.recipient, []), (.processor, ["final-answer nobody-confirms"])] {
      let company = try ContractCompany(
        issuer: Self.issuer, clock: clock, secret: CompanyOrders.secret, hasResource: false)
      #expect(failed(await walk(try connector(company.url, keys: false, role: role), order)) == expected)
    }
  }

  @Test func `a company that is to call must call, and its word counts`() async throws {
    let company = try ContractCompany(
      issuer: Self.issuer, clock: clock, secret: CompanyOrders.secret, hasResource: false)
    let connector = try connector(company.url, theirs: "theirs", keys: false)
    #expect(
      failed(await walk(connector, order)) == ["final-answer no-final-word-in-time", "calls-back no-call-in-time"])
    let job = order.job.text
    func calling(_ status: String) -> RecipientTestOrder {
      let body = #"{"type":"erasure.status","data":{"job_id":"\#(job)","status":"\#(status)"}}"#
      return Self.order(until: clock.now().adding(seconds: 60)) { IncomingCall(headers: [:], body: Array(body.utf8)) }
    }
    #expect(failed(await walk(connector, calling("no_match"))) == [])
    #expect(failed(await walk(connector, calling("denied"))) == ["final-answer denied-other"])
  }
}

/// A company that keeps `erasure-notice/1`, but for one breach.
private final class ContractCompany: Sendable {
  private struct State {
    var notices: [String: String] = [:]
    var posts = 0
    var questions = 0
    var busy: Int
  }

  private final class Memory: Sendable {
    let state: Mutex<State>
    init(busy: Int) { state = Mutex(State(busy: busy)) }
  }

  private let company: ScriptedCompany

  var url: String { company.url }
  var calls: [ScriptedCompany.Call] { company.calls }

  init(
    issuer: String, clock: ManualClock, secret: String, breach: RecipientTestTests.Breach? = nil, busyCalls: Int = 0,
    questionsUntilDone: Int = 1, hasResource: Bool = true
  ) throws {
    guard let key = WebhookSecret(text: Array(secret.utf8)),
      let signer = ReceiptSigner(issuer: issuer, seed: Array(0..<32))
    else { throw FixtureProblem(text: "no secret") }
    let memory = Memory(busy: busyCalls)
    company = try ScriptedCompany { call in
      memory.state.withLock { state in
        guard Self.believes(call, &state, key, clock, breach) else { return .status(401) }
        if state.busy > 0 {
          state.busy -= 1
          return .status(503, "Retry-After: 2")
        }
        return call.method == "GET"
          ? Self.status(call, &state, signer, clock, breach, questionsUntilDone)
          : Self.event(call, &state, breach, hasResource)
      }
    }
  }

  private static func believes(
    _ call: ScriptedCompany.Call, _ state: inout State, _ key: WebhookSecret, _ clock: ManualClock,
    _ breach: RecipientTestTests.Breach?
  ) -> Bool {
    if call.method == "POST" { state.posts += 1 }
    switch (breach, call.method, state.posts) {
    case (.believesForged, "POST", 1), (.believesChanged, "POST", 2), (.believesOld, "POST", 3),
      (.showsResourceToAnybody, "GET", _):
      return true
    default: break
    }
    var signatures = call.headers["webhook-signature"] ?? ""
    if breach == .readsFirstSignatureOnly { signatures = signatures.split(separator: " ").first.map(String.init) ?? "" }
    return WebhookSignature.isValid(
      signatures, id: call.headers["webhook-id"] ?? "", timestamp: Int64(call.headers["webhook-timestamp"] ?? "") ?? 0,
      body: call.body, secrets: [key], now: clock.now())
  }

  private struct Event: Decodable {
    struct Details: Decodable {
      let job_id: String
      let request_id: String?
    }
    let type: String
    let data: Details
  }

  private static func event(
    _ call: ScriptedCompany.Call, _ state: inout State, _ breach: RecipientTestTests.Breach?, _ hasResource: Bool
  ) -> ScriptedCompany.Answer {
    let id = call.headers["webhook-id"] ?? ""
    guard let event = try? JSONDecoder().decode(Event.self, from: Data(call.body)) else { return .status(400) }
    switch event.type {
    case "erasure.requested": break
    case "erasure.reminder": return .status(breach == .refusesReminder ? 422 : 204)
    case "erasure.cancelled": return .status(breach == .refusesWithdrawal ? 422 : 409)
    default: return .status(422)
    }
    let isFirst = state.notices[id] == nil
    state.notices[id] = ContentDigest(hashing: call.body).hex
    switch breach {
    case .refusesNotice: return .status(422)
    case .redirects: return .status(307, "Location: /elsewhere")
    case .hidesResource: return .status(202)
    case .namesForeignResource: return .status(202, "Location: https://elsewhere.example/x")
    case .forgetsNotice where !isFirst: return .status(404)
    case .namesOtherResource where !isFirst: return .status(409, "Location: /other")
    default: return hasResource ? .status(202, "Location: /erasure/\(id)") : .status(204)
    }
  }

  private static func status(
    _ call: ScriptedCompany.Call, _ state: inout State, _ signer: ReceiptSigner, _ clock: ManualClock,
    _ breach: RecipientTestTests.Breach?, _ questionsUntilDone: Int
  ) -> ScriptedCompany.Answer {
    let id = call.headers["webhook-id"] ?? ""
    state.questions += 1
    if breach == .answersNonsense { return .json("[]") }
    guard state.questions > questionsUntilDone, breach != .staysInProgress else {
      return .json(#"{"job_id":"\#(id)","status":"in_progress"}"#)
    }
    if breach == .denies { return .json(#"{"job_id":"\#(id)","status":"denied","reason":"other"}"#) }
    let word: RecipientWord = breach == .erasesSomebodyElse ? .completed : .noMatch
    guard breach != .givesNoReceipt, let job = JobReference(id),
      let digest = ContentDigest(
        "sha256:" + (breach == .signsAnotherNotice ? String(repeating: "0", count: 64) : state.notices[id] ?? ""))
    else { return .json(#"{"job_id":"\#(id)","status":"\#(word.contractWord)"}"#) }
    let rows = breach == .erasesSomebodyElse ? 3 : nil
    let statement = ReceiptSigner.Statement(
      request: RequestReference(bytes: Array(repeating: 1, count: 16)), job: job, notice: digest,
      answer: NoticeAnswered(status: word, recordsErased: rows), completedAt: clock.now(), backupsExpireAt: nil)
    guard let receipt = try? signer.sign(statement, at: clock.now()) else { return .status(500) }
    let erased = rows.map { #","records_erased":\#($0)"# } ?? ""
    return .json(
      #"{"job_id":"\#(id)","status":"\#(word.contractWord)"\#(erased),"receipt":"\#(String(decoding: receipt, as: UTF8.self))"}"#
    )
  }
}
