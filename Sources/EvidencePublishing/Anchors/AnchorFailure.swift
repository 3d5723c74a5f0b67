import EvidenceLog
import HTTPTransport

/// Why a witness or an authority gave nothing that may be kept. It says no word of theirs.
enum AnchorFailure: Error, Equatable, Sendable {
  /// No answer, as far as the transport knows.
  case transport(HTTPFailure)
  /// An answer with a status that is none of the protocol's, or that refuses.
  case status(Int)
  /// More bytes than any right answer has.
  case tooLarge
  /// Not an answer of the protocol.
  case malformed
  /// The authority did not grant the time stamp.
  case notGranted(Int)
  /// The answer is about other bytes than ours.
  case otherImprint
  /// The answer is not to our request: it may be an old one.
  case otherNonce
  /// A list of revoked certificates of another day.
  case outOfDate
  /// No line by the witness's key.
  case otherKey
  /// A line by the witness's key that does not verify.
  case badSignature
  /// The cosignature is older than one that the same witness gave before.
  case olderTime
  /// The witness knows a larger tree of this log than ours, and shows it.
  case ahead(size: UInt64)
  /// The witness knows another tree of our size that our key signed, and shows it.
  case forked(size: UInt64)
  /// The witness says that it knows another tree, and shows none that our key signed.
  case baseless
  /// The journal would not keep it.
  case notKept

  /// One word for logs and entries.
  var code: String {
    switch self {
    case .transport(.timedOut): "timed-out"
    case .transport(.tooLarge), .tooLarge: "too-large"
    case .transport(.tlsFailed): "tls-failed"
    case .transport: "unreachable"
    case .status(let status): "status-\(status)"
    case .malformed: "malformed"
    case .notGranted(let status): "not-granted-\(status)"
    case .otherImprint: "other-imprint"
    case .otherNonce: "other-nonce"
    case .outOfDate: "out-of-date"
    case .otherKey: "other-key"
    case .badSignature: "bad-signature"
    case .olderTime: "older-time"
    case .ahead: "ahead"
    case .forked: "forked"
    case .baseless: "baseless"
    case .notKept: "not-kept"
    }
  }

  /// Whether the answer itself is wrong: that is no outage, and somebody should look.
  var isWrongAnswer: Bool {
    switch self {
    case .otherImprint, .otherNonce, .otherKey, .badSignature, .olderTime, .baseless, .ahead, .forked: true
    case .transport, .status, .tooLarge, .malformed, .notGranted, .outOfDate, .notKept: false
    }
  }

  init(_ problem: TimeStampProblem) {
    self =
      switch problem {
      case .tooLong: .tooLarge
      case .malformed: .malformed
      case .refused(let status): .notGranted(status)
      case .otherHash: .otherImprint
      }
  }

  init(_ failure: HTTPFailure) { self = failure == .tooLarge ? .tooLarge : .transport(failure) }
}
