public import ConnectorKit
public import ErasureDomain
import EvidenceLog
import HTTPTransport

extension WebhookConnector: RecipientTesting {
  public var contract: String { settings.contract }

  public func test(_ order: RecipientTestOrder) async -> [RecipientCheck] {
    await WebhookWalk(connector: self, order: order).checks()
  }
}

/// One walk of a company's endpoint through `erasure-notice/1`.
struct WebhookWalk {
  /// How old the notice is that must be refused, in seconds: twice what the contract allows.
  private static let staleSeconds = 2 * WebhookSignature.toleranceSeconds
  /// Seconds between two questions where the company names none.
  private static let askAgainSeconds: Int64 = 1

  /// Why a step failed.
  struct Fault: Error { let code: FailureCode }

  let connector: WebhookConnector
  let order: RecipientTestOrder

  /// A secret of nobody, for what must be refused.
  private let forgery: WebhookSecret
  private let notice: ErasureOrder
  private let sentAt: UTCTime

  init(connector: WebhookConnector, order: RecipientTestOrder) {
    self.connector = connector
    self.order = order
    // The made-up blind is as random as a secret, and leaves with the test.
    forgery = WebhookSecret(forgedFrom: Array(order.blind.utf8))
    sentAt = connector.clock.now()
    notice = ErasureOrder(
      request: order.request, job: order.job, system: connector.record.system, verb: Self.verb(of: connector.record),
      ground: .noLongerNecessary, receivedOn: connector.clock.day(of: sentAt), identifiers: order.identifiers,
      roots: [], leftOut: [], approved: [], margin: .standard, followUps: [], deadline: order.deadline,
      callDeadline: order.patience, idempotencyKey: order.job.text, prepared: nil, blind: order.blind,
      remembered: [WebhookConnector.Remembered.timestamp: sentAt.description], kept: nil, erasedBy: nil)
  }

  private static func verb(of record: SystemRecord) -> JobVerb {
    switch record.role {
    case .processor: .instruct
    case .source: .stopSending
    case .recipient, .joint, .public, .own, .copy, .backup, .carrier: .notify
    }
  }

  /// Every step once, in the contract's order.
  func checks() async -> [RecipientCheck] {
    var walked = Walked()
    let body: [UInt8]
    do {
      body = try ErasureNotice(
        order: notice, record: connector.record, timestamp: sentAt.description, callbackURL: callbackURL, isTest: true
      ).bytes
    } catch {
      walked.add(.takesNotice, .failure(Self.fault(error)))
      return walked.all
    }
    for (step, forge) in forgeries(of: body) { walked.add(step, await result { try await refused(forge) }) }
    var resource: String?
    walked.add(.takesNotice, await result { resource = try await taken(body, secrets: try secrets()) })
    guard walked.isPassed(.takesNotice) else { return walked.all }
    walked.add(.takesRepeated, await result { try await takenAgain(body, at: resource, secrets: try secrets()) })
    walked.add(
      .takesSecondSignature,
      await result { try await takenAgain(body, at: resource, secrets: [forgery] + (try secrets())) })
    await askResource(resource, &walked)
    await awaitEnd(resource, body, &walked)
    walked.add(.takesReminder, await result { try await event("erasure.reminder", "_reminder_1", remind: true) })
    walked.add(.takesCancellation, await result { try await event("erasure.cancelled", "_cancel", remind: false) })
    return walked.all
  }

  private var callbackURL: String? { connector.callbackURL(order.job) }

  // MARK: Notices

  private struct Forgery {
    var body: [UInt8]
    var signed: [UInt8]
    var secret: WebhookSecret?
    var age: Int64 = 0
  }

  private func forgeries(of body: [UInt8]) -> [(RecipientCheck.Step, Forgery)] {
    // About another job than the real one, so that a company that believes it does not take the real one for known.
    let forged = Self.replacing(order.job.text, by: order.forged.text, in: body)
    return [
      (.refusesForged, Forgery(body: forged, signed: forged, secret: forgery)),
      (.refusesChanged, Forgery(body: forged + [0x20], signed: forged)),
      (.refusesOld, Forgery(body: forged, signed: forged, age: Self.staleSeconds)),
    ]
  }

  private static func replacing(_ old: String, by new: String, in body: [UInt8]) -> [UInt8] {
    Array(String(decoding: body, as: UTF8.self).replacing(old, with: new).utf8)
  }

  private func refused(_ forgery: Forgery) async throws {
    let now = connector.clock.now().secondsSince1970 - forgery.age
    let id = order.forged.text
    let secrets = try forgery.secret.map { [$0] } ?? secrets()
    let signatures = WebhookSignature.sign(id: id, timestamp: now, body: forgery.signed, secrets: secrets)
    var request = try connector.request("POST", connector.settings.endpoint, id: id, body: forgery.body, secrets)
    request.headers = request.headers.map { name, value in
      switch name {
      case "webhook-timestamp": (name, String(now))
      case "webhook-signature": (name, signatures)
      default: (name, value)
      }
    }
    let response = try await patiently { try await answer(to: request) }
    guard [400, 401, 403].contains(response.status) else { throw Fault(code: FailureCode("http-\(response.status)")) }
  }

  /// The status resource where the company named one.
  private func taken(_ body: [UInt8], secrets: [WebhookSecret]) async throws -> String? {
    let response = try await patiently { try await post(body, id: order.job.text, secrets) }
    let location = response.header("location")
    switch response.status {
    case 202 where location == nil: throw Fault(code: FailureCode("accepted-without-location"))
    case 200..<300: break
    case 409 where location != nil: break
    default: throw Fault(code: FailureCode("http-\(response.status)"))
    }
    guard let location else { return nil }
    guard let resource = URLParts.resolve(location: location, on: connector.settings.endpoint) else {
      throw Fault(code: FailureCode("foreign-location"))
    }
    return resource
  }

  private func takenAgain(_ body: [UInt8], at resource: String?, secrets: [WebhookSecret]) async throws {
    guard try await taken(body, secrets: secrets) == resource else { throw Fault(code: FailureCode("other-location")) }
  }

  private func event(_ type: String, _ suffix: String, remind: Bool) async throws {
    var data: [String: CanonicalJSON] = ["job_id": .string(order.job.text)]
    if remind { data["deadline"] = .string(order.deadline.description) }
    let body = CanonicalJSON.object([
      "type": .string(type), "timestamp": .string(sentAt.description), "data": .object(data),
    ]).encoded()
    let response = try await patiently { try await post(body, id: order.job.text + suffix, try secrets()) }
    // A withdrawal that comes too late is understood as well.
    guard (200..<300).contains(response.status) || (response.status == 409 && !remind) else {
      throw Fault(code: FailureCode("http-\(response.status)"))
    }
  }

  // MARK: Answers

  private func askResource(_ resource: String?, _ walked: inout Walked) async {
    guard let resource else {
      walked.add(.statusRefusesForged, .notApplicable)
      walked.add(.statusAnswers, .notApplicable)
      return
    }
    walked.add(
      .statusRefusesForged,
      await result {
        let response = try await patiently { try await get(resource, [forgery]) }
        guard [400, 401, 403, 404].contains(response.status) else {
          throw Fault(code: FailureCode("http-\(response.status)"))
        }
      })
    walked.add(.statusAnswers, await result { _ = try await asked(resource) })
  }

  private func asked(_ resource: String) async throws -> (status: RecipientStatus, wait: Int64?) {
    let response = try await patiently { try await get(resource, try secrets()) }
    guard (200..<300).contains(response.status) else { throw Fault(code: FailureCode("http-\(response.status)")) }
    let status = try RecipientStatus(body: response.body)
    guard status.word != nil else { throw Fault(code: FailureCode("unknown-status")) }
    return (status, connector.retryAfter(response))
  }

  /// Waits for the company's word, by its resource and by its call, each where there is one.
  private func awaitEnd(_ resource: String?, _ body: [UInt8], _ walked: inout Walked) async {
    let calls = callbackURL != nil
    guard resource != nil || calls else {
      // Of another controller nothing more is awaited; a processor's job would never be confirmed.
      let isProcessor = notice.verb == .instruct
      walked.add(.finalAnswer, isProcessor ? .failure(Fault(code: FailureCode("nobody-confirms"))) : .notApplicable)
      walked.add(.callsBack, .notApplicable)
      walked.add(.givesReceipt, .notApplicable)
      return
    }
    var asked: RecipientStatus?
    var called: RecipientStatus?
    var fault = Fault(code: FailureCode("no-final-word-in-time"))
    while !Task.isCancelled {
      var wait = Self.askAgainSeconds
      if calls, called == nil, let call = await order.call() { called = try? connector.status(in: call) }
      if let resource, asked?.word?.isFinal != true {
        do {
          let answer = try await self.asked(resource)
          asked = answer.status
          wait = max(wait, answer.wait ?? 0)
        } catch {
          fault = Self.fault(error)
          break
        }
      }
      let isOver = (resource == nil || asked?.word?.isFinal == true) && (!calls || called?.word?.isFinal == true)
      let next = connector.clock.now().adding(seconds: wait)
      guard !isOver, next < order.patience else { break }
      do { try await connector.clock.wait(until: next) } catch { break }
    }
    let final = [called, asked].compactMap { $0 }.first { $0.word?.isFinal == true }
    walked.add(.finalAnswer, result(of: final) { try nothingErased(in: $0) } ?? .failure(fault))
    walked.add(
      .callsBack,
      calls ? called == nil ? .failure(Fault(code: FailureCode("no-call-in-time"))) : .success(()) : .notApplicable)
    guard !connector.receiptKeys.isEmpty else { return walked.add(.givesReceipt, .notApplicable) }
    // Receipts come with words that something is done.
    if let word = final?.word, word == .denied || word == .cancelled { return }
    walked.add(.givesReceipt, result(of: final) { try receipt(in: $0, for: body) } ?? .failure(fault))
  }

  /// Nobody has the made-up identifiers: every other word is about somebody else.
  private func nothingErased(in status: RecipientStatus) throws {
    let answer = try status.answer(job: order.job, signed: nil, path: "test", retryAfterSeconds: nil)
    switch answer {
    case .noMatch: return
    case .completed(let verification, let rows) where (rows ?? 0) == 0 && verification.kept.isEmpty: return
    case .completed: throw Fault(code: FailureCode("erased-somebody-else"))
    case .denied(let reason): throw Fault(code: FailureCode("denied-\(reason)"))
    case .cancelled, .pending: throw Fault(code: FailureCode("unexpected-\(status.status)"))
    }
  }

  private func receipt(in status: RecipientStatus, for body: [UInt8]) throws {
    guard let text = status.receipt else { throw Fault(code: FailureCode("no-receipt")) }
    _ = try connector.receipt(
      text, says: status.status, job: order.job, request: order.request, sent: sentAt,
      notice: ContentDigest(hashing: body))
  }

  // MARK: One request

  private func secrets() throws(ConnectorFailure) -> [WebhookSecret] { try connector.secrets() }

  private func post(_ body: [UInt8], id: String, _ secrets: [WebhookSecret]) async throws -> HTTPResponse {
    try await answer(to: connector.request("POST", connector.settings.endpoint, id: id, body: body, secrets))
  }

  private func get(_ resource: String, _ secrets: [WebhookSecret]) async throws -> HTTPResponse {
    try await answer(to: connector.request("GET", resource, id: order.job.text, secrets))
  }

  private func answer(to request: HTTPRequest) async throws -> HTTPResponse {
    try await connector.pace.wait(until: order.patience)
    do { return try await connector.loop.send(request) } catch {
      throw Fault(code: FailureCode(WebhookConnector.word(for: error)))
    }
  }

  /// A company may be busy: it is asked again, as a real notice would be, while there is patience.
  private func patiently(_ send: () async throws -> HTTPResponse) async throws -> HTTPResponse {
    while true {
      let response = try await send()
      guard [408, 425, 429].contains(response.status) || response.status >= 500 else { return response }
      let next = connector.clock.now().adding(seconds: max(Self.askAgainSeconds, connector.retryAfter(response) ?? 0))
      guard next < order.patience else { return response }
      try await connector.clock.wait(until: next)
    }
  }

  // MARK: Results

  enum Outcome {
    case success(Void)
    case failure(Fault)
    case notApplicable
  }

  private struct Walked {
    private var found: [RecipientCheck.Step: RecipientCheck] = [:]

    mutating func add(_ step: RecipientCheck.Step, _ outcome: Outcome) {
      found[step] =
        switch outcome {
        case .success: RecipientCheck(step, .passed)
        case .failure(let fault): RecipientCheck(step, .failed, fault.code)
        case .notApplicable: RecipientCheck(step, .notApplicable)
        }
    }

    func isPassed(_ step: RecipientCheck.Step) -> Bool { found[step]?.result == .passed }

    var all: [RecipientCheck] {
      RecipientCheck.Step.allCases.map { found[$0] ?? RecipientCheck($0, .notTried) }
    }
  }

  private func result(_ body: () async throws -> Void) async -> Outcome {
    do {
      try await body()
      return .success(())
    } catch {
      return .failure(Self.fault(error))
    }
  }

  /// Nil where there is no word to judge.
  private func result(of status: RecipientStatus?, _ body: (RecipientStatus) throws -> Void) -> Outcome? {
    guard let status else { return nil }
    do {
      try body(status)
      return .success(())
    } catch {
      return .failure(Self.fault(error))
    }
  }

  private static func fault(_ error: any Error) -> Fault {
    switch error {
    case let fault as Fault: fault
    case ConnectorFailure.transient(let code, _), ConnectorFailure.permanent(let code),
      ConnectorFailure.outcomeUnknown(let code):
      Fault(code: code)
    case ConnectorFailure.needsOfficer(let question):
      Fault(code: question.detail ?? FailureCode(question.code.rawValue))
    case is CancellationError: Fault(code: FailureCode("interrupted"))
    default: Fault(code: FailureCode("not-understood"))
    }
  }
}
