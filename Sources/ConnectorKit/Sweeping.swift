public import ErasureDomain

/// A connector that can look for a person in every column of its system, whatever the register says about it.
public protocol Sweeping: Connector {
  /// Counts where the identifiers stand, by table and column. Changes nothing and returns no content.
  ///
  /// What could not be read, or was not reached before the deadline, stands in `unread`; the sweep itself fails only
  /// when the system cannot be looked into at all.
  func sweep(
    _ order: SweepOrder, progress: @escaping @Sendable (SweepProgress) -> Void
  ) async throws(ConnectorFailure) -> SweepFindings
}

/// What to sweep for, and how gently. Identifiers come from the vault, for this call only.
public struct SweepOrder: Sendable {
  /// Rows read in a second unless the caller says otherwise.
  public static let usualRowsPerSecond = 20_000

  public let system: SystemName
  public let identifiers: [SubjectIdentifier]
  /// Records that are known to be the person's, left-out ones too: they and what belongs to them count as reached by
  /// their dataset, also when no identifier stands in them any more.
  public let roots: [RootRecord]
  /// When the call must have ended; what is not reached by then is named.
  public let deadline: UTCTime
  /// Rows read in a second at most, over all tables.
  public let rowsPerSecond: Int
  /// Reads a replica where the system has one.
  public let prefersReplica: Bool

  public init(
    system: SystemName, identifiers: [SubjectIdentifier], roots: [RootRecord] = [], deadline: UTCTime,
    rowsPerSecond: Int = SweepOrder.usualRowsPerSecond, prefersReplica: Bool = true
  ) {
    self.system = system
    self.identifiers = identifiers
    self.roots = roots
    self.deadline = deadline
    self.rowsPerSecond = rowsPerSecond
    self.prefersReplica = prefersReplica
  }
}

/// How far a sweep is.
public struct SweepProgress: Hashable, Sendable {
  public var columns: Int
  public var columnsInAll: Int
  public var rows: Int

  public init(columns: Int, columnsInAll: Int, rows: Int) {
    self.columns = columns
    self.columnsInAll = columnsInAll
    self.rows = rows
  }
}
