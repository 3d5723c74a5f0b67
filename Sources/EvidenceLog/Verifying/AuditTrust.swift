/// What an auditor brings along; nothing of it comes from the evidence.
public struct AuditTrust: Sendable {
  /// The log's key, the witnesses and how many of them must have cosigned.
  public let policy: TrustPolicy
  /// The keys that may decide, in the auditor's own copy; nothing when there is none.
  public let allowedSigners: AllowedSigners?
  /// What is demanded of people's signatures beyond a touch of each key in hardware.
  public let signatures: SignaturePolicy
  /// Checkpoints of the same log that the auditor kept from earlier, as they were given to him.
  public let earlier: [[UInt8]]

  /// What an auditor trusts.
  public init(
    policy: TrustPolicy, allowedSigners: AllowedSigners? = nil, signatures: SignaturePolicy = SignaturePolicy(),
    earlier: [[UInt8]] = []
  ) {
    self.policy = policy
    self.allowedSigners = allowedSigners
    self.signatures = signatures
    self.earlier = earlier
  }
}
