/// Which keys sign the log, as its entries say.
public struct LogKeyStanding: Hashable, Sendable, Codable {
  /// The verifier keys that sign now: the old and the new one while one follows the other.
  public var inForce: [String]
  /// Those that were destroyed, oldest first.
  public var destroyed: [String]

  public init(inForce: [String], destroyed: [String] = []) {
    self.inForce = inForce
    self.destroyed = destroyed
  }
}

extension LogRecord {
  /// The verifier keys that sign the log now; none before it was opened.
  public var keysInForce: [String] { keys?.inForce ?? opened.map { [$0.vkey] } ?? [] }

  /// Every verifier key that the log has or had, oldest first.
  public var allKeys: [String] { (keys?.destroyed ?? []) + keysInForce }
}

/// The log's keys follow each other one at a time.
enum LogKeyFold {
  static func apply(_ entry: EvidenceEntry, to log: inout LogRecord) throws {
    switch entry.kind {
    case KeyRotated.kind:
      let facts = try entry.facts(as: KeyRotated.self)
      guard let origin = log.opened?.origin, log.keysInForce.count == 1 else {
        throw FoldProblem.malformed(entry.kind, "begins while the key before is not destroyed yet")
      }
      guard facts.newVkey.utf8.starts(with: (origin + "+").utf8), !log.allKeys.contains(facts.newVkey) else {
        throw FoldProblem.malformed(entry.kind, "names no new key of this log")
      }
      log.keys = LogKeyStanding(
        inForce: log.keysInForce + [facts.newVkey], destroyed: log.keys?.destroyed ?? [])
    case KeyDestroyed.kind:
      let facts = try entry.facts(as: KeyDestroyed.self)
      guard log.keysInForce.count == 2, log.keysInForce[0] == facts.vkey else {
        throw FoldProblem.malformed(entry.kind, "names no key that another one followed")
      }
      log.keys = LogKeyStanding(
        inForce: [log.keysInForce[1]], destroyed: (log.keys?.destroyed ?? []) + [facts.vkey])
    case LogClosed.kind: log.closedAt = entry.at
    default: break
    }
  }
}
