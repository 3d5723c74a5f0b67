// Facts of entries about incidents: breaches of personal data by the erasure itself (Article 33 GDPR).

/// Data of the wrong person was erased, or may have been: what ran was stopped, and the authority's term runs.
public struct IncidentOpened: EntryFacts {
  public static let kind = EntryKind("incident.opened")
  /// What happened: `wrong-person`.
  public var incident: FailureCode
  /// The request by which it happened.
  public var about: RequestReference
  /// 72 hours after it became known.
  public var reportBefore: UTCTime

  public init(incident: FailureCode, about: RequestReference, reportBefore: UTCTime) {
    self.incident = incident
    self.about = about
    self.reportBefore = reportBefore
  }
}

/// It was dealt with.
public struct IncidentClosed: EntryFacts {
  public static let kind = EntryKind("incident.closed")
  public var about: RequestReference
  /// Reported to the authority; otherwise it was found unlikely to be a risk to anybody.
  public var reported: Bool

  public init(about: RequestReference, reported: Bool) {
    self.about = about
    self.reported = reported
  }
}
