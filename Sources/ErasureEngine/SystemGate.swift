public import ConnectorKit
public import ErasureDomain
import EvidenceLog

/// Which of our own systems may be changed: those that their owners released as the register describes them now, within
/// their hours.
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
  /// Of every record of the register.
  private let digests: [SystemName: ContentDigest]
  private let erased: Set<SystemName>
  private let hours: [SystemName: AllowedHours]
  private let clock: any CivilClock

  /// The gate of all systems of the register, on the controller's clock.
  public init(_ systems: ConnectedSystems, clock: any CivilClock) {
    records = systems.records.filter(\.isErasedByUs)
    self.clock = clock
    hours = records.reduce(into: [:]) { $0[$1.system] = $1.hours }
    var digests: [SystemName: ContentDigest] = [:]
    for record in systems.records {
      // A record without canonical form has no digest that could be released.
      guard let bytes = try? CanonicalJSON.encode(record) else { continue }
      digests[record.system] = ContentDigest(hashing: bytes)
    }
    self.digests = digests
    erased = Set(records.map(\.system))
  }

  /// SHA-256 of the canonical record of any system of the register.
  public func recordDigest(of system: SystemName) -> ContentDigest? { digests[system] }

  /// SHA-256 of the system's canonical record; nothing for a system in which we do not erase.
  public func digest(of system: SystemName) -> ContentDigest? {
    erased.contains(system) ? digests[system] : nil
  }

  /// Where a system in which we erase stands.
  public func state(of system: SystemName, in log: LogRecord) -> State {
    guard let standing = log.systems[system] else {
      return log.isReleased(system) ? .released(nil) : .lookOnly
    }
    guard let released = standing.released else { return .stopped(standing) }
    return released == digest(of: system) ? .released(standing) : .changed(standing)
  }

  /// Whether jobs that change the system may be claimed at that time.
  ///
  /// A system that left the register, or in which we do not erase any more, is not held back here: its attempts ask.
  public func mayChange(_ system: SystemName, in log: LogRecord, at now: UTCTime) -> Bool {
    guard digest(of: system) != nil else { return log.isReleased(system) }
    return state(of: system, in: log).isReleased && opening(of: system, after: now) == nil
  }

  /// When the system's hours begin; nothing where they have begun, or where it has none.
  public func opening(of system: SystemName, after now: UTCTime) -> UTCTime? {
    guard let hours = hours[system] else { return nil }
    // Hours that never come hold the system back for ever.
    guard let window = hours.window(at: now, on: clock) else { return .distantFuture }
    return window.contains(now) ? nil : window.opens
  }

  /// When a call that changes the system must have ended; nothing where no hours say so.
  public func closing(of system: SystemName, at now: UTCTime) -> UTCTime? {
    guard let hours = hours[system] else { return nil }
    guard let window = hours.window(at: now, on: clock), window.contains(now) else { return now }
    return window.closes
  }

  /// Systems whose hours have not begun, and when they do.
  func openings(after now: UTCTime) -> [(system: SystemName, opens: UTCTime)] {
    records.compactMap { record in opening(of: record.system, after: now).map { (record.system, $0) } }
  }
}
