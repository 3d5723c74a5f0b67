public import ErasureDomain
public import ErasurePlanning

/// What the desk needs to know of the configuration.
public struct DeskSettings: Sendable {
  public var version: String
  public var origin: String
  public var practice: Bool
  public var people: People
  public var register: SystemRegister
  public var registerDigest: ContentDigest
  public var holidays: HolidayCalendar
  /// Distinct people who must sign a plan.
  public var approvals: Int
  public var margin: Margin
  /// Days after which an unapproved plan must be made anew.
  public var planDays: Int
  /// Hours between the last signature and the first step: a way back. None where it is 0.
  public var waitingHours: Int
  /// Set when `allowed_signers`, `people:` or the register changed without the signatures of two entitled people:
  /// no new plans outside practice mode. Says which.
  public var changedWithoutSignatures: [String]

  public init(
    version: String, origin: String, practice: Bool, people: People, register: SystemRegister,
    registerDigest: ContentDigest, holidays: HolidayCalendar, approvals: Int, margin: Margin = .standard,
    planDays: Int = 7, waitingHours: Int = 0, changedWithoutSignatures: [String] = []
  ) {
    self.version = version
    self.origin = origin
    self.practice = practice
    self.people = people
    self.register = register
    self.registerDigest = registerDigest
    self.holidays = holidays
    self.approvals = approvals
    self.margin = margin
    self.planDays = planDays
    self.waitingHours = waitingHours
    self.changedWithoutSignatures = changedWithoutSignatures
  }
}
