public import ErasureDomain

/// A way into one kind of system: finds a person's data, erases it or hands the erasure over, and looks again.
///
/// A connector holds no state between calls but for what it can do without (an open connection), never retries inside
/// itself and never logs an identifier. Cancellation of the calling task ends a call with `.interrupted` once nothing
/// outside is left half done.
public protocol Connector: Sendable {
  associatedtype Settings: Codable & Sendable

  static var kind: ConnectorKind { get }

  /// Checks the settings without calling anybody.
  init(settings: Settings, context: ConnectorContext) throws(SettingsProblem)

  /// Counts what would be erased, yields further identifiers and the keys of root records. Changes nothing.
  func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings

  /// Erases, or hands the erasure over. `before.record` returns when durable in our store; only then does the
  /// connector commit.
  func erase(_ order: ErasureOrder, before: any EffectRecorder) async throws(ConnectorFailure) -> ErasureProgress

  /// Looks again, by a path that does not rely on what `erase` returned.
  func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification
}

/// The name of a kind of connector, as the register writes it.
public struct ConnectorKind: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }
  public init(_ name: String) { rawValue = name }

  public var description: String { rawValue }
}

/// A connector that can show columns of root records to the approver. What it returns is shown and forgotten.
public protocol Reviewing: Connector {
  /// The `review` columns of each given record, in the order given. Changes nothing.
  func review(_ roots: [RootRecord], deadline: UTCTime) async throws(ConnectorFailure) -> [ReviewedRecord]
}

/// One root record as the approver sees it.
public struct ReviewedRecord: Sendable {
  public let root: RootRecord
  public let columns: [(name: String, value: String)]

  public init(root: RootRecord, columns: [(name: String, value: String)]) {
    self.root = root
    self.columns = columns
  }
}

/// Why a call did not do what it should. Carries codes, never a text from outside.
public enum ConnectorFailure: Error, Hashable, Sendable {
  /// The same order may work later; not before `retryAfterSeconds` where the other side said so.
  case transient(FailureCode, retryAfterSeconds: Int64?)
  /// The same order will never work.
  case permanent(FailureCode)
  /// A person must act or decide.
  case needsOfficer(Question)
  /// Sent, and no answer: the attempt ends as `lost`, and the next one looks before anything else.
  case outcomeUnknown(FailureCode)
  /// We cancelled it, and nothing was done.
  case interrupted
}

/// Settings that cannot work. Names the setting and what to do.
public struct SettingsProblem: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
