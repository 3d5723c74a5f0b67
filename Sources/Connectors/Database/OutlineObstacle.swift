import ErasureDomain

extension Obstacle {
  /// A database whose tables nobody has described yet: nothing may be planned over it.
  static func noDatasets(of system: SystemName) -> Obstacle {
    Obstacle(
      code: FailureCode("no-datasets"),
      message: "no datasets say which tables hold a person; `expunge register draft \(system)` proposes them")
  }
}
