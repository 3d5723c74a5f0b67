public import ErasureDomain

/// One line of an allowed_signers file: who may sign with which key, for what and when.
public struct AllowedSigner: Hashable, Sendable {
  /// The names it stands for, each in full.
  public let principals: [String]
  /// The one key that may sign.
  public let key: SSHPublicKey
  /// The purposes it is good for; nothing means all, as OpenSSH has it.
  public let namespaces: [String]?
  /// The first second at which it is valid.
  public let validAfter: UTCTime?
  /// The last second at which it is valid (OpenSSH counts the named second as valid).
  public let validBefore: UTCTime?
  /// The line in the file, from 1.
  public let line: Int

  func names(_ principal: String) -> Bool {
    principals.contains { Lines.same($0, principal) }
  }

  func allows(_ namespace: String) -> Bool {
    namespaces?.contains { Lines.same($0, namespace) } ?? true
  }

  func isValid(at time: UTCTime) -> Bool {
    (validAfter.map { time >= $0 } ?? true) && (validBefore.map { time <= $0 } ?? true)
  }
}
