import ErasureDomain

// The rules of companies' signed receipts.
extension EvidenceReplay {
  private static let mostReceiptKeys = 1_000

  /// A receipt is verified by the key that the entry names, and speaks of this job.
  mutating func checkReceipt(_ entry: EvidenceEntry, _ place: Place) throws {
    let facts = try entry.facts(as: ReceiptKept.self)
    guard let claims = try claims(of: facts.receipt, by: facts.key, entry, place) else { return }
    if let reference = entry.subject.job { receipts[reference] = claims }
  }

  /// A receipt that came when the job was settled is as good, and says what the call says.
  mutating func checkCallback(_ entry: EvidenceEntry, _ place: Place) throws {
    let facts = try entry.facts(as: CallbackReceived.self)
    guard let receipt = facts.receipt, let key = facts.key else { return }
    guard let claims = try claims(of: receipt, by: key, entry, place) else { return }
    guard claims.status == String(facts.status.rawValue.map { $0 == "-" ? "_" : $0 }) else {
      return wrong(place, "its receipt says \(claims.status)")
    }
  }

  /// The claims of a receipt that holds; nil where it does not, or its artifact is not here.
  private mutating func claims(
    of digest: ContentDigest, by jwk: String, _ entry: EvidenceEntry, _ place: Place
  ) throws -> ReceiptClaims? {
    guard let key = receiptKeys[jwk] ?? ReceiptKey(jwk: jwk) else {
      wrong(place, "its key is no JWK that is known")
      return nil
    }
    // A company has few keys; one that has many is none of ours.
    if receiptKeys.count < Self.mostReceiptKeys { receiptKeys[jwk] = key }
    guard let bytes = try answers.artifact(digest) else {
      counts.signaturesNotChecked += 1
      return nil
    }
    let receipt: SignedReceipt
    do { receipt = try SignedReceipt(verifying: String(decoding: bytes, as: UTF8.self), by: [key]) } catch {
      wrong(place, "its receipt does not hold: \(error.rawValue)")
      return nil
    }
    guard receipt.claims.job == entry.subject.job, receipt.claims.request == entry.subject.request else {
      wrong(place, "its receipt is for another job or request")
      return nil
    }
    return receipt.claims
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
