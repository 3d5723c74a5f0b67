// Facts of entries about holds. They stand in the stream of the request.

/// What one system has of the person stays for now: its erasures do not begin. Why, in words, is in the vault.
public struct HoldSet: EntryFacts {
  public static let kind = EntryKind("hold.set")
  public var system: SystemName
  public var ground: ExceptionGround
  /// By this day it is looked at again; at most six months ahead.
  public var reviewBefore: CivilDate

  public init(system: SystemName, ground: ExceptionGround, reviewBefore: CivilDate) {
    self.system = system
    self.ground = ground
    self.reviewBefore = reviewBefore
  }
}

/// The hold is over: what it kept is due.
public struct HoldReleased: EntryFacts {
  public static let kind = EntryKind("hold.released")
  public var system: SystemName

  public init(system: SystemName) { self.system = system }
}

/// People were called because the day by which a hold was to be looked at has come.
public struct HoldOverdue: EntryFacts {
  public static let kind = EntryKind("hold.overdue")
  public var system: SystemName
  public var reviewBefore: CivilDate

  public init(system: SystemName, reviewBefore: CivilDate) {
    self.system = system
    self.reviewBefore = reviewBefore
  }
}
