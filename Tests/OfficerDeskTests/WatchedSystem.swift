import ConnectorKit
import ErasureDomain
import Synchronization
import TestKit

/// A real connector whose calls are counted, and whose erasures can be made to fail or to wait.
final class WatchedSystem: Connector, Reviewing, Scanning, Restricting, Exporting {
  struct Settings: Codable, Sendable {}

  private struct State {
    var searches: [SearchOrder] = []
    var orders: [ErasureOrder] = []
    var failure: ConnectorFailure?
    var gate: Gate?
    var entrance: Gate?
    var sweeps: [SweepOrder] = []
    var sweepFailure: ConnectorFailure?
    var sweepGate: Gate?
    var sweepsUnderWay = 0
  }

  static let kind = ConnectorKind("watched")
  let inner: any Reviewing & Scanning & Exporting
  private let state = Mutex(State())

  init(_ inner: any Reviewing & Scanning & Exporting) { self.inner = inner }

  init(settings: Settings, context: ConnectorContext) throws(SettingsProblem) {
    throw SettingsProblem("a watched system is made around another")
  }

  var searches: [SearchOrder] { state.withLock { $0.searches } }
  var orders: [ErasureOrder] { state.withLock { $0.orders } }

  /// From now on every erasure fails so; nothing lets them through again.
  func fail(with failure: ConnectorFailure?) { state.withLock { $0.failure = failure } }

  var sweeps: [SweepOrder] { state.withLock { $0.sweeps } }

  /// From now on every sweep fails so, and waits at the gate before.
  func failSweeps(with failure: ConnectorFailure?, at gate: Gate? = nil) {
    state.withLock { state in
      state.sweepFailure = failure
      state.sweepGate = gate
    }
  }

  func noteSweep(_ order: SweepOrder) async throws(ConnectorFailure) {
    let (failure, gate) = state.withLock { state in
      state.sweeps.append(order)
      return (state.sweepFailure, state.sweepGate)
    }
    if let gate { try await gate.pass() }
    if let failure { throw failure }
  }

  /// Erasures wait until the gate opens, after the real one is done.
  func hold(at gate: Gate?) { state.withLock { $0.gate = gate } }

  /// Erasures wait until the gate opens, before anything is done.
  func wait(at gate: Gate?) { state.withLock { $0.entrance = gate } }

  func canMark(_ measure: RestrictionMeasure) -> Bool { (inner as? any Restricting)?.canMark(measure) ?? false }

  func mark(_ order: MarkOrder, before: any MarkRecorder) async throws(ConnectorFailure) -> Int {
    if let failure = state.withLock({ $0.failure }) { throw failure }
    guard let marking = inner as? any Restricting else { throw .permanent(FailureCode("cannot-mark")) }
    return try await marking.mark(order, before: before)
  }

  func unmark(_ rows: [MarkedRow], deadline: UTCTime) async throws(ConnectorFailure) -> Int {
    guard let marking = inner as? any Restricting else { throw .permanent(FailureCode("cannot-mark")) }
    return try await marking.unmark(rows, deadline: deadline)
  }

  func scan(
    deadline: UTCTime, each batch: @Sendable ([ScannedRecord]) async throws -> Void
  ) async throws(ConnectorFailure) { try await inner.scan(deadline: deadline, each: batch) }

  func export(_ order: ErasureOrder) async throws(ConnectorFailure) -> [CollectedRows] {
    try await inner.export(order)
  }

  func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings {
    state.withLock { $0.searches.append(search) }
    return try await inner.locate(search)
  }

  func erase(_ order: ErasureOrder, before: any EffectRecorder) async throws(ConnectorFailure) -> ErasureProgress {
    let (failure, gate, entrance) = state.withLock { state in
      state.orders.append(order)
      return (state.failure, state.gate, state.entrance)
    }
    if let failure { throw failure }
    if let entrance { try await entrance.pass() }
    let progress = try await inner.erase(order, before: before)
    if let gate { try await gate.pass() }
    return progress
  }

  func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification { try await inner.verify(order) }

  func review(_ roots: [RootRecord], deadline: UTCTime) async throws(ConnectorFailure) -> [ReviewedRecord] {
    try await inner.review(roots, deadline: deadline)
  }
}

/// A company that accepts a notice and answers as the test says.
final class ScriptedCompany: Connector, Polling {
  struct Settings: Codable, Sendable {}

  private struct State {
    var orders: [ErasureOrder] = []
    var isSilent = false
    var failure: ConnectorFailure?
  }

  static let kind = ConnectorKind("scripted-company")
  private let state = Mutex(State())

  init() {}

  init(settings: Settings, context: ConnectorContext) throws(SettingsProblem) {}

  var orders: [ErasureOrder] { state.withLock { $0.orders } }
  func fail(with failure: ConnectorFailure?) { state.withLock { $0.failure = failure } }
  func stayQuiet() { state.withLock { $0.isSilent = true } }

  func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings { Findings() }

  func erase(_ order: ErasureOrder, before: any EffectRecorder) async throws(ConnectorFailure) -> ErasureProgress {
    state.withLock { $0.orders.append(order) }
    try await before.record(PreparedEffect(effects: []))
    if let failure = state.withLock({ $0.failure }) { throw failure }
    return .handedOver(checkAfterSeconds: 60)
  }

  func poll(_ order: ErasureOrder) async throws(ConnectorFailure) -> RecipientAnswer {
    if state.withLock({ $0.isSilent }) { return .pending(retryAfterSeconds: nil) }
    return .completed(
      Verification(voucher: .recipientUnsigned, seen: .confirmation, path: FailureCode("status-resource")), rows: 1)
  }

  func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification {
    Verification(voucher: .us, seen: .dispatch, path: FailureCode("none"))
  }
}

// Looking everywhere goes to the real connector too; a test may hold it.
extension WatchedSystem: Sweeping, Drafting, StatementListing {
  func statements(deadline: UTCTime) async throws(ConnectorFailure) -> String { "-- Looking\n" }

  /// A sweep reads on threads of its own: the clock must not be turned past its deadline meanwhile.
  var isSweeping: Bool { state.withLock { $0.sweepsUnderWay > 0 } }

  func sweep(
    _ order: SweepOrder, progress: @escaping @Sendable (SweepProgress) -> Void
  ) async throws(ConnectorFailure) -> SweepFindings {
    guard let sweeping = inner as? any Sweeping else { throw .permanent(FailureCode("no-sweep")) }
    state.withLock { $0.sweepsUnderWay += 1 }
    defer { state.withLock { $0.sweepsUnderWay -= 1 } }
    try await noteSweep(order)
    return try await sweeping.sweep(order, progress: progress)
  }

  func draft(deadline: UTCTime) async throws(ConnectorFailure) -> DatabaseOutline {
    guard let drafting = inner as? any Drafting else { throw .permanent(FailureCode("no-draft")) }
    return try await drafting.draft(deadline: deadline)
  }
}
