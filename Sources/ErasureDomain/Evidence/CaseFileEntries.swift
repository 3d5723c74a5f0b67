// Facts of entries about case files: what is kept beyond closing, for a complaint that comes by name. They name nobody.

/// The case file of the request was written, encrypted so that two people together can open it and nobody alone. Stands in
/// the stream of the request, in the same append as `request.closed`.
public struct CaseFileKept: EntryFacts {
  public static let kind = EntryKind("casefile.kept")
  /// The last day on which it is kept.
  public var until: CivilDate
  /// SHA-256 of the encrypted file.
  public var digest: ContentDigest
  /// How many people hold a part; any two of them can open it.
  public var people: Int

  public init(until: CivilDate, digest: ContentDigest, people: Int) {
    self.until = until
    self.digest = digest
    self.people = people
  }
}

/// Somebody got his part of a case file. Stands in the log's own stream: the request may have ended.
public struct CaseFileOpened: EntryFacts {
  public static let kind = EntryKind("casefile.opened")
  public var about: RequestReference
  /// 1 for who takes off the outer layer, which opens nothing; 2 for the other person, who gets the content.
  public var step: Int
  /// What for: a code.
  public var reason: FailureCode

  public init(about: RequestReference, step: Int, reason: FailureCode) {
    self.about = about
    self.step = step
    self.reason = reason
  }
}

/// The case file was destroyed at its end. Stands in the log's own stream.
public struct CaseFileDestroyed: EntryFacts {
  public static let kind = EntryKind("casefile.destroyed")
  public var about: RequestReference
  /// As in `casefile.kept`.
  public var digest: ContentDigest

  public init(about: RequestReference, digest: ContentDigest) {
    self.about = about
    self.digest = digest
  }
}
