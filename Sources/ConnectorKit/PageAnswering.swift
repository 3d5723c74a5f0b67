public import ErasureDomain

/// A connector whose recipient is a person: a letter tells him, and he answers on a page of ours that only the letter
/// links to, or on paper.
public protocol PageAnswering: Polling {
  /// The letter of an order that was sent: what the page says again. Changes nothing.
  func letter(_ order: ErasureOrder) throws(ConnectorFailure) -> RecipientLetter
}

/// A connector that leaves something about a person outside our stores, such as a letter to be printed.
public protocol Discarding: Connector {
  /// Removes what was left there for the job. Harmless when nothing is there; throws when something may be left.
  func discard(_ job: JobReference) throws(ConnectorFailure)
}

/// Under what name an order remembers the address of its page, token and all.
public enum RememberedLink {
  public static let name = "letter-link"
}

/// What stands at the end of a letter's link: which job, and 32 random bytes that nobody can guess.
public struct LetterToken: Hashable, Sendable {
  /// The path of the pages, with the slash before the token.
  public static let path = "/v1/letters/"
  /// Random bytes in a token.
  public static let size = 32

  public let job: JobReference
  /// 32 bytes, base64url.
  public let secret: String

  /// A new token; `random` makes it once.
  public init(for job: JobReference, using random: any RandomSource) {
    self.job = job
    secret = Base64.encodeURLSafe(random.bytes(Self.size))
  }

  /// Reads a token; nil for anything that cannot be one.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let job = JobReference(String(parts[0])),
      let bytes = Base64.decodeURLSafe(String(parts[1])), bytes.count == Self.size,
      Base64.encodeURLSafe(bytes) == parts[1]
    else { return nil }
    self.job = job
    secret = String(parts[1])
  }

  /// The token at the end of a link; nil when there is none.
  public init?(link: String) {
    guard let last = link.split(separator: "/").last else { return nil }
    self.init(last)
  }

  /// As it stands in the link. A secret: never in a log.
  public var text: String { "\(job).\(secret)" }

  /// Whether both are the same, in a time that does not depend on where they differ.
  public func matches(_ other: LetterToken) -> Bool {
    let (mine, theirs) = (Array(text.utf8), Array(other.text.utf8))
    guard mine.count == theirs.count else { return false }
    return zip(mine, theirs).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
