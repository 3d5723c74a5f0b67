public import OfficerAPI

/// What the program tells the shell.
public enum ConsoleExit: Int32, Sendable, CaseIterable {
  case done = 0
  /// A rule or the state of things does not allow it.
  case refused = 1
  /// The command line or the input is wrong.
  case usage = 2
  /// The daemon is not there, or cannot do it now.
  case unreachable = 3
  case notFound = 4
  case notAllowed = 5
  /// Somebody else was quicker: look again.
  case conflict = 6

  /// The status for a refusal of the daemon.
  public init(_ reason: Refusal.Reason) {
    switch reason {
    case .invalid: self = .usage
    case .notFound: self = .notFound
    case .forbidden: self = .notAllowed
    case .refused: self = .refused
    case .conflict: self = .conflict
    case .unavailable: self = .unreachable
    }
  }

  /// For the help of `expunge`.
  var words: String {
    switch self {
    case .done: "done"
    case .refused: "refused by a rule, or not healthy"
    case .usage: "wrong use or input"
    case .unreachable: "the daemon cannot be reached or cannot do it now"
    case .notFound: "not found"
    case .notAllowed: "not allowed"
    case .conflict: "somebody else was quicker: look again"
    }
  }
}
