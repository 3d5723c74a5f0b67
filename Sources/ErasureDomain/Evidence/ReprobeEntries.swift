// Facts of entries about looks for an erased person after the request was concluded.

/// What was erased for a request was looked for again in a system, by its recognition tags.
public struct ReprobeMade: EntryFacts {
  public static let kind = EntryKind("reprobe.made")
  /// So many days after the erasure it is looked again.
  public static let days = [30, 90, 180]

  /// The request for which it was erased.
  public var about: RequestReference
  public var system: SystemName
  /// For which of `days` the look stands.
  public var day: Int
  /// Records with the key and another field of one record that was erased for the request.
  public var certain: Int
  /// Records with less in common, but more than a key: a feed may have brought the person back under a new key.
  public var possible: Int

  public init(about: RequestReference, system: SystemName, day: Int, certain: Int, possible: Int) {
    self.about = about
    self.system = system
    self.day = day
    self.certain = certain
    self.possible = possible
  }
}

/// An officer decided about what such a look saw: it is lawful, or it is to be erased again by a plan of its own.
public struct ReprobeSettled: EntryFacts {
  public static let kind = EntryKind("reprobe.settled")
  /// The request for which it was erased.
  public var about: RequestReference
  public var system: SystemName
  public var answer: Question.Answer

  public init(about: RequestReference, system: SystemName, answer: Question.Answer) {
    self.about = about
    self.system = system
    self.answer = answer
  }
}
