import ErasureDomain

// The rules of companies' signed receipts.
extension EvidenceReplay {
  /// A receipt is verified by the key that the entry names, and speaks of this job.
  mutating func checkReceipt(_ entry: EvidenceEntry, _ place: Place) throws {
    let facts = try entry.facts(as: ReceiptKept.self)
    guard let reference = entry.subject.job else { return }
    guard let key = ReceiptKey(jwk: facts.key) else { return wrong(place, "its key is no JWK that is known") }
    guard let bytes = try answers.artifact(facts.receipt) else {
      counts.signaturesNotChecked += 1
      return
    }
    let receipt: SignedReceipt
    do { receipt = try SignedReceipt(verifying: String(decoding: bytes, as: UTF8.self), by: [key]) } catch {
      return wrong(place, "its receipt does not hold: \(error.rawValue)")
    }
    guard receipt.claims.job == reference, receipt.claims.request == entry.subject.request else {
      return wrong(place, "its receipt is for another job or request")
    }
    receipts[reference] = receipt.claims
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
