import ConnectorKit
import ErasureDomain

/// A folder that a company and we can reach. Names are those of `DropFile`, never longer paths.
protocol DropPlace: Sendable {
  /// The bytes of a file; nil when it is not there. One with more bytes than `most` is a question.
  func read(_ name: String, most: Int) async throws(ConnectorFailure) -> [UInt8]?
  /// Writes a whole file, over an earlier one of the name.
  func write(_ bytes: [UInt8], as name: String) async throws(ConnectorFailure)
  /// Gives a file its final name. When no answer comes the outcome is unknown.
  func rename(_ name: String, to other: String) async throws(ConnectorFailure)
  /// Removes a file; none is left when it returns.
  func remove(_ name: String) async throws(ConnectorFailure)
}
