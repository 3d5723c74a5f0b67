/// An officer decided about one category of data in one system: the proposal is void, a new one follows.
public struct CategoryDecided: EntryFacts {
  public static let kind = EntryKind("category.decided")
  public var system: SystemName
  public var category: String
  public var ground: ErasureGround
  /// Why the ground does not apply; nil where it is accepted.
  public var rejected: GroundRejection?

  public init(system: SystemName, category: String, ground: ErasureGround, rejected: GroundRejection? = nil) {
    self.system = system
    self.category = category
    self.ground = ground
    self.rejected = rejected
  }
}
