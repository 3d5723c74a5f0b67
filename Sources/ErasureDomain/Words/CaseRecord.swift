/// A record about the request itself: a mail of the thread in which it came, or the ticket under which it is handled.
///
/// It holds the person, and stays until its date all the same: it shows what was asked and what was answered.
public struct CaseRecord: Hashable, Sendable, Codable {
  public enum Kind: String, Hashable, Sendable, Codable, CodingKeyRepresentable, CaseIterable {
    /// A mail, by its `Message-ID` (RFC 5322) without the angle brackets.
    case mail
    /// A ticket, by its number or key.
    case ticket
  }

  public let kind: Kind
  /// What names it in its own system.
  public let reference: String
  /// The day on which it is no longer needed.
  public let until: CivilDate

  public init(kind: Kind, reference: String, until: CivilDate) {
    self.kind = kind
    self.reference = Self.bare(reference)
    self.until = until
  }

  /// Whether a text names this record: a `Message-ID` with or without its angle brackets.
  public func isNamed(_ text: String) -> Bool { Self.bare(text) == reference }

  private static func bare(_ text: String) -> String {
    guard text.hasPrefix("<"), text.hasSuffix(">") else { return text }
    return String(text.dropFirst().dropLast())
  }
}
