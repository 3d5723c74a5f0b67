public import ConnectorKit
public import ErasureDomain
import HTTPTransport

extension OpenDSRConnector: Polling {
  private static let path = FailureCode("opendsr-status")

  /// Asks the request's status. A request that may never have arrived is pending.
  public func poll(_ order: ErasureOrder) async throws(ConnectorFailure) -> RecipientAnswer {
    guard order.remembered[Remembered.request] != nil else { return .pending(retryAfterSeconds: nil) }
    guard let (word, seconds) = try await status(of: order.job) else {
      // It accepted the request and no longer knows it: it may be told anew.
      guard order.remembered[Remembered.accepted] == nil else {
        throw HTTPAnswerFailure.refused("opendsr-request-unknown")
      }
      return .pending(retryAfterSeconds: nil)
    }
    switch word {
    case .received, .inProgress: return .pending(retryAfterSeconds: seconds)
    // The processor's signature was checked, but what it signed is not kept: nobody could check it again.
    case .completed:
      return .completed(Verification(voucher: .recipientUnsigned, seen: .confirmation, path: Self.path), rows: nil)
    case .cancelled: return .cancelled
    case .completedWithRetention, .noMatch, .denied: throw Self.unsettled("opendsr-unknown-status")
    }
  }

  /// Asks the processor, the only second look there is. Before it has the request there is none: the answer is a
  /// dispatch, which proves nothing and is never clean.
  public func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification {
    guard order.remembered[Remembered.accepted] != nil else {
      return Self.unproved(.us, .dispatch, FailureCode("opendsr-not-accepted"))
    }
    switch try await poll(order) {
    case .completed(let verification, _), .noMatch(let verification): return verification
    case .pending, .denied, .cancelled: return Self.unproved(.recipientUnsigned, .confirmation, Self.path)
    }
  }

  private static func unproved(_ voucher: Voucher, _ seen: WhatWasSeen, _ path: FailureCode) -> Verification {
    Verification(
      voucher: voucher, seen: seen, path: path,
      remaining: [DatasetCount(dataset: "processor", isRoot: true, erase: 1)])
  }

  /// What the processor says about the job's request, under its signature; nil when it knows none.
  func status(of job: JobReference) async throws(ConnectorFailure) -> (word: RecipientWord, retryAfter: Int64?)? {
    let response = try await send("GET", settings.resource(of: SubjectRequestID(of: job)))
    switch response.status {
    case 404: return nil
    case 200:
      let certificate = try await certificate(try await discovery())
      let statement = try statement(of: response, by: certificate, about: job)
      guard let word = statement.word else { throw Self.unsettled("opendsr-unknown-status") }
      return (word, retryAfter(response))
    default: throw failure(of: response)
    }
  }
}
