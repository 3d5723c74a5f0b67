/// What stays of a request for now: a fold of its entries.
public struct RequestHolds: Hashable, Sendable, Codable {
  /// Months within which a hold is looked at again.
  public static let reviewMonths = 6

  public var active: [SystemName: Hold]
  /// Who ever set or released one: none of them approves a plan of the request.
  public var deciders: [PersonReference]

  /// One system is held.
  public struct Hold: Hashable, Sendable, Codable {
    public var ground: ExceptionGround
    public var reviewBefore: CivilDate
    public var by: PersonReference
    public var at: UTCTime
    /// People were called because that day has come.
    public var wasCalled: Bool
  }
}

extension JobVerb {
  /// Whether a hold on its system keeps such a job from beginning: those by which data of ours go.
  public var canBeHeld: Bool {
    switch self {
    case .erase, .eraseKept, .manual: true
    case .instruct, .notify, .stopSending, .tagExpiry, .confirmExpiry, .export: false
    }
  }
}
