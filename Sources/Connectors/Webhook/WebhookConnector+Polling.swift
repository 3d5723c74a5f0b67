public import ConnectorKit
public import ErasureDomain
import HTTPTransport

extension WebhookConnector {
  /// Asks the status resource that the company named; without one the answer is pending.
  public func poll(_ order: ErasureOrder) async throws(ConnectorFailure) -> RecipientAnswer {
    try await pollForReceipt(order).answer
  }

  /// Asks the same, and checks the receipt that comes with the answer.
  public func pollForReceipt(
    _ order: ErasureOrder
  ) async throws(ConnectorFailure) -> (answer: RecipientAnswer, receipt: CompanyReceipt?) {
    let called = try calledBack(order)
    if let called, called.status.receipt != nil { return try called.answer() }
    guard let resource = order.remembered[Remembered.location] else {
      return try called?.answer() ?? (.pending(retryAfterSeconds: nil), nil)
    }
    // The endpoint may have moved since: the signature still goes to its origin only.
    guard URLParts.sameOrigin(resource, settings.endpoint) else { throw Self.refused("foreign-location") }
    let response = try await look(order, "GET", resource, id: order.job.text)
    switch response.status {
    case 200..<300:
      let status = try RecipientStatus(body: response.body)
      return try answer(status, to: order, path: "status-resource", retryAfterSeconds: retryAfter(response))
    case 408, 425, 429, 500...: throw transient(response)
    // It accepted the notice and no longer knows it.
    case 404, 410: throw Self.refused("status-resource-gone")
    default: throw Self.refusal(status: response.status)
    }
  }

  /// Asks the company, the only second look there is. Without a status resource there is none: the answer is a
  /// dispatch, which proves nothing and is never clean.
  public func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification {
    guard order.remembered[Remembered.location] != nil || order.remembered[RememberedCall.name] != nil else {
      return Self.unproved(.us, .dispatch, path: "no-status-resource")
    }
    switch try await poll(order) {
    case .completed(let verification, _), .noMatch(let verification): return verification
    case .pending, .denied, .cancelled:
      return Self.unproved(.recipientUnsigned, .confirmation, path: "status-resource")
    }
  }

  private static func unproved(_ voucher: Voucher, _ seen: WhatWasSeen, path: String) -> Verification {
    Verification(
      voucher: voucher, seen: seen, path: FailureCode(path),
      remaining: [DatasetCount(dataset: "recipient", isRoot: true, erase: 1)])
  }

  /// A question changes nothing there, so an answer that was lost is no lost effect: it may be asked again.
  static func lookFailure(of failure: HTTPFailure) -> ConnectorFailure {
    let code = FailureCode(word(for: failure))
    switch failure {
    case .refusedByPolicy, .badURL, .malformedRequest: return .permanent(code)
    case .proxyRefused(let status): return ProxyAnswer.failure(status: status)
    case .interrupted: return .interrupted
    case .couldNotConnect, .proxyUnreachable, .tlsFailed, .overloaded, .timedOut, .connectionLost, .other:
      return .transient(code, retryAfterSeconds: nil)
    case .tooLarge: return refused("malformed-status")
    }
  }
}
