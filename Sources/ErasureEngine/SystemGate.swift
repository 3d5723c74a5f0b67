public import ConnectorKit
public import ErasureDomain
import EvidenceLog

/// Which of our own systems may be changed: those that their owners released as the register describes them now.
public struct SystemGate: Sendable {
  /// Where a system in which we erase stands.
  public enum State: Hashable, Sendable {
    /// Nobody released it yet.
    case lookOnly
    /// The register has changed since it was released.
    case changed(SystemStanding)
    case stopped(SystemStanding)
    /// Nothing is known of who released it in a log that began before owners did so.
    case released(SystemStanding?)

    /// Whether anything may be changed in it.
    public var isReleased: Bool {
      if case .released = self { true } else { false }
    }
  }

  /// Systems in which we erase, in the register's order.
  public let records: [SystemRecord]
  private let digests: [SystemName: ContentDigest]

  /// The gate of all systems of the register.
  public init(_ systems: ConnectedSystems) { self.init(systems.records) }

  /// The gate of these systems.
  public init(_ records: [SystemRecord]) {
    self.records = records.filter(\.isErasedByUs)
    var digests: [SystemName: ContentDigest] = [:]
    for record in self.records {
      // A record without canonical form has no digest that could be released.
      guard let bytes = try? CanonicalJSON.encode(record) else { continue }
      digests[record.system] = ContentDigest(hashing: bytes)
    }
    self.digests = digests
  }

  /// SHA-256 of the system's canonical record; nothing for a system in which we do not erase.
  public func digest(of system: SystemName) -> ContentDigest? { digests[system] }

  /// Where a system in which we erase stands.
  public func state(of system: SystemName, in log: LogRecord) -> State {
    guard let standing = log.systems[system] else {
      return log.isReleased(system) ? .released(nil) : .lookOnly
    }
    guard let released = standing.released else { return .stopped(standing) }
    return released == digests[system] ? .released(standing) : .changed(standing)
  }

  /// Whether jobs that change the system may be claimed.
  ///
  /// A system that left the register, or in which we do not erase any more, is not held back here: its attempts ask.
  public func mayChange(_ system: SystemName, in log: LogRecord) -> Bool {
    guard digests[system] != nil else { return log.isReleased(system) }
    return state(of: system, in: log).isReleased
  }
}
