public import ErasureDomain

/// A connector that can read what a person takes along, before anything of it goes.
public protocol Exporting: Connector {
  /// The rows of the approved records, and of no others, as they are at one moment; the columns that the order's
  /// `export` names. Changes nothing.
  ///
  /// Another root record than the approved ones is a question. Rows that records of other people use too are counted and
  /// not given. What it returns is for the vault.
  func export(_ order: ErasureOrder) async throws(ConnectorFailure) -> [CollectedRows]
}
