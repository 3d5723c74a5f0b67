public import ErasureDomain

/// A system was set back to an earlier state: it is looked through for what was erased since, which is proposed to be
/// erased again. Ends when everything was read.
public struct AnnounceRestore: OfficerCall {
  public typealias Answer = RestoreView
  public static let name = "restore.announce"
  public var system: String
  /// The state that was restored.
  public var asOf: UTCTime
  public init(system: String, asOf: UTCTime) {
    self.system = system
    self.asOf = asOf
  }
}

/// The same look as a drill, at the system or at a copy of it that is in the register; nothing is proposed.
public struct DrillRestore: OfficerCall {
  public typealias Answer = RestoreView
  public static let name = "restore.drill"
  public var system: String
  public var copy: String?
  public var asOf: UTCTime
  public init(system: String, copy: String? = nil, asOf: UTCTime) {
    self.system = system
    self.copy = copy
    self.asOf = asOf
  }
}

/// What a look through a restored system has shown.
public struct RestoreView: Codable, Hashable, Sendable {
  /// A request that erases again.
  public struct Proposal: Codable, Hashable, Sendable {
    /// Its number; nil where it could not be registered.
    public var number: Int?
    /// The number of the request for which it had been erased; nil when the log does not know it any more.
    public var earlier: Int?
    /// Whether it has a plan to approve.
    public var isPlanned: Bool
    /// Whether a standing approval covered it: it runs.
    public var isApproved: Bool
    /// Why there is no plan, no request, or why a standing approval does not cover it.
    public var problem: String?
    public init(number: Int?, earlier: Int?, isPlanned: Bool, isApproved: Bool = false, problem: String? = nil) {
      self.number = number
      self.earlier = earlier
      self.isPlanned = isPlanned
      self.isApproved = isApproved
      self.problem = problem
    }
  }

  public var system: SystemName
  public var copy: SystemName?
  public var asOf: UTCTime
  public var at: UTCTime
  /// Records that were read.
  public var records: Int
  /// Records with the key and another field of one erased record.
  public var certain: Int
  /// Records with less in common, by dataset: an officer looks at them; nothing is proposed.
  public var possible: [String: Int]
  public var proposals: [Proposal]
  public init(
    system: SystemName, copy: SystemName? = nil, asOf: UTCTime, at: UTCTime, records: Int, certain: Int,
    possible: [String: Int], proposals: [Proposal]
  ) {
    self.system = system
    self.copy = copy
    self.asOf = asOf
    self.at = at
    self.records = records
    self.certain = certain
    self.possible = possible
    self.proposals = proposals
  }
}

/// The text of a standing approval for a system, to be signed by two officers; nothing is recorded by it.
public struct PrepareStanding: OfficerCall {
  public typealias Answer = StandingPrepared
  public static let name = "standing.prepare"
  public var system: String
  /// The most rows that one erasure after a restore may take.
  public var atMost: Int
  /// The last day on which it counts.
  public var until: CivilDate
  public init(system: String, atMost: Int, until: CivilDate) {
    self.system = system
    self.atMost = atMost
    self.until = until
  }
}

public struct StandingPrepared: Codable, Hashable, Sendable {
  public var text: String
  public init(text: String) { self.text = text }
}

/// One signature of a standing approval.
public struct SubmitStanding: OfficerCall {
  public typealias Answer = StandingView
  public static let name = "standing.submit"
  public var text: String
  public var signature: String
  public var principal: String
  public init(text: String, signature: String, principal: String) {
    self.text = text
    self.signature = signature
    self.principal = principal
  }
}

/// A standing approval counts no more.
public struct WithdrawStanding: OfficerCall {
  public typealias Answer = Done
  public static let name = "standing.withdraw"
  public var system: String
  public init(system: String) { self.system = system }
}

/// A standing approval as it is now.
public struct StandingView: Codable, Hashable, Sendable {
  public var system: SystemName
  public var atMost: Int
  public var until: UTCTime
  public var signedBy: [String]
  public var needed: Int
  public init(system: SystemName, atMost: Int, until: UTCTime, signedBy: [String], needed: Int) {
    self.system = system
    self.atMost = atMost
    self.until = until
    self.signedBy = signedBy
    self.needed = needed
  }
}
