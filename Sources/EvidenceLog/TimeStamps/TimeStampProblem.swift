/// Why an answer of a time-stamping authority is no time stamp.
public enum TimeStampProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// More bytes than `TimeStamp.maximumBytes`.
  case tooLong(count: Int)
  /// Not an answer of RFC 3161.
  case malformed
  /// The authority did not grant it; the number is its status (RFC 3161, section 2.4.2).
  case refused(status: Int)
  /// The imprint is not a SHA-256.
  case otherHash

  /// What is wrong.
  public var description: String {
    switch self {
    case .tooLong(let count): "the answer has \(count) bytes, more than \(TimeStamp.maximumBytes)"
    case .malformed: "this is no answer of a time-stamping authority (RFC 3161)"
    case .refused(let status): "the time-stamping authority did not grant it (status \(status))"
    case .otherHash: "the time stamp is over another hash than SHA-256"
    }
  }
}
