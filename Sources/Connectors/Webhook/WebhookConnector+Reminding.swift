public import ConnectorKit
import ErasureDomain
import HTTPTransport

extension WebhookConnector {
  /// Sends `erasure.reminder` with the job's name, no identity, and an id of its own: receivers drop repeated ids.
  public func remind(_ order: ErasureOrder, before recorder: any EffectRecorder) async throws(ConnectorFailure) {
    guard order.remembered[Remembered.reminded] == nil else { return }
    let body = try await event(
      "erasure.reminder", of: order, timeAs: Remembered.reminderTime, before: recorder,
      ["deadline": .string(order.deadline.description)])
    let response = try await look(
      order, "POST", settings.endpoint, id: order.job.text + "_reminder_1", body: body)
    // A company that does not know reminders says so with a 4xx: no reason to send it another.
    guard ![408, 425, 429].contains(response.status), response.status < 500 else { throw transient(response) }
    try await recorder.remember("yes", as: Remembered.reminded)
  }
}
