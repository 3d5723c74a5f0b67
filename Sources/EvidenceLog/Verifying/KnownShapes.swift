import ErasureDomain
import Synchronization

/// Which facts of entries nobody knows, found out once for all entries of the same names.
final class KnownShapes: Sendable {
  /// As many are remembered: a log has some hundreds.
  private static let most = 10_000

  private let seen = Mutex<[UInt64: [String]]>([:])

  /// The names of facts of an entry, as it was read, that its kind's type does not know.
  func unknownFacts(of entry: EvidenceEntry) -> [String] {
    let shape = entry.shape
    if let known = seen.withLock({ $0[shape] }) { return known }
    let found = KnownEntryKinds.facts(of: entry).map { entry.facts(besides: $0) } ?? []
    seen.withLock { if $0.count < Self.most { $0[shape] = found } }
    return found
  }
}
