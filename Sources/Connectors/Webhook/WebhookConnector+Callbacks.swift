public import ConnectorKit
public import ErasureDomain
import FoundationEssentials

// Calls of the company to us: event `erasure.status` of `erasure-notice/1`, signed with its own secret.
extension WebhookConnector {
  /// The longest id of a call, in characters.
  static let longestCallID = 128

  /// Checks signature, age and form of a call. Nothing of it is read before the signature was right.
  public func check(
    _ call: IncomingCall, about job: JobReference
  ) async throws(CallRefusal) -> CallbackStatement {
    guard !settings.theirCredentials.isEmpty else { throw .unsigned }
    guard let secrets = secrets(named: settings.theirCredentials) else {
      throw .unavailable(FailureCode("credential-unusable"))
    }
    guard let id = call.headers["webhook-id"], let signatures = call.headers["webhook-signature"],
      let timestamp = call.headers["webhook-timestamp"].flatMap({ Int64($0) }),
      WebhookSignature.isValid(
        signatures, id: id, timestamp: timestamp, body: call.body, secrets: secrets, now: clock.now())
    else { throw .unsigned }
    guard id.utf8.count <= Self.longestCallID, id.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw .malformed(FailureCode("webhook-id"))
    }
    let event = try StatusEvent(body: call.body)
    guard event.data.jobID == job.text else { throw .malformed(FailureCode("status-of-another-job")) }
    guard let word = event.data.word else { throw .malformed(FailureCode("unknown-status")) }
    return CallbackStatement(id: id, status: word)
  }

  /// What a call says that was checked before.
  func status(in call: IncomingCall) throws(CallRefusal) -> RecipientStatus { try StatusEvent(body: call.body).data }

  /// What the company said when it called, and what that means; nil when it never has.
  func calledBack(_ order: ErasureOrder) throws(ConnectorFailure) -> CompanyCall? {
    guard let body = order.remembered[RememberedCall.name] else { return nil }
    do {
      return CompanyCall(status: try StatusEvent(body: Array(body.utf8)).data, order: order, connector: self)
    } catch {
      throw Self.refused("malformed-status")
    }
  }

  public func lateReceipt(_ order: ErasureOrder) -> CompanyReceipt? {
    // What does not hold is no evidence, and there is no job left that would ask about it.
    guard let call = try? calledBack(order), let answer = try? call.answer() else { return nil }
    return answer.receipt
  }

  /// A call of the company that was taken.
  struct CompanyCall {
    let status: RecipientStatus
    let order: ErasureOrder
    let connector: WebhookConnector

    func answer() throws(ConnectorFailure) -> (answer: RecipientAnswer, receipt: CompanyReceipt?) {
      try connector.answer(
        status, to: order, path: CallbackReceived.path.description, retryAfterSeconds: nil)
    }
  }

  private struct StatusEvent: Decodable {
    let type: String
    let data: RecipientStatus

    init(body: [UInt8]) throws(CallRefusal) {
      let event: Self
      do {
        event = try JSONDecoder().decode(Self.self, from: Data(body))
      } catch {
        throw .malformed(FailureCode("malformed-status"))
      }
      guard event.type == "erasure.status" else { throw .malformed(FailureCode("unknown-event")) }
      self = event
    }
  }
}
