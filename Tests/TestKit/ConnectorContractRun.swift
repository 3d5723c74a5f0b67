import ConnectorKit
import ErasureDomain
import Synchronization

/// One clause in one world.
struct ConnectorContractRun<H: ConnectorHarness>: Sendable {
  let clause: ConnectorClause
  let harness: H
  private let before: H.Snapshot
  private let there: Int

  init(_ clause: ConnectorClause, _ harness: H) async throws {
    self.clause = clause
    self.harness = harness
    try await harness.seed()
    before = try await harness.otherPeople()
    there = try await harness.remaining()
    try expect(there > 0, "the harness seeds nothing of the person: remaining() is \(there)")
  }

  private var connector: any Connector { harness.connector }

  func expect(_ condition: Bool, _ message: @autoclosure () -> String) throws {
    guard condition else { throw ContractBroken(clause, message()) }
  }

  private func expectOthersUntouched(_ when: String) async throws {
    try expect(try await harness.otherPeople() == before, "other people's data changed \(when)")
  }

  private func expectUnchanged(_ when: String) async throws {
    try await expectOthersUntouched(when)
    let now = try await harness.remaining()
    try expect(now == there, "the person's data changed \(when): \(there) before, \(now) after")
  }

  private func locate() async throws -> Findings {
    guard harness.traits.looks else { return Findings() }
    return try await connector.locate(harness.searchOrder(identifiers: harness.identifiers))
  }

  private func order(
    _ findings: Findings, prepared: PreparedEffect? = nil, remembered: [String: String] = [:]
  ) -> ErasureOrder {
    harness.erasureOrder(
      identifiers: harness.identifiers, findings: findings, prepared: prepared, remembered: remembered)
  }

  /// The failure of a call, or nothing when it ended well.
  private func failure(of call: () async throws -> Void) async throws -> ConnectorFailure? {
    do {
      try await call()
      return nil
    } catch let failure as ConnectorFailure {
      return failure
    }
  }

  /// Erases; a kind that only tells may hand the task to a person.
  private func erase(_ order: ErasureOrder, _ recorder: ConnectorRecorder) async throws -> ErasureProgress? {
    do {
      return try await connector.erase(order, before: recorder)
    } catch let failure {
      if !harness.traits.looks, case .needsOfficer = failure { return nil }
      throw ContractBroken(clause, "erase failed: \(failure)")
    }
  }

  private func expectGone(_ order: ErasureOrder, _ when: String) async throws {
    try await expectOthersUntouched(when)
    guard harness.traits.looks else { return }
    let left = try await harness.remaining()
    try expect(left == 0, "\(left) of the person's data are left \(when)")
    let seen = try await connector.verify(order)
    try expect(seen.isClean, "verify sees something \(when), and nothing is there")
    try expect(harness.traits.mayClaim.contains(seen.seen), "verify claims \(seen.seen.rawValue) \(when)")
  }

  func locateChangesNothing() async throws {
    let order = harness.searchOrder(identifiers: harness.identifiers)
    if harness.traits.looks {
      let findings = try await connector.locate(order)
      try expect(findings.total > 0 && findings.obstacles.isEmpty, "locate finds nothing or names an obstacle")
      try expect(try await connector.locate(order) == findings, "two looks in a row differ")
    } else {
      _ = try await failure { _ = try await connector.locate(order) }
    }
    try await expectUnchanged("by locate")
  }

  func onlyThePersonGoes() async throws {
    let findings = try await locate()
    let atRecord = Mutex<[Int]>([])
    let recorder = ConnectorRecorder(atRecord: {
      let now = try? await harness.remaining()
      atRecord.withLock { $0.append(now ?? -1) }
    })
    let order = order(findings)
    let progress = try await erase(order, recorder)
    if harness.traits.records {
      try expect(!recorder.effects.isEmpty, "no effect was recorded")
      let counts = atRecord.withLock { $0 }
      try expect(counts.allSatisfy { $0 == there }, "something had changed when the effect was recorded: \(counts)")
    }
    if harness.traits.looks, case .completed(let effects)? = progress {
      try expect(effects == recorder.effects.last?.effects ?? [], "the effects differ from those recorded")
      try expect(
        effects.contains { $0.erased + $0.reduced + ($0.restricted ?? 0) > 0 },
        "the effects say that nothing was erased")
    }
    try await expectGone(order, "after the erasure")
  }

  func secondEraseIsHarmless() async throws {
    let order = order(try await locate())
    _ = try await erase(order, ConnectorRecorder())
    _ = try await erase(order, ConnectorRecorder())
    try await expectGone(order, "after a second erasure")
  }

  func refusedRecordStopsEverything() async throws {
    guard harness.traits.records else { return }
    let order = order(try await locate())
    let failure = try await failure { _ = try await connector.erase(order, before: ConnectorRecorder(.refuses)) }
    try expect(failure != nil, "erase ended well although the effect could not be recorded")
    try await expectUnchanged("although the effect could not be recorded")
  }

  func cutAtTheRecord() async throws {
    guard harness.traits.records else { return }
    let findings = try await locate()
    let cut = ConnectorRecorder(.keepsAndFails)
    let failure = try await failure { _ = try await connector.erase(order(findings), before: cut) }
    try expect(failure != nil, "erase ended well although the record's answer was lost")
    try await expectUnchanged("although the record's answer was lost")
    try await goOn(findings, after: cut)
  }

  func cutAfterTheEffect() async throws {
    let findings = try await locate()
    let first = ConnectorRecorder()
    try await harness.breakNext(.answerLost)
    let failure = try await failure { _ = try await connector.erase(order(findings), before: first) }
    try expect(failure != nil, "erase ended well although the answer was lost")
    try await goOn(findings, after: first)
  }

  /// What the engine does after a lost attempt: look, then erase with what was prepared.
  private func goOn(_ findings: Findings, after first: ConnectorRecorder) async throws {
    let again = order(findings, prepared: first.effects.last, remembered: first.remembered)
    _ = try await failure { _ = try await connector.verify(again) }
    let progress = try await erase(again, ConnectorRecorder())
    if harness.traits.looks, case .completed(let effects)? = progress {
      try expect(effects == first.effects.last?.effects ?? [], "the effects differ from those prepared")
    }
    try await expectGone(again, "after the cut and the next attempt")
  }

  func verifyNeverRoundsUp() async throws {
    let order = order(try await locate())
    var early: Verification?
    let failure = try await failure { early = try await connector.verify(order) }
    if let early {
      try expect(!early.isClean || early.seen == .dispatch, "verify says it is gone, and nothing was done")
    } else {
      try expect(!harness.traits.looks, "verify failed before the erasure: \(String(describing: failure))")
    }
    let recorder = ConnectorRecorder()
    _ = try await erase(order, recorder)
    let told = self.order(try await afterwards(order), prepared: recorder.effects.last, remembered: recorder.remembered)
    var late: Verification?
    _ = try await self.failure { late = try await connector.verify(told) }
    if let late, late.isClean {
      try expect(harness.traits.mayClaim.contains(late.seen), "verify claims \(late.seen.rawValue)")
    }
  }

  private func afterwards(_ order: ErasureOrder) async throws -> Findings {
    Findings(counts: order.approved, roots: order.roots)
  }

  func emptyIdentifierIsRefused() async throws {
    let findings = try await locate()
    for blank in ["", " ", "\t\n"] {
      for kind in Set(harness.identifiers.map(\.kind)) {
        let others = harness.identifiers.filter { $0.kind != kind }
        let given = others + [SubjectIdentifier(kind: kind, value: blank)]
        if harness.traits.looks {
          let failure = try await failure {
            _ = try await connector.locate(harness.searchOrder(identifiers: given))
          }
          try expect(failure != nil, "locate takes an empty \(kind)")
        }
        let order = harness.erasureOrder(identifiers: given, findings: findings, prepared: nil, remembered: [:])
        let failure = try await failure { _ = try await connector.erase(order, before: ConnectorRecorder()) }
        try expect(failure != nil, "erase takes an empty \(kind)")
      }
    }
    try await expectUnchanged("with an empty identifier")
  }

  func fault(_ expectation: ConnectorFaultExpectation) async throws {
    let order = order(try await locate())
    try await harness.breakNext(expectation.fault)
    let failure = try await call(expectation.call, order)
    let name = "\(expectation.fault.rawValue) in \(expectation.call.rawValue)"
    guard let failure else { throw ContractBroken(clause, "\(name) ended well") }
    let kind = ConnectorFailureKind(failure)
    try expect(kind == expectation.kind, "\(name) became \(failure), not \(expectation.kind.rawValue)")
    try expectSilent("\(failure)", String(reflecting: failure))
  }

  private func call(_ call: ConnectorCall, _ order: ErasureOrder) async throws -> ConnectorFailure? {
    try await failure {
      switch call {
      case .locate: _ = try await connector.locate(harness.searchOrder(identifiers: harness.identifiers))
      case .erase: _ = try await connector.erase(order, before: ConnectorRecorder())
      case .verify: _ = try await connector.verify(order)
      }
    }
  }

  func cancelledBefore() async throws {
    let order = order(try await locate())
    let recorder = ConnectorRecorder()
    let failure = try await timed {
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return try await self.failure { _ = try await connector.erase(order, before: recorder) }
      }
      return try await task.value
    }
    try expect(failure != nil, "a call of a cancelled task ended well")
    try await expectUnchanged("by a call that was cancelled before it began")
  }

  func cancelledWhileRecording() async throws {
    let order = order(try await locate())
    let recorder = ConnectorRecorder(.waitsForCancellation)
    let task = Task { try await self.failure { _ = try await connector.erase(order, before: recorder) } }
    await recorder.waitUntilEntered()
    let failure = try await timed {
      task.cancel()
      return try await task.value
    }
    try expect(failure == .interrupted, "a cancelled call ended as \(String(describing: failure)), not interrupted")
    try await expectUnchanged("by a cancelled call")
  }

  private func timed<T>(_ body: () async throws -> T) async throws -> T {
    let start = ContinuousClock.now
    let value = try await body()
    let took = ContinuousClock.now - start
    try expect(took < .seconds(harness.traits.cancellationBound), "a cancelled call took \(took)")
    return value
  }

  func nothingPrinted() async throws {
    try expectSilent("\(connector)", String(reflecting: harness.searchOrder(identifiers: harness.identifiers)))
    let findings = try await locate()
    try expectSilent("\(findings.counts)", "\(findings.obstacles)", "\(findings.blocked)")
    let order = order(findings)
    let recorder = ConnectorRecorder(.refuses)
    if let failure = try await failure(of: { _ = try await connector.erase(order, before: recorder) }) {
      try expectSilent("\(failure)", String(reflecting: failure))
    }
    if let progress = try await erase(order, ConnectorRecorder()) { try expectSilent(String(reflecting: progress)) }
    var seen: Verification?
    if let failure = try await failure(of: { seen = try await connector.verify(order) }) {
      try expectSilent("\(failure)")
    }
    if let seen { try expectSilent(String(reflecting: seen)) }
  }

  private func expectSilent(_ texts: String...) throws {
    for text in texts {
      for identifier in harness.identifiers {
        let value = identifier.value.lowercased().filter { !$0.isWhitespace }
        let isNamed = text.lowercased().filter { !$0.isWhitespace }.contains(value)
        try expect(!isNamed, "a text contains the \(identifier.kind) of the person")
      }
    }
  }
}
