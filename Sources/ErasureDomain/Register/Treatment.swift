/// What happens to the rows of a dataset.
public enum Treatment: Hashable, Sendable {
  case delete
  /// Kept until a retention rule lets them go, row by row.
  case retain(Retention)
  /// Kept exactly as long as the rows of another dataset they belong to (invoice lines).
  case retainWith(dataset: String, keepColumns: [String]? = nil, restrict: Restriction? = nil)
  /// Deleted, unless rows of `dataset` that point to it are kept: then the named columns stay and all others
  /// are overwritten.
  case reduce(keepColumns: [String], whileKept: String)
  /// Overwritten but for columns that say nothing about a person; the outcome is `anonymised`.
  case anonymise(Anonymisation)
  /// Deleted by a function of the database (`schema.function`), where whoever runs it wants her own code to do it. It
  /// gets the keys of the approved rows and gives their number back; both are compared, and we look again.
  case call(function: String)

  /// How rows that stay are marked; nothing where they are not.
  public var restrict: Restriction? {
    switch self {
    case .retain(let retention): retention.restrict
    case .retainWith(_, _, let restrict): restrict
    case .delete, .reduce, .anonymise, .call: nil
    }
  }
}

extension Treatment: Codable {
  private struct Wire: Codable {
    var verb: String
    var rule: String?
    var start: String?
    var dataset: String?
    var keep: [String]?
    var restrict: Restriction?
    var anonymise: Anonymisation?
    var call: String?
  }

  public init(from decoder: any Decoder) throws {
    let wire = try Wire(from: decoder)
    if wire.verb == "call", let function = wire.call {
      self = .call(function: function)
      return
    }
    guard wire.call == nil else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "unknown treatment"))
    }
    switch (wire.verb, wire.rule, wire.start, wire.dataset, wire.keep, wire.restrict, wire.anonymise) {
    case ("delete", nil, nil, nil, nil, nil, nil): self = .delete
    case ("retain", let rule?, let start?, nil, let keep, let restrict, nil):
      self = .retain(Retention(rule: rule, start: start, keepColumns: keep, restrict: restrict))
    case ("retain-with", nil, nil, let dataset?, let keep, let restrict, nil):
      self = .retainWith(dataset: dataset, keepColumns: keep, restrict: restrict)
    case ("reduce", nil, nil, let dataset?, let keep?, nil, nil): self = .reduce(keepColumns: keep, whileKept: dataset)
    case ("anonymise", nil, nil, nil, nil, nil, let anonymisation?): self = .anonymise(anonymisation)
    default:
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "unknown treatment"))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    let wire =
      switch self {
      case .delete: Wire(verb: "delete")
      case .retain(let retention):
        Wire(
          verb: "retain", rule: retention.rule, start: retention.start, keep: retention.keepColumns,
          restrict: retention.restrict)
      case .retainWith(let dataset, let keep, let restrict):
        Wire(verb: "retain-with", dataset: dataset, keep: keep, restrict: restrict)
      case .reduce(let keep, let dataset): Wire(verb: "reduce", dataset: dataset, keep: keep)
      case .anonymise(let anonymisation): Wire(verb: "anonymise", anonymise: anonymisation)
      case .call(let function): Wire(verb: "call", call: function)
      }
    try wire.encode(to: encoder)
  }
}
