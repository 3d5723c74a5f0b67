public import ErasureDomain

/// Says that a request has erased data of the wrong person, or may have: what runs of it is stopped.
public struct OpenIncident: OfficerCall {
  public typealias Answer = IncidentView
  public static let name = "incident.open"
  public var request: String
  public init(request: String) { self.request = request }
}

/// An incident as it is now.
public struct ShowIncident: OfficerCall {
  public typealias Answer = IncidentView
  public static let name = "incident.show"
  public var request: String
  public init(request: String) { self.request = request }
}

/// An incident was dealt with.
public struct CloseIncident: OfficerCall {
  public typealias Answer = Done
  public static let name = "incident.close"
  public var request: String
  /// Reported to the authority; otherwise found unlikely to be a risk to anybody.
  public var reported: Bool
  public init(request: String, reported: Bool) {
    self.request = request
    self.reported = reported
  }
}

/// What whoever reports it to the authority needs (Article 33(3) GDPR), as far as the evidence knows it; names nobody.
public struct IncidentView: Codable, Hashable, Sendable {
  /// One system in which something went, or where somebody was told.
  public struct Place: Codable, Hashable, Sendable {
    /// From which copy it can be undone.
    public struct Copy: Codable, Hashable, Sendable {
      public var keeper: SystemName
      /// When the copy was complete; nil when the keeper lists none from before the erasure.
      public var complete: UTCTime?
      /// The last day on which it exists.
      public var lastDay: CivilDate?
      /// Why nothing is known of it.
      public var problem: String?
      public init(keeper: SystemName, complete: UTCTime? = nil, lastDay: CivilDate? = nil, problem: String? = nil) {
        self.keeper = keeper
        self.complete = complete
        self.lastDay = lastDay
        self.problem = problem
      }
    }
    public var system: SystemName
    public var title: String
    public var verb: JobVerb
    public var state: String
    /// Rows that went or were overwritten.
    public var rows: Int
    /// When it began to go; nil where nothing did.
    public var at: UTCTime?
    public var copies: [Copy]
    public init(
      system: SystemName, title: String, verb: JobVerb, state: String, rows: Int, at: UTCTime?, copies: [Copy]
    ) {
      self.system = system
      self.title = title
      self.verb = verb
      self.state = state
      self.rows = rows
      self.at = at
      self.copies = copies
    }
  }
  public var request: RequestReference
  public var number: Int
  public var openedAt: UTCTime
  public var reportBefore: UTCTime
  /// Negative when the time is over.
  public var hoursLeft: Int
  public var places: [Place]
  public init(
    request: RequestReference, number: Int, openedAt: UTCTime, reportBefore: UTCTime, hoursLeft: Int, places: [Place]
  ) {
    self.request = request
    self.number = number
    self.openedAt = openedAt
    self.reportBefore = reportBefore
    self.hoursLeft = hoursLeft
    self.places = places
  }
}
