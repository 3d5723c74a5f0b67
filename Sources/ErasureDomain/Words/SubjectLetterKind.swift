/// Which letter to the person it is (requirements, section 9).
public enum SubjectLetterKind: String, Hashable, Sendable, Codable, CaseIterable {
  /// The request has come, with the last day of the answer.
  case acknowledgement
  /// Asks for what shows that the request is the person's own.
  case identity
  /// More time is needed, with the reason.
  case `extension`
  /// The request is refused: reason, complaint, court (Art. 12(4) GDPR).
  case refusal
  /// What was done, system by system.
  case completion
  /// A second text, after closing: the last backup was seen gone. It has no name and no address.
  case lastCopyGone = "last-copy-gone"
  /// The person withdrew; what had gone and what was stopped.
  case withdrawn

  /// Whether the letter says nothing about the person, so that it may go to somebody whose identity is not established.
  public var isWithoutContent: Bool { self == .acknowledgement || self == .identity }

  /// The letter by which a person is informed of the end of a request in this state; nil where there is no end yet.
  public static func informing(of state: ErasureRequest.State) -> SubjectLetterKind? {
    switch state {
    case .concluded: .completion
    case .refused: .refusal
    case .withdrawn, .withdrawnPartly: .withdrawn
    case .received, .verified, .inErasure, .closed, .ended: nil
    }
  }
}
