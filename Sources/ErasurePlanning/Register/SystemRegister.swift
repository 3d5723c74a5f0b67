public import ErasureDomain

/// The system register: every system that holds personal data, and the rules by which rows are kept.
public struct SystemRegister: Hashable, Sendable {
  /// Sorted by name, without two of one name.
  public let systems: [SystemRecord]
  /// Retention rules by id.
  public let retention: [String: RetentionRule]
  /// Values that are never searched further.
  public let stopList: StopList
  /// Canonical JSON of systems and retention rules: their SHA-256 is the register's digest in a plan.
  public let canonicalBytes: [UInt8]

  /// A register from its parts; `load` checks them, this does not. Throws when settings have no canonical form.
  public init(
    systems: [SystemRecord], retention: [String: RetentionRule], stopList: StopList = StopList()
  ) throws(CanonicalJSONError) {
    self.systems = systems.sorted { $0.system < $1.system }
    self.retention = retention
    self.stopList = stopList
    canonicalBytes = try CanonicalJSON.encode(
      Extract(register: 1, retention: retention, systems: self.systems))
  }

  /// The system of this name.
  public subscript(system: SystemName) -> SystemRecord? {
    systems.first { $0.system == system }
  }

  /// Kinds of identifiers that identify a person alone in some dataset.
  public var sufficing: Set<IdentifierKind> { Set(systems.flatMap { $0.datasets.flatMap(\.suffices) }) }

  /// The systems that declare copies which `backup` looks after, by name.
  public func systems(copiedTo backup: SystemName) -> [SystemName] {
    systems.filter { $0.copies.contains { $0.system == backup } }.map(\.system)
  }

  private struct Extract: Encodable {
    let register: Int
    let retention: [String: RetentionRule]
    let systems: [SystemRecord]
  }
}
