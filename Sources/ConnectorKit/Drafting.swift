public import ErasureDomain

/// A connector that can describe its system, so that a file of the register can be proposed.
public protocol Drafting: Connector {
  /// Tables, columns, references and numbers from a bounded sample. Changes nothing and returns no value of a row.
  func draft(deadline: UTCTime) async throws(ConnectorFailure) -> DatabaseOutline
}
