// Facts of entries about the list of people who must not be contacted for marketing: numbers and nothing else.

/// How many addresses the list has, at most once a day and when that has changed: no entry says when somebody came onto it.
public struct DoNotContactCounted: EntryFacts {
  public static let kind = EntryKind("do-not-contact.counted")
  public var addresses: Int

  public init(addresses: Int) { self.addresses = addresses }
}

/// A mailing list was compared with it.
public struct DoNotContactChecked: EntryFacts {
  public static let kind = EntryKind("do-not-contact.checked")
  public var rows: Int
  public var hits: Int

  public init(rows: Int, hits: Int) {
    self.rows = rows
    self.hits = hits
  }
}

/// Addresses of an open request were given to an officer for a tool that needs them in the clear.
public struct DoNotContactExported: EntryFacts {
  public static let kind = EntryKind("do-not-contact.exported")
  public var addresses: Int

  public init(addresses: Int) { self.addresses = addresses }
}

/// Somebody consented again.
public struct DoNotContactRemoved: EntryFacts {
  public static let kind = EntryKind("do-not-contact.removed")
  public var reason: FailureCode

  public init(reason: FailureCode) { self.reason = reason }
}

/// The list was switched off, and its key destroyed.
public struct DoNotContactEnded: EntryFacts {
  public static let kind = EntryKind("do-not-contact.ended")
  public init() {}
}
