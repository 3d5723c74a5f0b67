public import ErasureDomain

/// Decides about one category of data in one system, before the plan is approved: the plan is proposed anew.
public struct DecideCategory: OfficerCall {
  public typealias Answer = PlanView
  public static let name = "plan.decide"
  /// The plan's reference, or the request's.
  public var plan: String
  public var system: String
  /// As the plan's lines name it.
  public var category: String
  /// Another ground than the line has; that of the line when absent.
  public var ground: ErasureGround?
  /// Why the ground does not apply: the category is not erased. It is accepted when absent.
  public var rejected: GroundRejection?

  public init(
    plan: String, system: String, category: String, ground: ErasureGround? = nil, rejected: GroundRejection? = nil
  ) {
    self.plan = plan
    self.system = system
    self.category = category
    self.ground = ground
    self.rejected = rejected
  }
}
