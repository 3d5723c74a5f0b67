import Crypto
import ErasureDomain
import EvidenceLog
import Foundation

/// How one kind of identifier is named and written for a processor.
public struct OpenDSRIdentity: Hashable, Sendable, Codable {
  /// How the value is sent: as it is, or the hexadecimal digest of it.
  public enum Format: String, Hashable, Sendable, Codable, CaseIterable {
    case raw
    case sha1
    case md5
    case sha256
  }

  /// What happens to a value before it is hashed; the protocol does not say, so that both sides must agree.
  public enum Normalisation: String, Hashable, Sendable, Codable, CaseIterable {
    /// Blanks around it go, Unicode NFC, lower case.
    case lower
    /// The value as it is.
    case none
  }

  /// `identity_type` of the protocol, such as `email` or `controller_customer_id`.
  public let type: String
  /// How the value is sent.
  public let format: Format
  /// Only for digests.
  public let normalise: Normalisation

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case type
    case format
    case normalise
  }

  /// An identity from code.
  public init(type: String, format: Format = .raw, normalise: Normalisation = .lower) {
    self.type = type
    self.format = format
    self.normalise = normalise
  }

  /// Reads one; an unknown key is refused by name.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      type: try container.decode(String.self, forKey: .type),
      format: try container.decodeIfPresent(Format.self, forKey: .format) ?? .raw,
      normalise: try container.decodeIfPresent(Normalisation.self, forKey: .normalise) ?? .lower)
  }

  /// Whether `type` is a word of the protocol's shape.
  var isNamed: Bool {
    !type.isEmpty && type.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
  }

  /// The value as it is sent.
  func written(_ value: String) -> String {
    switch format {
    case .raw: value
    case .sha1: Hex.encode(Insecure.SHA1.hash(data: prepared(value)))
    case .md5: Hex.encode(Insecure.MD5.hash(data: prepared(value)))
    case .sha256: Hex.encode(SHA256.hash(data: prepared(value)))
    }
  }

  private func prepared(_ value: String) -> [UInt8] {
    switch normalise {
    case .none: Array(value.utf8)
    case .lower:
      Array(
        value.trimmingCharacters(in: .whitespacesAndNewlines).precomposedStringWithCanonicalMapping.lowercased().utf8)
    }
  }
}
