import ConnectorKit
import ErasureDomain
import OfficerAPI
import SubjectVault

/// Identifiers that a record has in common with one that was erased, by the request for which that was erased.
typealias SharedIdentifiers = [RequestReference: [SubjectIdentifier]]

/// What a look through a system has found so far; identifiers stay in memory until a request seals them.
actor RestoreTally {
  private let since: UTCTime
  private var records = 0
  private var certain = 0
  private var possible: [String: Int] = [:]
  /// Records that are back for certain, with their identifiers, by the request for which they had been erased.
  private(set) var people: [RequestReference: Person] = [:]
  /// Records that have an identifier in common with one of a request that suffices by itself, and are not back for certain.
  private var perhaps: [RequestReference: Person] = [:]

  /// The kinds of identifier by which records of a dataset are found that suffice by themselves.
  private let suffices: [String: Set<IdentifierKind>]

  struct Person: Sendable {
    var identifiers: [SubjectIdentifier] = []
    var roots: [RootRecord] = []

    /// Nothing but what was the person's before: other identifiers of the record may lead to others.
    mutating func add(_ record: ScannedRecord, sharing shared: [SubjectIdentifier]) {
      for identifier in shared where !identifiers.contains(identifier) { identifiers.append(identifier) }
      roots.append(record.root)
    }
  }

  init(since: UTCTime, suffices: [String: Set<IdentifierKind>]) {
    self.since = since
    self.suffices = suffices
  }

  func add(
    _ batch: [ScannedRecord], _ hits: [[TagHit]], shared: [SharedIdentifiers], done: Set<RequestReference>
  ) {
    records += batch.count
    for ((record, hits), shared) in zip(zip(batch, hits), shared) {
      // What was erased before that state came back by itself since: a new customer, and no finding.
      let later = hits.filter { $0.erasedAt >= since && done.contains($0.request) }
      let sure = later.filter { $0.certainty == .certain }
      let kinds = suffices[record.root.dataset] ?? []
      func own(_ request: RequestReference) -> [SubjectIdentifier] {
        (shared[request] ?? []).filter { kinds.contains($0.kind) }
      }
      guard let last = sure.max(by: { $0.erasedAt < $1.erasedAt }) else {
        // What has to stay shares identifiers with what went.
        guard !record.isRestricted else { continue }
        if !later.isEmpty { possible[record.root.dataset, default: 0] += 1 }
        // Keys are used again, rows that were reduced keep theirs, and a household shares a telephone.
        for request in Set(later.map(\.request)) where !own(request).isEmpty {
          perhaps[request, default: Person()].add(record, sharing: own(request))
        }
        continue
      }
      certain += 1
      let sufficing = own(last.request)
      people[last.request, default: Person()].add(
        record, sharing: sufficing.isEmpty ? shared[last.request] ?? [] : sufficing)
    }
  }

  /// How many records of a request are back for certain, and how many perhaps.
  func records(of request: RequestReference) -> (certain: Int, possible: Int) {
    (people[request]?.roots.count ?? 0, perhaps[request]?.roots.count ?? 0)
  }

  /// Who is back for certain, or else perhaps.
  func person(of request: RequestReference) -> Person? { people[request] ?? perhaps[request] }

  func facts(system: SystemName, copy: SystemName?, asOf: UTCTime, drill: Bool?) -> RestoreScanned {
    RestoreScanned(
      system: system, copy: copy, asOf: asOf, records: records, certain: certain,
      possible: possible.values.reduce(0, +), drill: drill)
  }

  func view(
    system: SystemName, copy: SystemName?, asOf: UTCTime, at now: UTCTime, proposals: [RestoreView.Proposal]
  ) -> RestoreView {
    RestoreView(
      system: system, copy: copy, asOf: asOf, at: now, records: records, certain: certain, possible: possible,
      proposals: proposals)
  }
}
