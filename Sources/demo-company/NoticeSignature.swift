import Crypto
import ErasureDomain

/// A company's own check of Standard Webhooks 1.0, written apart from the sender's code.
struct NoticeSignature {
  static let toleranceSeconds: Int64 = 300

  let secret: SymmetricKey

  /// Reads `whsec_` and the Base64 of 24 to 64 bytes; a line end after it is passed over.
  init?(secretText: String) {
    let line = secretText.hasSuffix("\n") ? secretText.dropLast() : secretText[...]
    guard line.hasPrefix("whsec_"), let bytes = Base64.decode(line.dropFirst(6)), (24...64).contains(bytes.count) else {
      return nil
    }
    secret = SymmetricKey(data: bytes)
  }

  /// Whether id, timestamp and body are signed by the secret, now.
  func accepts(id: String?, timestamp: String?, signatures: String?, body: [UInt8], now: Int64) -> Bool {
    guard let id, let timestamp, let signatures, Self.isID(id), let seconds = Int64(timestamp),
      (now - Self.toleranceSeconds...now + Self.toleranceSeconds).contains(seconds)
    else { return false }
    let message = Array("\(id).\(seconds).".utf8) + body
    for entry in signatures.split(separator: " ") where entry.hasPrefix("v1,") {
      guard let code = Base64.decode(entry.dropFirst(3)) else { continue }
      // Takes the same time for every wrong code.
      if HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: message, using: secret) { return true }
    }
    return false
  }

  /// Letters, digits, `-` and `_`: no `.`, which parts the signed fields, and nothing that breaks a line of the log.
  static func isID(_ id: String) -> Bool {
    (1...128).contains(id.utf8.count)
      && id.utf8.allSatisfy {
        ($0 >= 97 && $0 <= 122) || ($0 >= 65 && $0 <= 90) || ($0 >= 48 && $0 <= 57) || $0 == 45 || $0 == 95
      }
  }
}
