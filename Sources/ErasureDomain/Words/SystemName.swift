/// The short name of a system in the register: lower-case letters, digits and hyphens, at most 64.
///
/// It stands in plans, entries, tags and file names; it never names a person.
public struct SystemName: Hashable, Sendable, Comparable, Codable, CodingKeyRepresentable, CustomStringConvertible,
  LosslessStringConvertible
{
  public let description: String

  /// Nothing when the text has another character, is empty or is longer than 64.
  public init?(_ description: String) {
    guard Self.isName(description) else { return nil }
    self.description = description
  }

  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let name = Self(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not a system name: a-z, 0-9 and - only"))
    }
    self = name
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  public var codingKey: any CodingKey { PlainCodingKey(description) }

  public init?<T: CodingKey>(codingKey: T) {
    self.init(codingKey.stringValue)
  }

  public static func < (left: Self, right: Self) -> Bool { left.description < right.description }

  /// Whether a text may be a name: of a system, a dataset, an identifier kind or a code.
  public static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 64
      && text.utf8.allSatisfy { ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == 45 }
  }
}
