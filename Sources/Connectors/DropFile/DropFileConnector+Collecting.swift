public import ConnectorKit
public import ErasureDomain

extension DropFileConnector {
  /// Reads the confirmation and leaves everything where it is; without one the answer is pending.
  public func poll(_ order: ErasureOrder) async throws(ConnectorFailure) -> RecipientAnswer {
    if let remembered = order.remembered[Remembered.confirmation] {
      return try confirmation(Array(remembered.utf8), order).answer
    }
    guard order.remembered[Remembered.delivered] != nil, let bytes = try await answerBytes(order, in: try place())
    else { return .pending(retryAfterSeconds: nil) }
    return try confirmation(bytes, order).answer
  }

  /// Reads the confirmation, remembers it, and takes it and our own file away: both hold the person's job, and ours who
  /// he is. After a refusal only ours goes: the company may put another answer in its place.
  public func collect(
    _ order: ErasureOrder, before recorder: any EffectRecorder
  ) async throws(ConnectorFailure) -> RecipientAnswer {
    if let remembered = order.remembered[Remembered.confirmation] {
      let answer = try confirmation(Array(remembered.utf8), order).answer
      try await clear(order, confirmationToo: true)
      return answer
    }
    guard order.remembered[Remembered.delivered] != nil else { return .pending(retryAfterSeconds: nil) }
    guard let bytes = try await answerBytes(order, in: try place()) else {
      // The engine asks no more: what the company has not taken by now it does not get.
      if clock.now() >= order.deadline { try await clear(order, confirmationToo: false) }
      return .pending(retryAfterSeconds: nil)
    }
    let read = try confirmation(bytes, order)
    if read.status != .denied {
      try await recorder.remember(String(decoding: bytes, as: UTF8.self), as: Remembered.confirmation)
    }
    try await clear(order, confirmationToo: read.status != .denied)
    return read.answer
  }

  /// Reads the confirmation again, the only second look there is. Without one it is a dispatch, which proves nothing and
  /// is never clean.
  public func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification {
    switch try await poll(order) {
    case .completed(let verification, _), .noMatch(let verification): return verification
    case .pending: return Self.unproved(.us, .dispatch, path: "no-confirmation")
    case .denied, .cancelled: return Self.unproved(.recipientUnsigned, .confirmation, path: "confirmation-file")
    }
  }

  private static func unproved(_ voucher: Voucher, _ seen: WhatWasSeen, path: String) -> Verification {
    Verification(
      voucher: voucher, seen: seen, path: FailureCode(path),
      remaining: [DatasetCount(dataset: "recipient", isRoot: true, erase: 1)])
  }

  /// Nil also for an empty file: it has just been opened for writing.
  private func answerBytes(
    _ order: ErasureOrder, in place: any DropPlace
  ) async throws(ConnectorFailure) -> [UInt8]? {
    let bytes = try await place.read(DropFile.confirmationName(order.job), most: DropConfirmation.mostBytes)
    return bytes?.isEmpty == true ? nil : bytes
  }

  private func confirmation(
    _ bytes: [UInt8], _ order: ErasureOrder
  ) throws(ConnectorFailure) -> DropConfirmation {
    guard let sent = order.remembered[Remembered.delivered].flatMap({ UTCTime($0) }) else {
      throw Self.refused("confirmation-without-file")
    }
    return try DropConfirmation(
      bytes, to: order.job, delimiter: settings.delimiter, sentOn: clock.day(of: sent), today: clock.today)
  }

  /// Takes the files away. An answer that is there counts at the deadline even where they cannot be.
  private func clear(_ order: ErasureOrder, confirmationToo: Bool) async throws(ConnectorFailure) {
    do {
      let place = try place()
      try await place.remove(order.job.text + ".csv")
      if confirmationToo { try await place.remove(DropFile.confirmationName(order.job)) }
    } catch {
      guard clock.now() >= order.deadline, error != .interrupted else { throw error }
    }
  }
}
