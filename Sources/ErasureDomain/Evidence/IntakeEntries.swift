// Facts of entries about a request after it was received: more identifiers, and other requests of the same person.

/// The person or a colleague gave further identifiers. The values are in the vault.
public struct IdentifiersAdded: EntryFacts {
  public static let kind = EntryKind("identifiers.added")
  public var identifierKinds: [IdentifierKind]

  public init(identifierKinds: [IdentifierKind]) { self.identifierKinds = identifierKinds }
}

/// Another request is of the same person. Both stay, each with its own clocks.
public struct RequestLinked: EntryFacts {
  public static let kind = EntryKind("request.linked")
  public var other: RequestReference
  /// How it was seen: `same-identifier` by the daemon, `officer` by a person.
  public var seen: Seen

  public enum Seen: String, Hashable, Sendable, Codable, CaseIterable {
    case sameIdentifier = "same-identifier"
    case officer
  }

  public init(other: RequestReference, seen: Seen) {
    self.other = other
    self.seen = seen
  }
}
