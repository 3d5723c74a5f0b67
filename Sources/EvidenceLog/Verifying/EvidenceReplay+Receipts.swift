import ErasureDomain

// The rules of companies' signed receipts.
extension EvidenceReplay {
  /// A receipt is verified by the key that the entry names, and speaks of this job.
  mutating func checkReceipt(_ entry: EvidenceEntry, _ place: Place) throws {
    guard let claims = receiptClaims(entry, place) else { return }
    if let reference = entry.subject.job { receipts[reference] = claims }
  }

  /// A receipt that came when the job was settled is as good, and says what the call says.
  mutating func checkCallback(_ entry: EvidenceEntry, _ place: Place) throws {
    let facts = try entry.facts(as: CallbackReceived.self)
    guard facts.receipt != nil, facts.key != nil else { return }
    guard let claims = receiptClaims(entry, place) else { return }
    guard claims.status == String(facts.status.rawValue.map { $0 == "-" ? "_" : $0 }) else {
      return wrong(place, "its receipt says \(claims.status)")
    }
  }

  /// The claims of a receipt that holds; nil where it does not (said), or its artifact is not here.
  mutating func holdingClaims(_ place: Place) -> ReceiptClaims? {
    switch named?.receipt ?? .absent {
    case .keyUnknown: wrong(place, "its key is no JWK that is known")
    case .absent: counts.signaturesNotChecked += 1
    case .wrong(let problem): wrong(place, "its receipt does not hold: \(problem.rawValue)")
    case .holds(let claims): return claims
    }
    return nil
  }

  /// The same of a receipt for the entry's own job.
  private mutating func receiptClaims(_ entry: EvidenceEntry, _ place: Place) -> ReceiptClaims? {
    guard let claims = holdingClaims(place) else { return nil }
    guard claims.job == entry.subject.job, claims.request == entry.subject.request else {
      wrong(place, "its receipt is for another job or request")
      return nil
    }
    return claims
  }

  /// The first thing that an outcome says and the company did not sign.
  func receiptProblem(with outcome: JobOutcome, _ record: JobRecord) -> String? {
    guard record.receipt != nil else { return "it names the company's signature, and no receipt.kept came before" }
    // An artifact that is absent is found in the end, or was destroyed.
    guard let claims = receipts[record.job] else { return nil }
    guard claims.allows(outcome) else { return "it says more than the receipt: \(claims.status)" }
    return nil
  }
}
