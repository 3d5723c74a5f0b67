public import ErasureDomain

/// Why an allowed_signers file cannot be read; lines are counted from 1.
public enum AllowedSignersError: Error, Hashable, Sendable, CustomStringConvertible {
  /// More bytes than `AllowedSigners.maximumBytes`.
  case tooLong(count: Int)
  /// Not UTF-8, or a control character other than tab and newline.
  case badCharacter(line: Int)
  /// Not `principals [options] type base64 [comment]`, or a quotation that does not end.
  case malformed(line: Int)
  /// A principal or namespace with `*`, `?` or `!`.
  case patternRefused(line: Int, String)
  /// `cert-authority`: whoever holds that key could appoint anyone.
  case certificateAuthorityRefused(line: Int)
  /// An option that this library does not know.
  case unknownOption(line: Int, String)
  /// An option that stands twice.
  case repeatedOption(line: Int, String)
  /// A time that is not `YYYYMMDD[HHMM[SS]]Z`.
  case badTime(line: Int, String)
  /// `valid-before` is not after `valid-after`.
  case emptyPeriod(line: Int)
  /// A key that is not taken.
  case badKey(line: Int, SSHPublicKeyError)

  /// What is wrong, where, and what to do next.
  public var description: String {
    switch self {
    case .tooLong(let count): "allowed_signers has \(count) bytes, more than \(AllowedSigners.maximumBytes)"
    case .badCharacter(let line): "allowed_signers line \(line): not UTF-8, or a control character"
    case .malformed(let line): "allowed_signers line \(line): write principal[,principal] [options] type base64"
    case .patternRefused(let line, let text):
      "allowed_signers line \(line): \(text) is a pattern; name each principal and namespace in full"
    case .certificateAuthorityRefused(let line):
      "allowed_signers line \(line): cert-authority is not taken; list each officer's own key"
    case .unknownOption(let line, let name):
      "allowed_signers line \(line): option \(name) is unknown; use namespaces, valid-after, valid-before"
    case .repeatedOption(let line, let name): "allowed_signers line \(line): option \(name) stands twice"
    case .badTime(let line, let text):
      "allowed_signers line \(line): \(text) is no time in UTC; write YYYYMMDDZ, YYYYMMDDHHMMZ or YYYYMMDDHHMMSSZ"
    case .emptyPeriod(let line): "allowed_signers line \(line): valid-before is not after valid-after"
    case .badKey(let line, let error): "allowed_signers line \(line): \(error)"
    }
  }
}

/// Why a signature by a good key does not count.
public enum SignerRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// No line names this principal.
  case unknownPrincipal(String)
  /// Lines name the principal, but with other keys.
  case keyNotListed(principal: String, fingerprint: String)
  /// The key is listed for other purposes.
  case namespaceNotAllowed(principal: String, namespace: String)
  /// The key is listed for another time.
  case notValidAt(principal: String, time: UTCTime)

  /// What is wrong, where, and what to do next.
  public var description: String {
    switch self {
    case .unknownPrincipal(let principal): "allowed_signers names no \(principal); two entitled people can add one"
    case .keyNotListed(let principal, let fingerprint):
      "key \(fingerprint) is not listed for \(principal); sign with a listed key"
    case .namespaceNotAllowed(let principal, let namespace): "the key of \(principal) is not listed for \(namespace)"
    case .notValidAt(let principal, let time): "the key of \(principal) is not valid at \(time)"
    }
  }
}
