public import ErasureDomain

/// Why no plan can be made as register and findings stand.
public struct PlanProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// In the order of the systems; never empty.
  public let refusals: [PlanRefusal]

  /// One line for each refusal.
  public var description: String { refusals.map(\.description).joined(separator: "\n") }
}

/// One reason why a plan is refused, and what settles it.
public enum PlanRefusal: Hashable, Sendable {
  /// No system of the register knows people in a capacity that the request names.
  case noSystem(capacities: [Capacity])
  /// A system without anybody who answers for it.
  case noOwner(SystemName)
  /// A system that must be searched and was not: not the same as one where nothing was found.
  case notSearched(SystemName)
  /// The search found that the register cannot be followed, in the connector's words.
  case obstacle(SystemName, Obstacle)
  /// A blocker of the register counts more than zero.
  case blocked(SystemName, blocker: String, count: Int?)
  /// More records of one person in a dataset than the register allows.
  case tooManyRecords(SystemName, dataset: String, found: Int, most: Int)
  /// Rows are kept by a rule that no retention file has.
  case unknownRule(SystemName, dataset: String, rule: String)
  /// Rows would be reduced, but no kept row says until when.
  case undatedReduction(SystemName, dataset: String)
  /// Rows are kept by a rule that does not hold yet.
  case ruleNotYetValid(SystemName, rule: String, from: CivilDate)
  /// The system is switched off before rows in it may go; `until` is the last day, nil when the day is not known yet.
  case retiresBeforeDate(SystemName, retired: CivilDate, until: CivilDate?)
  /// A company that knows people by none of the kinds that we hold.
  case noIdentifier(SystemName, kinds: [IdentifierKind])
  /// The request asks for a copy only, and nothing was found of which one could be given.
  case nothingToExport
  /// A company whose endpoint has not passed the test of its contract, as the register describes it now.
  case contractNotPassed(SystemName, contract: String)
}

extension PlanRefusal: CustomStringConvertible {
  /// What, which, and what to do next.
  public var description: String {
    switch self {
    case .noSystem(let capacities):
      "no system of the register knows people as \(Self.list(capacities.map(\.rawValue))); "
        + "correct the capacities of the request, or subjects in the register"
    case .nothingToExport:
      "nothing was found of which the person could be given a copy; tell him so, and say which columns he takes along "
        + "with take-along in the register where there should be some"
    case .noOwner(let system):
      "system \"\(system)\" has no owner; name the role that answers for it in \(system).yaml"
    case .notSearched(let system):
      "system \"\(system)\" was not searched; search it, then plan again"
    case .obstacle(let system, let obstacle):
      "system \"\(system)\": \(obstacle.message)"
    case .blocked(let system, let blocker, let count):
      "system \"\(system)\": blocker \"\(blocker)\" counts \(count.map { "\($0)" } ?? "more than zero") and must count 0: "
        + "nothing is erased before. Have what it counts settled there, then plan again"
    case .tooManyRecords(let system, let dataset, let found, let most):
      "system \"\(system)\": dataset \"\(dataset)\" has \(found) records of this person, and at-most is \(most); look whose "
        + "they are before you raise it in \(system).yaml"
    case .unknownRule(let system, let dataset, let rule):
      "system \"\(system)\": dataset \"\(dataset)\" keeps rows by rule \"\(rule)\", which no retention file has; "
        + "add the rule, or correct \(system).yaml"
    case .undatedReduction(let system, let dataset):
      "system \"\(system)\": dataset \"\(dataset)\" has rows to reduce and no kept rows that say until when; "
        + "correct while-kept in \(system).yaml"
    case .ruleNotYetValid(let system, let rule, let from):
      "system \"\(system)\": rule \"\(rule)\" keeps rows and is valid from \(from) only; plan then, or correct valid-from"
    case .retiresBeforeDate(let system, let retired, let until):
      "system \"\(system)\" retires on \(retired) before rows may go"
        + (until.map { " on \($0)" } ?? ", on a day that nobody knows yet")
        + ": name where they move with moves-to in \(system).yaml, or correct retired"
    case .contractNotPassed(let system, let contract):
      "system \"\(system)\" has not passed the test of \(contract) as the register describes it now: "
        + "expunge recipient test \(system)"
    case .noIdentifier(let system, let kinds):
      "system \"\(system)\" knows people by \(Self.list(kinds.map(\.rawValue))) and none of them is known; "
        + "add one to the request, or correct identifiers in \(system).yaml"
    }
  }

  private static func list(_ words: [String]) -> String {
    words.isEmpty ? "(none named)" : words.joined(separator: ", ")
  }
}
