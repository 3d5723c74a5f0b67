import ConnectorKit
import ErasureDomain

/// Gives sets that can hold a person their last day, and later looks whether they are gone; the same for every store.
///
/// A set is never removed because of one person: its tool removes it by its retention or by our tag.
struct BackupExpiry: Sendable {
  /// The name of the counts: backup sets, never rows of a person.
  static let dataset = "backup-set"
  /// Seconds until a set that is being made is looked at again.
  static let unfinishedSetSeconds: Int64 = 3_600

  let store: any BackupStore
  let clock: any CivilClock

  /// Refuses a system that nothing names as keeper of its copies.
  static func check(_ context: ConnectorContext) throws(SettingsProblem) {
    guard !context.copiesOf.isEmpty else {
      throw SettingsProblem(
        "system \"\(context.record.system)\": it looks after no system's copies; name it under copies of the systems "
          + "it backs up")
    }
  }

  /// `tag-expiry` writes the tags and answers with the latest day; `confirm-expiry` only looks.
  ///
  /// When no set can hold the person the day is that of the erasure, so that the follow-up still looks once.
  func erase(
    _ order: ErasureOrder, before: any EffectRecorder
  ) async throws(ConnectorFailure) -> ErasureProgress {
    let erasedBy = try Self.erasedBy(order)
    switch order.verb {
    case .tagExpiry: return try await tag(order, erasedBy: erasedBy, before: before)
    case .confirmExpiry: return try await confirm(order, erasedBy: erasedBy, before: before)
    case .erase, .instruct, .notify, .stopSending, .manual, .eraseKept, .export:
      throw .permanent(FailureCode("verb-not-supported"))
    }
  }

  /// Lists anew. After `tag-expiry` it is clean when every set that can hold the person carries its day and this
  /// request; after `confirm-expiry` when none is there any more, and nothing else that holds what was in it.
  func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification {
    let erasedBy = try Self.erasedBy(order)
    let listing = try await store.listing(Self.query(order, erasedBy))
    let remaining: Int
    switch order.verb {
    case .tagExpiry:
      remaining = listing.sets.count { set in
        guard set.canHold(erasedBy: erasedBy) else { return false }
        return set.tags.expires == nil || set.tags.expires != set.tagDay(clock: clock)
          || !set.tags.names(order.request.text, room: store.requestRoom)
      }
    case .confirmExpiry:
      let lingering = Self.lingering(order, erasedBy: erasedBy, in: listing).count
      if lingering == 0 {
        remaining = try await store.remains(Self.query(order, erasedBy)) == nil ? 0 : 1
      } else {
        remaining = lingering
      }
    case .erase, .instruct, .notify, .stopSending, .manual, .eraseKept, .export:
      throw .permanent(FailureCode("verb-not-supported"))
    }
    return Verification(
      voucher: .us, seen: .listing, path: store.path,
      remaining: remaining == 0 ? [] : [DatasetCount(dataset: Self.dataset, isRoot: true, erase: remaining)])
  }

  private static func erasedBy(_ order: ErasureOrder) throws(ConnectorFailure) -> UTCTime {
    guard let instant = order.erasedBy else {
      throw .needsOfficer(Question(code: .other, detail: FailureCode("erasure-time-missing")))
    }
    return instant
  }

  private static func query(_ order: ErasureOrder, _ erasedBy: UTCTime) -> BackupQuery {
    BackupQuery(startedBy: erasedBy, request: order.request.text, deadline: order.callDeadline)
  }

  private static let unfinished = ConnectorFailure.transient(
    FailureCode("backup-unfinished"), retryAfterSeconds: unfinishedSetSeconds)

  // MARK: Tagging

  private func tag(
    _ order: ErasureOrder, erasedBy: UTCTime, before: any EffectRecorder
  ) async throws(ConnectorFailure) -> ErasureProgress {
    let (query, room, request) = (Self.query(order, erasedBy), store.requestRoom, order.request.text)
    let listing = try await store.listing(query)
    // It may have begun before the erasure, and its last day is not known yet.
    guard !listing.isUnfinished else { throw Self.unfinished }
    let count = listing.sets.count { $0.canHold(erasedBy: erasedBy) }
    try await before.record(
      PreparedEffect(effects: [EffectCount(dataset: Self.dataset, approved: count, found: count, erased: 0)]))
    // The last moment to stop: from here on some sets may carry their tags and others not yet.
    if Task.isCancelled { throw .interrupted }
    let clock = clock
    let latest = try await store.tag(query) { (sets) throws(ConnectorFailure) -> BackupTagging in
      try Self.tags(for: sets.filter { $0.canHold(erasedBy: erasedBy) }, request: request, room: room, clock: clock)
    }
    return .tagged(until: latest ?? clock.day(of: erasedBy))
  }

  /// The tags that are missing, and the latest day of all.
  private static func tags(
    for sets: [BackupSet], request: String, room: Int, clock: any CivilClock
  ) throws(ConnectorFailure) -> BackupTagging {
    var tagging = BackupTagging()
    for set in sets {
      guard let day = set.tagDay(clock: clock), let latest = set.latestDay(clock: clock) else {
        throw unfinished
      }
      tagging.latest = tagging.latest.map { max($0, latest) } ?? latest
      var tags = set.tags
      tags.expires = day
      if !tags.names(request, room: room) { tags.requests.append(request) }
      if tags != set.tags { tagging.changes[set.place] = tags }
    }
    return tagging
  }

  // MARK: Confirming

  /// Sets that should be gone: those tagged for this request, and those that can hold the person without our tag.
  private static func lingering(
    _ order: ErasureOrder, erasedBy: UTCTime, in listing: BackupListing
  ) -> [BackupSet] {
    listing.sets.filter { $0.tags.requests.contains(order.request.text) || $0.canHold(erasedBy: erasedBy) }
  }

  /// On its last day a set may still be there; after it, it is a question and never a quiet retry (requirements H5).
  private func confirm(
    _ order: ErasureOrder, erasedBy: UTCTime, before: any EffectRecorder
  ) async throws(ConnectorFailure) -> ErasureProgress {
    let listing = try await store.listing(Self.query(order, erasedBy))
    let lingering = Self.lingering(order, erasedBy: erasedBy, in: listing)
    guard lingering.isEmpty else {
      if let last = lingering.compactMap({ $0.tagDay(clock: clock) }).max(), last >= clock.today {
        let wait = clock.start(of: last.adding(days: 1)).seconds(since: clock.now())
        throw .transient(FailureCode("backup-not-expired-yet"), retryAfterSeconds: wait)
      }
      throw .needsOfficer(Question(code: .copyLingers, detail: reason(lingering), found: lingering.count))
    }
    if let remains = try await store.remains(Self.query(order, erasedBy)) {
      throw .needsOfficer(Question(code: .copyLingers, detail: remains, found: 1))
    }
    let effects = [EffectCount(dataset: Self.dataset, approved: 0, found: 0, erased: 0)]
    try await before.record(PreparedEffect(effects: effects))
    return .completed(effects)
  }

  /// Why sets linger, where the store says so: a hold, or a lock and its last day.
  private func reason(_ lingering: [BackupSet]) -> FailureCode? {
    if lingering.contains(where: { $0.lock == .hold }) { return FailureCode("legal-hold") }
    guard let last = lingering.compactMap({ $0.lockDay(clock: clock) }).max(), last >= clock.today else { return nil }
    return FailureCode("locked-until-\(last)")
  }
}
