public import HTTPTransport
public import OfficerAPI

/// Why a call to the daemon has no answer.
public enum CallFailure: Error, Sendable, CustomStringConvertible {
  /// The daemon says no.
  case refused(Refusal)
  /// Nobody answers at the socket.
  case unreachable(socket: String)
  /// Sent or not, no answer came.
  case noAnswer(HTTPFailure)
  /// The answer is none of ours: the program and the daemon differ in version.
  case unreadable(call: String, status: Int)
  /// The call cannot be written.
  case unwritable(call: String)

  /// What the shell is told.
  public var exit: ConsoleExit {
    switch self {
    case .refused(let refusal): ConsoleExit(refusal.reason)
    case .unreachable, .noAnswer, .unreadable: .unreachable
    case .unwritable: .usage
    }
  }

  /// What happened and what to do next.
  public var description: String {
    switch self {
    case .refused(let refusal): refusal.message
    case .unreachable(let socket):
      "nobody answers at \(socket); start expunged, or name its socket with --socket PATH"
    case .noAnswer(let failure): "the daemon gave no answer: \(failure)"
    case .unreadable(let call, let status):
      "the answer to \(call) does not read (status \(status)); expunge and expunged must have the same version"
    case .unwritable(let call): "the call \(call) cannot be written; look at its values"
    }
  }
}
