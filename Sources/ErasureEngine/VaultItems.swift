public import ErasureDomain
public import SubjectVault

extension VaultItem {
  /// Root records of a system an officer left out, with the reason beside them.
  public static func leftOut(_ system: SystemName) -> VaultItem { VaultItem(rawValue: "left-out/\(system)") }
}

/// A root record an officer left out of the plan, and why. In the vault only.
public struct LeftOutRecord: Hashable, Sendable, Codable {
  public let root: RootRecord
  public let reason: String

  public init(root: RootRecord, reason: String) {
    self.root = root
    self.reason = reason
  }
}
