public import ConnectorKit
public import ErasureDomain
import HTTPTransport

extension OpenDSRConnector: Cancelling {
  /// Takes the request back, which the protocol allows while it is pending. The request's id says whose it is.
  ///
  /// The protocol has no word for "too late": after a refusal the status tells.
  public func cancel(
    _ order: ErasureOrder, before recorder: any EffectRecorder
  ) async throws(ConnectorFailure) -> CancelSent.Answer {
    // It is remembered before anything is sent.
    guard order.remembered[Remembered.request] != nil || order.prepared != nil else { return .unknown }
    let response = try await send("DELETE", settings.resource(of: SubjectRequestID(of: order.job)))
    switch response.status {
    case 200, 202:
      let certificate = try await certificate(try await discovery())
      _ = try statement(of: response, by: certificate, about: order.job)
      return .accepted
    case 404: return .unknown
    case 400, 405, 409, 410, 422:
      switch try await status(of: order.job)?.word {
      case nil: return .unknown
      case .cancelled: return .accepted
      case .inProgress, .completed: return .tooLate
      case .received, .completedWithRetention, .noMatch, .denied: throw failure(of: response)
      }
    default: throw failure(of: response)
    }
  }
}
