/// Why a text is not a trust policy; lines are counted from 1.
public enum TrustPolicyError: Error, Hashable, Sendable, CustomStringConvertible {
  /// More bytes than `TrustPolicy.maximumBytes`.
  case tooLong(count: Int)
  /// A control character other than tab and newline, or not UTF-8.
  case badCharacter(line: Int)
  /// The last line does not end in a newline.
  case notEnded
  /// A line that begins with no known word, or has the wrong number of parts.
  case malformed(line: Int)
  /// A verifier key that cannot be read.
  case badKey(line: Int, NoteKeyError)
  /// A log with a witness's kind of key, or the other way round.
  case wrongKind(line: Int)
  /// A public key that stands in the policy already.
  case repeatedKey(line: Int)
  /// A name that is defined already, or `none`.
  case nameTaken(line: Int)
  /// A name that no line before defines.
  case unknownName(line: Int, name: String)
  /// A name that is a member of a group already.
  case alreadyMember(line: Int, name: String)
  /// A threshold that is not between 1 and the number of members.
  case badThreshold(line: Int)
  /// Not exactly one quorum line.
  case quorumCount(Int)

  /// What is wrong, where, and what to do next.
  public var description: String {
    switch self {
    case .tooLong(let count): "the trust policy has \(count) bytes, more than \(TrustPolicy.maximumBytes)"
    case .badCharacter(let line): "policy line \(line): a control character, or not UTF-8"
    case .notEnded: "the last line of the trust policy does not end in a newline"
    case .malformed(let line):
      "policy line \(line): write log <vkey> [url], witness <name> <vkey> [url], group <name> <k|any|all> <names>"
        + " or quorum <name|none>"
    case .badKey(let line, let error): "policy line \(line): \(error)"
    case .wrongKind(let line):
      "policy line \(line): a log has a key of kind 0x01, a witness one of kind 0x04; this one is of the other kind"
    case .repeatedKey(let line): "policy line \(line): this public key stands in the policy already"
    case .nameTaken(let line): "policy line \(line): this name is taken; choose another"
    case .unknownName(let line, let name): "policy line \(line): \(name) is not defined on a line before this one"
    case .alreadyMember(let line, let name): "policy line \(line): \(name) is a member of a group already"
    case .badThreshold(let line): "policy line \(line): the number must be between 1 and the number of members"
    case .quorumCount(let count): "the trust policy has \(count) quorum lines instead of one"
    }
  }
}
