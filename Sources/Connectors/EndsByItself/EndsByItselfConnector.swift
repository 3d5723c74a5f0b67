public import ConnectorKit
public import ErasureDomain

/// Copies that end without us: what is rebuilt every night, kept for a week, or removed by somebody.
///
/// It waits for the day and claims no more than it knows: a `setting` is the word of a role in the register and
/// nobody's look, a `task` is what two people sign. Where a program can say which copies are there, connector `command`
/// looks instead.
public struct EndsByItselfConnector: Connector {
  /// The name in the register.
  public static let kind = ConnectorKind("ends-by-itself")

  /// The name of the counts.
  static let dataset = "copy"

  private let settings: EndsByItselfSettings
  private let clock: any CivilClock

  /// Refuses settings that leave open who answers for the end, and a system that nothing names as keeper of its copies.
  public init(settings: EndsByItselfSettings, context: ConnectorContext) throws(SettingsProblem) {
    if let problem = settings.problem {
      throw SettingsProblem("system \"\(context.record.system)\": \(problem)")
    }
    try BackupExpiry.check(context)
    self.settings = settings
    clock = context.clock
  }

  /// Nothing: a copy is not searched for a person.
  public func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings { Findings() }

  /// `tag-expiry` names the last day; `confirm-expiry` waits for its end, and asks for the two people where they look.
  public func erase(
    _ order: ErasureOrder, before: any EffectRecorder
  ) async throws(ConnectorFailure) -> ErasureProgress {
    let last = try lastDay(order)
    switch order.verb {
    case .tagExpiry:
      try await before.record(PreparedEffect(effects: [effect(found: 1)]))
      return .tagged(until: last)
    case .confirmExpiry:
      guard clock.today > last else {
        let wait = clock.start(of: last.adding(days: 1)).seconds(since: clock.now())
        throw .transient(FailureCode("copy-not-ended-yet"), retryAfterSeconds: wait)
      }
      guard settings.proof == .setting else { throw .needsOfficer(Question(code: .manualTask)) }
      try await before.record(PreparedEffect(effects: [effect(found: 0)]))
      return .completed([effect(found: 0)])
    case .erase, .instruct, .notify, .stopSending, .manual, .eraseKept, .export:
      throw .permanent(FailureCode("verb-not-supported"))
    }
  }

  /// The register's word, named as such: nothing is looked at. While the day has not passed, and while only two people
  /// can say that it is over, the copy counts as there.
  public func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification {
    let isOver = try clock.today > lastDay(order) && settings.proof == .setting
    let isThere = order.verb == .confirmExpiry && !isOver
    return Verification(
      voucher: .us, seen: .setting, path: FailureCode("register"),
      remaining: isThere ? [DatasetCount(dataset: Self.dataset, isRoot: true, erase: 1)] : [])
  }

  private func lastDay(_ order: ErasureOrder) throws(ConnectorFailure) -> CivilDate {
    guard let erasedBy = order.erasedBy else {
      throw .needsOfficer(Question(code: .other, detail: FailureCode("erasure-time-missing")))
    }
    return clock.day(of: erasedBy).adding(days: settings.afterDays)
  }

  private func effect(found: Int) -> EffectCount {
    EffectCount(dataset: Self.dataset, approved: found, found: found, erased: 0)
  }
}
