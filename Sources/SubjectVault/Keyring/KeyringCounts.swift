public import ErasureDomain

/// How much the keyring holds; nothing about whom.
public struct KeyringCounts: Hashable, Sendable {
  /// Recognition tags.
  public let tags: Int
  /// Follow-up jobs that have sealed row keys.
  public let sealedJobs: Int
  /// The epochs that have a key, the earliest first.
  public let epochs: [Keyring.Epoch]
  /// The last day any tag expires on; nil without tags.
  public let lastExpiry: CivilDate?

  /// These counts.
  public init(tags: Int, sealedJobs: Int, epochs: [Keyring.Epoch], lastExpiry: CivilDate?) {
    self.tags = tags
    self.sealedJobs = sealedJobs
    self.epochs = epochs
    self.lastExpiry = lastExpiry
  }
}
