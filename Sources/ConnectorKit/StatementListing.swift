public import ErasureDomain

/// A connector that can show the statements it will send, for whoever runs the system to read and sign.
public protocol StatementListing: Connector {
  /// Rights, statements and the server's plan for each, as one text. Changes nothing; holds no person.
  func statements(deadline: UTCTime) async throws(ConnectorFailure) -> String
}
