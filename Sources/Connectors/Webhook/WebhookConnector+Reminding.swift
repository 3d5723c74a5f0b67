public import ConnectorKit
import ErasureDomain
import HTTPTransport

extension WebhookConnector {
  /// Sends `erasure.reminder` with the job's name, no identity, and an id of its own: receivers drop repeated ids.
  public func remind(_ order: ErasureOrder, before recorder: any EffectRecorder) async throws(ConnectorFailure) {
    guard order.remembered[Remembered.reminded] == nil else { return }
    try await pace.wait(until: order.callDeadline)
    let secrets = try secrets()
    let timestamp = order.remembered[Remembered.reminderTime] ?? clock.now().description
    if order.remembered[Remembered.reminderTime] == nil {
      try await recorder.remember(timestamp, as: Remembered.reminderTime)
    }
    let body = CanonicalJSON.object([
      "type": .string("erasure.reminder"), "timestamp": .string(timestamp),
      "data": .object(["job_id": .string(order.job.text), "deadline": .string(order.deadline.description)]),
    ]).encoded()
    let request = try request("POST", settings.endpoint, id: order.job.text + "_reminder_1", body: body, secrets)
    let response: HTTPResponse
    do {
      response = try await loop.send(request)
    } catch {
      throw Self.lookFailure(of: error)
    }
    // A company that does not know reminders says so with a 4xx: no reason to send it another.
    guard ![408, 425, 429].contains(response.status), response.status < 500 else { throw transient(response) }
    try await recorder.remember("yes", as: Remembered.reminded)
  }
}
