/// An officer looked again at what had stayed by an exception: it stands on new terms, or it does not any more, and was dealt with.
public struct ExceptionReviewed: EntryFacts {
  public static let kind = EntryKind("exception.reviewed")
  /// The request for which it had been granted.
  public var about: RequestReference
  public var system: SystemName
  /// The end or review that those terms named.
  public var day: CivilDate
  /// On which it stands further; nil where nothing of it is kept any more.
  public var terms: ExceptionTerms?

  public init(about: RequestReference, system: SystemName, day: CivilDate, terms: ExceptionTerms? = nil) {
    self.about = about
    self.system = system
    self.day = day
    self.terms = terms
  }
}
