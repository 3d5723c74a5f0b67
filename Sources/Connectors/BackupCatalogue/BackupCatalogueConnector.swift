public import ConnectorKit
import Dispatch
public import ErasureDomain

/// Tags backup sets with the day after which they cannot hold the person, and later looks whether they are gone.
///
/// The catalogue is kept by somebody else's backup tool, which removes sets by their retention or by our tag; this
/// connector never deletes a set because of one person. A set can hold the person when its backup began before the
/// erasure was committed. A tool may list such a set only after the tags were written, when a nightly backup was under
/// way during the erasure: `confirmExpiry` therefore counts sets by their start too, and not by their tag alone.
public struct BackupCatalogueConnector: Connector {
  /// The name in the register.
  public static let kind = ConnectorKind("backup-catalogue")

  /// The name of the counts: backup sets, never rows of a person.
  static let dataset = "backup-set"
  /// Seconds until a set that is being made is looked at again.
  static let unfinishedSetSeconds: Int64 = 3_600

  private let file: BackupCatalogueFile
  private let systems: Set<SystemName>
  private let clock: any CivilClock
  /// Reading and flushing may block, so they stay off the cooperative pool.
  private let queue = DispatchQueue(label: "expunged.backup-catalogue")

  /// Refuses settings without a file and a system that nothing names as keeper of its copies; opens nothing.
  public init(settings: BackupCatalogueSettings, context: ConnectorContext) throws(SettingsProblem) {
    let system = context.record.system
    guard !settings.catalogue.isEmpty, !settings.catalogue.utf8.contains(0) else {
      throw SettingsProblem("system \"\(system)\": catalogue is empty; name the backup tool's JSON file")
    }
    guard !context.copiesOf.isEmpty else {
      throw SettingsProblem(
        "system \"\(system)\": it looks after no system's copies; name it under copies of the systems it backs up")
    }
    let isAbsolute = settings.catalogue.hasPrefix("/")
    file = BackupCatalogueFile(path: isAbsolute ? settings.catalogue : context.folder + "/" + settings.catalogue)
    systems = Set(context.copiesOf)
    clock = context.clock
  }

  /// Nothing: a backup set is not searched for a person.
  public func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings { Findings() }

  /// `tagExpiry` writes the tags and answers with the latest day; `confirmExpiry` only looks.
  ///
  /// When no set can hold the person the day is that of the erasure, so that the follow-up still looks once.
  public func erase(
    _ order: ErasureOrder, before: any EffectRecorder
  ) async throws(ConnectorFailure) -> ErasureProgress {
    let erasedBy = try Self.erasedBy(order)
    switch order.verb {
    case .tagExpiry: return try await tag(order, erasedBy: erasedBy, before: before)
    case .confirmExpiry: return try await confirm(order, erasedBy: erasedBy, before: before)
    case .erase, .instruct, .notify, .stopSending, .manual, .eraseKept:
      throw .permanent(FailureCode("verb-not-supported"))
    }
  }

  /// Reads the catalogue again. `tagExpiry` is clean when every set that can hold the person carries a day and this
  /// request; `confirmExpiry` when none is there any more.
  public func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification {
    let erasedBy = try Self.erasedBy(order)
    let sets = try await sets()
    let remaining: Int
    switch order.verb {
    case .tagExpiry:
      remaining = sets.count { set in
        guard set.canHold(erasedBy: erasedBy, of: systems) else { return false }
        return set.expires == nil || set.expires != set.latestDay(clock: clock)
          || !set.requests.contains(order.request.text)
      }
    case .confirmExpiry: remaining = lingering(order, erasedBy: erasedBy, in: sets).count
    case .erase, .instruct, .notify, .stopSending, .manual, .eraseKept:
      throw .permanent(FailureCode("verb-not-supported"))
    }
    return Verification(
      voucher: .us, seen: .listing, path: FailureCode("catalogue"),
      remaining: remaining == 0 ? [] : [DatasetCount(dataset: Self.dataset, isRoot: true, erase: remaining)])
  }

  private static func erasedBy(_ order: ErasureOrder) throws(ConnectorFailure) -> UTCTime {
    guard let instant = order.erasedBy else {
      throw .needsOfficer(Question(code: .other, detail: FailureCode("erasure-time-missing")))
    }
    return instant
  }

  // MARK: Tagging

  private func tag(
    _ order: ErasureOrder, erasedBy: UTCTime, before: any EffectRecorder
  ) async throws(ConnectorFailure) -> ErasureProgress {
    let (systems, clock, file) = (systems, clock, file)
    let count = try await sets().count { $0.canHold(erasedBy: erasedBy, of: systems) }
    try await before.record(
      PreparedEffect(effects: [EffectCount(dataset: Self.dataset, approved: count, found: count, erased: 0)]))
    let request = order.request.text
    // The last moment to stop: the write below is whole or not at all.
    if Task.isCancelled { throw .interrupted }
    let latest = try await onQueue { () throws(ConnectorFailure) -> CivilDate? in
      try file.update { (sets) throws(ConnectorFailure) -> (tags: [Int: [String: String]], result: CivilDate?) in
        try Self.tags(for: sets.filter { $0.canHold(erasedBy: erasedBy, of: systems) }, request: request, clock: clock)
      }
    }
    return .tagged(until: latest ?? clock.day(of: erasedBy))
  }

  /// The tags that are missing, and the latest day of all.
  private static func tags(
    for sets: [BackupSet], request: String, clock: any CivilClock
  ) throws(ConnectorFailure) -> (tags: [Int: [String: String]], result: CivilDate?) {
    var tags: [Int: [String: String]] = [:]
    var latest: CivilDate?
    for set in sets {
      guard let day = set.latestDay(clock: clock) else {
        throw .transient(FailureCode("backup-unfinished"), retryAfterSeconds: unfinishedSetSeconds)
      }
      latest = latest.map { max($0, day) } ?? day
      if set.expires != day { tags[set.index, default: [:]][BackupSet.Tag.expire] = day.description }
      if !set.requests.contains(request) {
        tags[set.index, default: [:]][BackupSet.Tag.request] = (set.requests + [request]).joined(separator: " ")
      }
    }
    return (tags, latest)
  }

  // MARK: Confirming

  /// Sets that should be gone: those tagged for this request, and those that can hold the person without our tag.
  private func lingering(_ order: ErasureOrder, erasedBy: UTCTime, in sets: [BackupSet]) -> [BackupSet] {
    sets.filter { $0.requests.contains(order.request.text) || $0.canHold(erasedBy: erasedBy, of: systems) }
  }

  /// On its last day a set may still be there; after it, it is a question and never a quiet retry (requirements H5).
  private func confirm(
    _ order: ErasureOrder, erasedBy: UTCTime, before: any EffectRecorder
  ) async throws(ConnectorFailure) -> ErasureProgress {
    let lingering = lingering(order, erasedBy: erasedBy, in: try await sets())
    guard lingering.isEmpty else {
      if let last = lingering.compactMap({ $0.latestDay(clock: clock) }).max(), last >= clock.today {
        let wait = clock.start(of: last.adding(days: 1)).seconds(since: clock.now())
        throw .transient(FailureCode("backup-not-expired-yet"), retryAfterSeconds: wait)
      }
      throw .needsOfficer(Question(code: .copyLingers, found: lingering.count))
    }
    let effects = [EffectCount(dataset: Self.dataset, approved: 0, found: 0, erased: 0)]
    try await before.record(PreparedEffect(effects: effects))
    return .completed(effects)
  }

  // MARK: File

  private func sets() async throws(ConnectorFailure) -> [BackupSet] {
    let file = file
    return try await onQueue { () throws(ConnectorFailure) in try file.sets() }
  }

  private func onQueue<Value: Sendable>(
    _ work: @escaping @Sendable () throws(ConnectorFailure) -> Value
  ) async throws(ConnectorFailure) -> Value {
    typealias Continuation = CheckedContinuation<Result<Value, ConnectorFailure>, Never>
    let result = await withCheckedContinuation { (continuation: Continuation) in
      queue.async { continuation.resume(returning: Result(catching: work)) }
    }
    return try result.get()
  }
}
