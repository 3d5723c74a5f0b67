import ErasureDomain
import EvidenceLog
import Journal

/// Who outside saw a checkpoint, and when, in the words of a bundle.
struct Anchoring {
  private let cosignatures: [TrustedCheckpoint.Cosignature]
  private let stampedAt: UTCTime?

  /// Only lines that verify by a witness of the policy count.
  init(_ checkpoint: SignedNote, _ policy: TrustPolicy, _ stamp: StoredTimeStamp?) throws {
    let open = try TrustPolicy(logs: policy.logs, witnesses: policy.witnesses)
    cosignatures = try open.verify(checkpoint).cosignatures
    stampedAt = try stamp.map { try TimeStamp(reply: $0.reply).time }
  }

  var sentence: String {
    var seen = cosignatures.map {
      "witness \($0.witness) at \(UTCTime(secondsSince1970: Int64(clamping: $0.timestamp)))"
    }
    if let stampedAt { seen.append("a time-stamping authority at \(stampedAt)") }
    guard !seen.isEmpty else {
      return "Not anchored outside: nobody but its maker says when this log was written."
    }
    return "Anchored outside: it was seen by \(seen.joined(separator: ", by "))."
  }

  /// What checks the time stamp; nothing where there is none.
  var command: String {
    guard let stampedAt else { return "" }
    return """
        openssl ts -verify -data checkpoint -in checkpoint.tsr -CAfile ../my_ca.pem -attime \(stampedAt.secondsSince1970)

      """
  }
}
