/// One promise every connector keeps.
public enum ConnectorClause: String, Sendable, CaseIterable {
  /// Looking changes nothing.
  case locateChangesNothing
  /// Only the person's data goes; other people's stay byte for byte; the effect was kept before it happened.
  case onlyThePersonGoes
  /// A second erasure changes nothing more.
  case secondEraseIsHarmless
  /// A recorder that refuses means that nothing changed.
  case refusedRecordStopsEverything
  /// A cut between effect and answer ends in the same place.
  case cutEndsInTheSamePlace
  /// A look sees a deletion that did not happen; a kind that cannot look claims no more than it was told.
  case verifyNeverRoundsUp
  /// An empty identifier is refused, everywhere.
  case emptyIdentifierIsRefused
  /// Faults become the right failures and change nothing of other people.
  case faultsBecomeFailures
  /// A cancelled call ends soon and leaves nothing half done.
  case cancellationEnds
  /// Nothing thrown or described contains an identifier.
  case nothingPrintedNamesThePerson
}

/// A promise that was not kept.
public struct ContractBroken: Error, CustomStringConvertible {
  public let description: String

  init(_ clause: ConnectorClause, _ message: String) { description = "\(clause.rawValue): \(message)" }
  init(_ all: [String]) { description = all.joined(separator: "\n") }
}

/// The suite every connector passes. It throws `ContractBroken` and uses no test library, so that any may run it.
public enum ConnectorContract {
  /// Every clause, each in a fresh world; says all that are broken.
  public static func check<H: ConnectorHarness>(_ make: () async throws -> H) async throws {
    var broken: [String] = []
    for clause in ConnectorClause.allCases {
      do {
        try await check(clause, make)
      } catch {
        broken.append("\(error)")
      }
    }
    guard broken.isEmpty else { throw ContractBroken(broken) }
  }

  /// One clause in a fresh world.
  public static func check<H: ConnectorHarness>(_ clause: ConnectorClause, _ make: () async throws -> H) async throws {
    if clause == .faultsBecomeFailures {
      let expectations = try await make().faults
      for expectation in expectations {
        let run = try await ConnectorContractRun(clause, try await make())
        try await run.fault(expectation)
      }
      return
    }
    let run = try await ConnectorContractRun(clause, try await make())
    switch clause {
    case .locateChangesNothing: try await run.locateChangesNothing()
    case .onlyThePersonGoes: try await run.onlyThePersonGoes()
    case .secondEraseIsHarmless: try await run.secondEraseIsHarmless()
    case .refusedRecordStopsEverything: try await run.refusedRecordStopsEverything()
    case .cutEndsInTheSamePlace:
      try await run.cutAtTheRecord()
      if try await make().faults.contains(where: { $0.fault == .answerLost }) {
        try await ConnectorContractRun(clause, try await make()).cutAfterTheEffect()
      }
    case .verifyNeverRoundsUp: try await run.verifyNeverRoundsUp()
    case .emptyIdentifierIsRefused: try await run.emptyIdentifierIsRefused()
    case .faultsBecomeFailures: break
    case .cancellationEnds:
      try await run.cancelledBefore()
      if run.harness.traits.records { try await run.cancelledWhileRecording() }
    case .nothingPrintedNamesThePerson: try await run.nothingPrinted()
    }
  }
}
