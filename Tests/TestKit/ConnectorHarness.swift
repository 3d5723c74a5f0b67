public import ConnectorKit
public import ErasureDomain

/// A small world for one connector: the person, other people, and ways to break things.
///
/// One value is used for one clause.
public protocol ConnectorHarness: Sendable {
  /// Something that is equal exactly when other people's data are, byte for byte.
  associatedtype Snapshot: Equatable & Sendable

  var connector: any Connector { get }
  var traits: ConnectorTraits { get }
  /// The identifiers of the person. Their values must not be common words: the suite looks for them in all texts.
  var identifiers: [SubjectIdentifier] { get }
  /// Faults this harness can cause, and what the connector must answer.
  var faults: [ConnectorFaultExpectation] { get }

  /// Makes the world, with the person and other people in it.
  func seed() async throws
  /// What other people's data are now.
  func otherPeople() async throws -> Snapshot
  /// How much of the person's data is there that should go; counted without the connector.
  func remaining() async throws -> Int
  /// Causes a fault in the next call (or from now on, where the fault is a state).
  func breakNext(_ fault: ConnectorFault) async throws

  func searchOrder(identifiers: [SubjectIdentifier]) -> SearchOrder
  /// The order that was approved after `findings`; `prepared` and `remembered` come from an earlier attempt.
  func erasureOrder(
    identifiers: [SubjectIdentifier], findings: Findings, prepared: PreparedEffect?, remembered: [String: String]
  ) -> ErasureOrder
}

/// What a kind of connector can do, as far as the suite must know.
public struct ConnectorTraits: Sendable {
  /// Erases itself and can look again; otherwise it tells somebody, and may claim only what it was told.
  public let looks: Bool
  /// Calls `EffectRecorder.record` before anything changes outside.
  public let records: Bool
  /// What a verification may say was seen, after the erasure was told or done.
  public let mayClaim: [WhatWasSeen]
  /// The longest a cancelled call may take, in seconds.
  public let cancellationBound: Int

  public init(looks: Bool, records: Bool, mayClaim: [WhatWasSeen], cancellationBound: Int = 600) {
    self.looks = looks
    self.records = records
    self.mayClaim = mayClaim
    self.cancellationBound = cancellationBound
  }
}

/// Things that go wrong at the other side.
public enum ConnectorFault: String, Sendable, CaseIterable {
  /// It cannot serve us now: a lock, 429, 503.
  case busy
  /// It is not there: no file, no such host, 404.
  case missing
  /// It does not let us: 401, 403, permissions.
  case refused
  /// What it answers or holds makes no sense.
  case garbled
  /// The effect happens, the answer is lost.
  case answerLost = "answer-lost"
}

/// A call of a connector.
public enum ConnectorCall: String, Sendable, CaseIterable {
  case locate
  case erase
  case verify
}

/// The kind of a failure, without its code.
public enum ConnectorFailureKind: String, Sendable, CaseIterable {
  case transient
  case permanent
  case needsOfficer = "needs-officer"
  case outcomeUnknown = "outcome-unknown"
  case interrupted

  public init(_ failure: ConnectorFailure) {
    switch failure {
    case .transient: self = .transient
    case .permanent: self = .permanent
    case .needsOfficer: self = .needsOfficer
    case .outcomeUnknown: self = .outcomeUnknown
    case .interrupted: self = .interrupted
    }
  }
}

/// Which failure a fault must become in a call.
public struct ConnectorFaultExpectation: Sendable {
  public let fault: ConnectorFault
  public let call: ConnectorCall
  public let kind: ConnectorFailureKind

  public init(_ fault: ConnectorFault, in call: ConnectorCall, becomes kind: ConnectorFailureKind) {
    self.fault = fault
    self.call = call
    self.kind = kind
  }
}
