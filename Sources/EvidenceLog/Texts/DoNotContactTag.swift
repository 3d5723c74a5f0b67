import Crypto
import Foundation

/// The tag by which an address is recognised that must not be used for marketing, while the list's own key exists.
public enum DoNotContactTag {
  /// The kinds of addresses, each with the form in which it is compared.
  public enum Field: String, Sendable, Codable, CaseIterable {
    case email
    case phone
    case postal

    /// The address as it is compared: NFC and trimmed, ASCII letters in lower case, blanks as one. Telephone numbers as digits
    /// with the country's code, so that none equals that of another country. Nil where nothing is left.
    public func normalised(_ value: String, countryCode: String) -> String? {
      let text = value.precomposedStringWithCanonicalMapping.trimmingCharacters(in: .whitespacesAndNewlines)
      guard !text.isEmpty else { return nil }
      switch self {
      case .email: return Self.folded(text)
      case .postal: return Self.folded(text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
      case .phone: return Self.number(text, countryCode)
      }
    }

    private static func folded(_ text: String) -> String {
      String(text.map { $0.isASCII ? Character($0.lowercased()) : $0 })
    }

    /// `+31612345678` for `06 1234 5678`, `0031 6…` and `+31 (0)6…`; other letters than people write into numbers make it none.
    private static func number(_ text: String, _ countryCode: String) -> String? {
      var digits = ""
      let international = text.hasPrefix("+")
      let plain = text.replacingOccurrences(of: "(0)", with: international || text.hasPrefix("00") ? "" : "0")
      for character in plain.drop(while: { $0 == "+" }) {
        if character.isASCII, character.isNumber {
          digits.append(character)
        } else if !" -./()".contains(character) {
          return nil
        }
      }
      if !international {
        if digits.hasPrefix("00") {
          digits.removeFirst(2)
        } else if digits.hasPrefix("0") {
          digits = countryCode + digits.dropFirst()
        } else {
          // A number without area says nothing about whose it is.
          return nil
        }
      }
      return digits.count >= 6 ? "+" + digits : nil
    }
  }

  /// The 32 bytes of the tag, never shortened.
  ///
  /// - Parameters:
  ///   - key: The 32 random bytes of the list.
  ///   - field: Which kind of address.
  ///   - value: The address in its normalised form.
  /// - Returns: 32 bytes.
  public static func compute(key: [UInt8], field: Field, value: String) -> [UInt8] {
    precondition(key.count == 32, "the key of the list has 32 bytes")
    var mac = HMAC<SHA256>(key: SymmetricKey(data: key))
    mac.update(data: Array("expunged/do-not-contact/v1\0".utf8))
    for part in [field.rawValue + ":n1", value] { mac.update(data: BigEndian.lengthPrefixed(Array(part.utf8))) }
    return Array(mac.finalize())
  }
}
