/// Why a text is not a checkpoint.
public enum CheckpointError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Fewer than three lines, or the last one is not ended.
  case missingLines
  /// The origin is empty or not UTF-8.
  case badOrigin
  /// The size is not a decimal number without leading zeros.
  case badSize
  /// The root is not the base64 of 32 bytes.
  case badRoot
  /// An extension line is empty or not UTF-8.
  case badExtension(line: Int)

  /// What is wrong, where, and what to do next.
  public var description: String {
    switch self {
    case .missingLines: "a checkpoint has three lines, each ended by a newline: origin, size, root"
    case .badOrigin: "the first line of a checkpoint is the origin of its log; this one is empty or not UTF-8"
    case .badSize: "the second line of a checkpoint is its size in decimal without leading zeros; this one is not"
    case .badRoot: "the third line of a checkpoint is the base64 of 32 bytes; this one is not"
    case .badExtension(let line): "line \(line) of the checkpoint is empty or not UTF-8"
    }
  }
}
