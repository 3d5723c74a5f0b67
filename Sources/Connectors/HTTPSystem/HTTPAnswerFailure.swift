import ConnectorKit
import ErasureDomain
import HTTPTransport

/// What an answer, or none, means for a call that expected another one. Codes only, never a text of the answer.
enum HTTPAnswerFailure {
  /// By the class of the status: some wait, some are a matter of configuration, some are a no.
  static func failure(of response: HTTPResponse, now: UTCTime) -> ConnectorFailure {
    let code = "http-\(response.status)"
    switch response.status {
    case 408, 425, 429, 500...:
      let seconds = response.header("retry-after").flatMap { RetryAfter.parse($0, now: now) }.map(Int64.init)
      return .transient(FailureCode(code), retryAfterSeconds: seconds)
    case 401, 403: return refused("credentials-\(code)")
    case 300..<400: return refused("redirect")
    case 200..<300: return refused("unexpected-answer-\(response.status)")
    default: return refused(code)
    }
  }

  /// A person must look at the description, the credentials or the service.
  static func refused(_ detail: String) -> ConnectorFailure {
    .needsOfficer(Question(code: .refusedByRecipient, detail: FailureCode(detail)))
  }

  /// No answer. Where the request changes something and may have arrived, its effect is unknown.
  static func failure(of failure: HTTPFailure, changes: Bool) -> ConnectorFailure {
    let code = FailureCode(WebhookConnector.word(for: failure))
    switch failure {
    case .refusedByPolicy, .badURL, .malformedRequest: return .permanent(code)
    case .proxyRefused(let status): return ProxyAnswer.failure(status: status)
    case .tooLarge where !changes: return refused("answer-too-large")
    case .couldNotConnect, .proxyUnreachable, .tlsFailed, .overloaded, .timedOut, .tooLarge, .interrupted,
      .connectionLost, .other:
      if changes, failure.mayHaveArrived { return .outcomeUnknown(code) }
      if case .interrupted = failure { return .interrupted }
      return .transient(code, retryAfterSeconds: nil)
    }
  }
}
