// Facts of entries about the log's own keys, its end, and those outside who answered wrongly.

/// A new key signs the log too, beside the old one, until the old one is destroyed.
public struct KeyRotated: EntryFacts {
  public static let kind = EntryKind("key.rotated")
  /// The verifier key of the new one.
  public var newVkey: String
  /// Checkpoints of so many entries, or more, carry both lines.
  public var fromSize: UInt64

  public init(newVkey: String, fromSize: UInt64) {
    self.newVkey = newVkey
    self.fromSize = fromSize
  }
}

/// The old key is gone: from this entry on the new one signs alone.
public struct KeyDestroyed: EntryFacts {
  public static let kind = EntryKind("key.destroyed")
  /// The verifier key of the old one.
  public var vkey: String

  public init(vkey: String) { self.vkey = vkey }
}

/// The last entry of a log: nothing stands behind it.
public struct LogClosed: EntryFacts {
  public static let kind = EntryKind("log.closed")
  public var reason: FailureCode

  public init(reason: FailureCode) { self.reason = reason }
}

/// A witness or a time-stamping authority answered wrongly. At most one a day for each: an outage is none, and a success
/// needs no entry.
public struct AnchorRefused: EntryFacts {
  public static let kind = EntryKind("anchor.refused")
  /// Our own name of it.
  public var anchor: FailureCode
  /// What was wrong.
  public var code: FailureCode

  public init(anchor: FailureCode, code: FailureCode) {
    self.anchor = anchor
    self.code = code
  }
}
