import Crypto
public import ErasureDomain

/// The signature of Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`, written `v1,` and Base64.
public enum WebhookSignature {
  /// How far the sender's clock may be from ours, in seconds.
  public static let toleranceSeconds: Int64 = 300

  /// The value of `webhook-signature`: one signature for each secret, separated by blanks.
  ///
  /// `id` has no `.`, or two different messages could have one signature.
  public static func sign(id: String, timestamp: Int64, body: [UInt8], secrets: [WebhookSecret]) -> String {
    let message = Self.message(id: id, timestamp: timestamp, body: body)
    return secrets.map { secret in
      "v1," + Base64.encode(HMAC<SHA256>.authenticationCode(for: message, using: secret.key))
    }.joined(separator: " ")
  }

  /// Whether one of the signatures is by one of the secrets and the timestamp is within the tolerance.
  ///
  /// Signatures of other versions than `v1` are passed over. The comparison takes the same time for every wrong value.
  public static func isValid(
    _ signatures: String, id: String, timestamp: Int64, body: [UInt8], secrets: [WebhookSecret], now: UTCTime
  ) -> Bool {
    let (age, overflow) = now.secondsSince1970.subtractingReportingOverflow(timestamp)
    guard !overflow, abs(age) <= toleranceSeconds, !id.isEmpty, !id.utf8.contains(0x2E) else { return false }
    let message = Self.message(id: id, timestamp: timestamp, body: body)
    return signatures.split(separator: " ").contains { entry in
      guard entry.hasPrefix("v1,"), let code = Base64.decode(entry.dropFirst(3)) else { return false }
      return secrets.contains { secret in
        HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: message, using: secret.key)
      }
    }
  }

  private static func message(id: String, timestamp: Int64, body: [UInt8]) -> [UInt8] {
    Array("\(id).\(timestamp).".utf8) + body
  }
}
