/// What kind of identifier it is: `email`, `customer-no`, `phone` …; named in the register.
public struct IdentifierKind: RawRepresentable, Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  public static let email = IdentifierKind(rawValue: "email")
  public static let phone = IdentifierKind(rawValue: "phone")

  public var description: String { rawValue }

  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// One identifier of a data subject. Lives in the vault and in memory during a call, nowhere else.
///
/// It has no textual description on purpose: nothing that prints it may reach a log.
public struct SubjectIdentifier: Hashable, Sendable, Codable, CustomStringConvertible, CustomDebugStringConvertible {
  public let kind: IdentifierKind
  public let value: String

  public init(kind: IdentifierKind, value: String) {
    self.kind = kind
    self.value = value
  }

  /// Never the value.
  public var description: String { "\(kind) (not shown)" }
  public var debugDescription: String { description }
}
