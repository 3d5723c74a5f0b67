public import ConnectorKit
public import ErasureDomain

/// Orders for tests, filled with plain values.
public enum ConnectorOrders {
  /// A search with a deadline far away.
  public static func search(
    _ system: SystemName, _ identifiers: [SubjectIdentifier], leftOut: [RootRecord] = [],
    spared: [CaseRecord] = []
  ) -> SearchOrder {
    SearchOrder(system: system, identifiers: identifiers, leftOut: leftOut, spared: spared, deadline: .distantFuture)
  }

  /// The order an officer's approval of exactly these findings gives: every root, every count, every date.
  public static func erasure(
    _ system: SystemName, _ identifiers: [SubjectIdentifier], approving findings: Findings,
    verb: JobVerb = .erase, leftOut: [RootRecord] = [], spared: [CaseRecord] = [], prepared: PreparedEffect? = nil,
    remembered: [String: String] = [:], kept: KeptRows? = nil, margin: Margin = .standard, erasedBy: UTCTime? = nil,
    callDeadline: UTCTime = .distantFuture, export: PlannedExport? = nil
  ) -> ErasureOrder {
    ErasureOrder(
      request: RequestReference(bytes: [UInt8](repeating: 1, count: 16)),
      job: JobReference(bytes: [UInt8](repeating: 2, count: 16)), system: system, verb: verb,
      ground: .consentWithdrawn, receivedOn: CivilDate(daysSince1970: 20_500), identifiers: identifiers,
      roots: findings.roots, leftOut: leftOut, spared: spared, approved: findings.counts, margin: margin,
      followUps: findings.counts.flatMap(\.kept), deadline: .distantFuture, callDeadline: callDeadline,
      idempotencyKey: "contract-key-1", prepared: prepared,
      blind: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", remembered: remembered, kept: kept, erasedBy: erasedBy,
      export: export)
  }
}
