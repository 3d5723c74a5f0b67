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
  /// Set where it is left out because the ground of its category was rejected, and not by itself.
  public let category: String?

  public init(root: RootRecord, reason: String, category: String? = nil) {
    self.root = root
    self.reason = reason
    self.category = category
  }
}
