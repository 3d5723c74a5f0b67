import ConnectorKit
import ErasureDomain
import Synchronization
import TestKit

/// Everything outside the daemon in a simulation: systems with rows, companies that answer late or never, and faults
/// drawn from the seed.
final class SimulatedWorld: Sendable {
  struct State {
    /// Rows of the person, by system.
    var rows: [SystemName: Int] = [:]
    /// Rows of other people, which nobody may touch.
    var others: [SystemName: Int] = [:]
    /// Notices accepted, by job: a company must never accept two.
    var accepted: [JobReference: Int] = [:]
    var polls: [JobReference: Int] = [:]
    /// Effects that happened, by job, and the rows they took.
    var effects: [(job: JobReference, rows: Int)] = []
    /// Effects of a job without a durable claim.
    var unclaimed = 0
    var faults: Int
  }

  let state: Mutex<State>
  private let random: Mutex<SeededRandom>

  init(seed: UInt64, faults: Int) {
    state = Mutex(State(faults: faults))
    random = Mutex(SeededRandom(seed: seed))
  }

  /// Whether the next fault strikes; the world calms down when its faults are used up.
  func strikes(oneIn chance: Int) -> Bool {
    let drawn = random.withLock { $0.chance(chance) }
    return state.withLock { state in
      guard drawn, state.faults > 0 else { return false }
      state.faults -= 1
      return true
    }
  }

  func draw(_ range: ClosedRange<Int>) -> Int { random.withLock { $0.number(in: range) } }
}

/// A database in the world.
struct SimulatedDatabase: Connector {
  struct Settings: Codable, Sendable {}

  static let kind = ConnectorKind("simulated-database")
  let world: SimulatedWorld
  let system: SystemName
  /// Whether the claim of the job's attempt is durable at this moment.
  let isClaimed: @Sendable (JobReference) async -> Bool

  init(world: SimulatedWorld, system: SystemName, isClaimed: @escaping @Sendable (JobReference) async -> Bool) {
    self.world = world
    self.system = system
    self.isClaimed = isClaimed
  }

  init(settings: Settings, context: ConnectorContext) throws(SettingsProblem) {
    throw SettingsProblem("a simulated database is made by its world")
  }

  private var remaining: Int { world.state.withLock { $0.rows[system] ?? 0 } }

  func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings {
    if world.strikes(oneIn: 8) { throw .transient(FailureCode("locked"), retryAfterSeconds: nil) }
    return Findings(counts: [DatasetCount(dataset: "contact", isRoot: true, erase: remaining)])
  }

  func erase(
    _ order: ErasureOrder, before: any EffectRecorder
  ) async throws(ConnectorFailure) -> ErasureProgress {
    if world.strikes(oneIn: 4) { throw .transient(FailureCode("locked"), retryAfterSeconds: nil) }
    let found = remaining
    if found == 0, let prepared = order.prepared { return .completed(prepared.effects) }
    let effects = [
      EffectCount(dataset: "contact", approved: order.approved.first?.erase ?? 0, found: found, erased: found)
    ]
    if found > 0 {
      try await before.record(PreparedEffect(effects: effects))
      if world.strikes(oneIn: 6) { throw .transient(FailureCode("rolled-back"), retryAfterSeconds: nil) }
      let claimed = await isClaimed(order.job)
      world.state.withLock { state in
        state.rows[system] = 0
        state.effects.append((order.job, found))
        if !claimed { state.unclaimed += 1 }
      }
      if world.strikes(oneIn: 4) { throw .outcomeUnknown(FailureCode("connection-lost")) }
    }
    return .completed(effects)
  }

  func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification {
    if world.strikes(oneIn: 8) { throw .transient(FailureCode("locked"), retryAfterSeconds: nil) }
    return Verification(
      voucher: .us, seen: .secondLook, path: FailureCode("second-connection"),
      remaining: [DatasetCount(dataset: "contact", isRoot: true, erase: remaining)])
  }
}

/// A company in the world: accepts a notice once, and answers after some polls, or never.
struct SimulatedCompany: Connector, Polling {
  struct Settings: Codable, Sendable {}

  static let kind = ConnectorKind("simulated-company")
  let world: SimulatedWorld
  let isSilent: Bool

  init(world: SimulatedWorld, isSilent: Bool) {
    self.world = world
    self.isSilent = isSilent
  }

  init(settings: Settings, context: ConnectorContext) throws(SettingsProblem) {
    throw SettingsProblem("a simulated company is made by its world")
  }

  func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings { Findings() }

  func erase(
    _ order: ErasureOrder, before: any EffectRecorder
  ) async throws(ConnectorFailure) -> ErasureProgress {
    if world.strikes(oneIn: 3) { throw .transient(FailureCode("http-503"), retryAfterSeconds: 7) }
    try await before.record(PreparedEffect(effects: []))
    // The company knows the job's id: a repeated notice is accepted once.
    world.state.withLock { $0.accepted[order.job] = 1 }
    if world.strikes(oneIn: 4) { throw .outcomeUnknown(FailureCode("connection-lost")) }
    return .handedOver(checkAfterSeconds: 60)
  }

  func poll(_ order: ErasureOrder) async throws(ConnectorFailure) -> RecipientAnswer {
    if world.strikes(oneIn: 4) { throw .transient(FailureCode("http-503"), retryAfterSeconds: nil) }
    let polls = world.state.withLock { state in
      state.polls[order.job, default: 0] += 1
      return state.polls[order.job] ?? 0
    }
    if isSilent || polls < 3 { return .pending(retryAfterSeconds: nil) }
    return .completed(
      Verification(voucher: .recipientUnsigned, seen: .confirmation, path: FailureCode("status-resource")), rows: 1)
  }

  func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification {
    Verification(voucher: .us, seen: .dispatch, path: FailureCode("none"))
  }
}
