import ConnectorKit
import ErasureDomain
import FoundationEssentials
import HTTPTransport

extension WebhookConnector {
  /// Status resources and problem details are short; anything longer is not one.
  static let answerBytes = 64 << 10
  /// How much of a company's own words is kept in the vault, in characters.
  static let problemCharacters = 500

  /// A signed request of this moment. A `GET` is signed over an empty body.
  func request(
    _ method: String, _ url: String, id: String, body: [UInt8]? = nil, _ secrets: [WebhookSecret]
  ) throws(ConnectorFailure) -> HTTPRequest {
    let now = clock.now().secondsSince1970
    var headers = [
      ("webhook-id", id), ("webhook-timestamp", String(now)),
      ("webhook-signature", WebhookSignature.sign(id: id, timestamp: now, body: body ?? [], secrets: secrets)),
      ("accept", "application/json, application/problem+json"),
    ]
    if body != nil { headers += [("content-type", "application/json"), ("idempotency-key", id)] }
    var request = HTTPRequest(
      method: method, url: url, headers: headers, body: body, limits: HTTPLimits(bodyBytes: Self.answerBytes))
    try request.use(settings.tls, credential)
    try request.use(settings.proxy, credential)
    return request
  }

  /// What an answer to the notice means for the job.
  func progress(
    of response: HTTPResponse, order: ErasureOrder, before: any EffectRecorder
  ) async throws(ConnectorFailure) -> ErasureProgress {
    switch response.status {
    case 200..<300, 409:
      guard let location = response.header("location") else {
        // "Known already" from a company that cannot say how far it is proves nothing.
        guard response.status != 409 else { throw Self.refused("conflict-without-resource") }
        return toldWithoutResource(order.verb)
      }
      // A resource elsewhere would be sent our signature, and could be an address inside our own network.
      guard let resource = URLParts.resolve(location: location, on: settings.endpoint) else {
        throw Self.refused("foreign-location")
      }
      try await before.remember(resource, as: Remembered.location)
      if response.status == 409 { return .handedOver(checkAfterSeconds: 0) }
      return .handedOver(checkAfterSeconds: retryAfter(response) ?? Self.firstCheckSeconds)
    case 408, 425, 429, 500...:
      throw transient(response)
    default:
      try await keepProblem(of: response, before: before)
      throw Self.refusal(status: response.status)
    }
  }

  /// Delivered, and no resource to ask: a processor's confirmation, and the call of a company that calls, is awaited
  /// until the engine's deadline; of another controller nothing more is heard.
  private func toldWithoutResource(_ verb: JobVerb) -> ErasureProgress {
    verb == .instruct || settings.theirSecret != nil ? .handedOver(checkAfterSeconds: .max) : .told
  }

  /// Keeps the company's own words in the vault, where the officer reads them; no log or entry has them.
  private func keepProblem(of response: HTTPResponse, before: any EffectRecorder) async throws(ConnectorFailure) {
    guard response.header("content-type")?.lowercased().hasPrefix("application/problem+json") == true else { return }
    let problem: Problem
    do {
      problem = try JSONDecoder().decode(Problem.self, from: Data(response.body))
    } catch {
      return  // Announced as problem details (RFC 9457) and is none: the status alone tells the officer.
    }
    let text = [problem.title, problem.detail].compactMap { $0 }.joined(separator: ": ")
    guard !text.isEmpty else { return }
    try await before.remember(String(text.prefix(Self.problemCharacters)), as: Remembered.problem)
  }

  private struct Problem: Decodable {
    var title: String?
    var detail: String?
  }

  /// A busy or broken company, with the wait it asks for.
  func transient(_ response: HTTPResponse) -> ConnectorFailure {
    .transient(FailureCode("http-\(response.status)"), retryAfterSeconds: retryAfter(response))
  }

  /// The seconds of `Retry-After`, at most a day.
  func retryAfter(_ response: HTTPResponse) -> Int64? {
    response.header("retry-after").flatMap { RetryAfter.parse($0, now: clock.now()) }.map(Int64.init)
  }

  /// A status that repeating does not change.
  static func refusal(status: Int) -> ConnectorFailure {
    switch status {
    case 300..<400: refused("redirect")
    case 410: refused("endpoint-gone")
    default: refused("http-\(status)")
    }
  }

  static func refused(_ detail: String) -> ConnectorFailure {
    .needsOfficer(Question(code: .refusedByRecipient, detail: FailureCode(detail)))
  }

  /// What a lost notice means. Once it may have arrived its effect is unknown, whatever ended the wait.
  static func failure(of failure: HTTPFailure) -> ConnectorFailure {
    let code = FailureCode(word(for: failure))
    switch failure {
    case .refusedByPolicy, .badURL, .malformedRequest: return .permanent(code)
    case .proxyRefused(let status): return ProxyAnswer.failure(status: status)
    case .interrupted(sent: false): return .interrupted
    case .couldNotConnect, .proxyUnreachable, .tlsFailed, .overloaded, .timedOut, .tooLarge, .interrupted,
      .connectionLost,
      .other:
      return failure.mayHaveArrived ? .outcomeUnknown(code) : .transient(code, retryAfterSeconds: nil)
    }
  }

  static func word(for failure: HTTPFailure) -> String {
    switch failure {
    case .refusedByPolicy: "address-not-public"
    case .couldNotConnect: "could-not-connect"
    case .proxyUnreachable: "proxy-unreachable"
    case .proxyRefused(status: 407): "proxy-credentials"
    case .proxyRefused: "proxy-refused"
    case .timedOut: "timed-out"
    case .tlsFailed: "tls-failed"
    case .tooLarge: "answer-too-large"
    case .badURL: "bad-url"
    case .malformedRequest: "malformed-request"
    case .interrupted: "interrupted"
    case .connectionLost: "connection-lost"
    case .overloaded: "overloaded"
    case .other(let code, _): "curl-\(code)"
    }
  }
}
