public import ConnectorKit
public import ErasureDomain
import HTTPTransport

extension WebhookConnector: Cancelling {
  /// Sends `erasure.cancelled` with the job's name and no identity, under an id of its own.
  public func cancel(
    _ order: ErasureOrder, before recorder: any EffectRecorder
  ) async throws(ConnectorFailure) -> CancelSent.Answer {
    let body = try await event(
      "erasure.cancelled", of: order, timeAs: Remembered.cancelTime, before: recorder)
    let response = try await look(order, "POST", settings.endpoint, id: order.job.text + "_cancel", body: body)
    switch response.status {
    case 200..<300: return .accepted
    case 409: return .tooLate
    case 408, 425, 429, 500...: throw transient(response)
    // It knows no such event, or no such notice: to send it again changes nothing.
    default: return .unknown
    }
  }

  /// The body of an event about a notice: its job, and nobody. Its time is kept, so that it is the same bytes when it is
  /// sent again.
  func event(
    _ type: String, of order: ErasureOrder, timeAs name: String, before recorder: any EffectRecorder,
    _ members: [String: CanonicalJSON] = [:]
  ) async throws(ConnectorFailure) -> [UInt8] {
    let timestamp = order.remembered[name] ?? clock.now().description
    if order.remembered[name] == nil { try await recorder.remember(timestamp, as: name) }
    let data = members.merging(["job_id": .string(order.job.text)]) { first, _ in first }
    return CanonicalJSON.object([
      "type": .string(type), "timestamp": .string(timestamp), "data": .object(data),
    ]).encoded()
  }

  /// Sends what changes nothing when it is sent again.
  func look(
    _ order: ErasureOrder, _ method: String, _ url: String, id: String, body: [UInt8]? = nil
  ) async throws(ConnectorFailure) -> HTTPResponse {
    // Before the signature, whose time must not be old when the request goes.
    try await pace.wait(until: order.callDeadline)
    let request = try request(method, url, id: id, body: body, try secrets())
    do {
      return try await loop.send(request)
    } catch {
      throw Self.lookFailure(of: error)
    }
  }
}
