public import ErasureDomain

/// Keeps what one system has of a request's person, for now; on a hold that is there, sets another day for its review.
public struct SetHold: OfficerCall {
  public typealias Answer = [HoldView]
  public static let name = "hold.set"
  public var request: String
  public var system: String
  public var ground: ExceptionGround
  /// At most six months ahead.
  public var reviewBefore: CivilDate
  /// Why, in words; kept in the vault, as long as it holds the request.
  public var reason: String
  public init(
    request: String, system: String, ground: ExceptionGround = .legalClaims, reviewBefore: CivilDate, reason: String
  ) {
    self.request = request
    self.system = system
    self.ground = ground
    self.reviewBefore = reviewBefore
    self.reason = reason
  }
}

/// Ends a hold: what it kept is due.
public struct ReleaseHold: OfficerCall {
  public typealias Answer = [HoldView]
  public static let name = "hold.release"
  public var request: String
  public var system: String
  public init(request: String, system: String) {
    self.request = request
    self.system = system
  }
}

/// All holds, nearest review first.
public struct ListHolds: OfficerCall {
  public typealias Answer = [HoldView]
  public static let name = "hold.list"
  public init() {}
}

/// A hold in a table.
public struct HoldView: Codable, Hashable, Sendable {
  public var request: RequestReference
  public var number: Int
  public var system: SystemName
  public var ground: ExceptionGround
  public var reviewBefore: CivilDate
  /// Who set it last.
  public var by: String
  public var at: UTCTime
  /// Jobs that it keeps from beginning or going on.
  public var jobs: Int
  public init(
    request: RequestReference, number: Int, system: SystemName, ground: ExceptionGround, reviewBefore: CivilDate,
    by: String, at: UTCTime, jobs: Int
  ) {
    self.request = request
    self.number = number
    self.system = system
    self.ground = ground
    self.reviewBefore = reviewBefore
    self.by = by
    self.at = at
    self.jobs = jobs
  }
}
