/// Why bytes are not a proof file.
public enum TlogProofError: Error, Hashable, Sendable, CustomStringConvertible {
  /// More bytes than a note and its proof can have.
  case tooLong(count: Int)
  /// The first line is another one.
  case badHeader
  /// The line of extra data is not base64.
  case badExtra
  /// There is no index line, or its number is malformed.
  case badIndex
  /// A line of the proof is not the base64 of 32 bytes; counted from 1.
  case badHash(line: Int)
  /// More hashes than a tree can be high.
  case tooManyHashes
  /// No blank line before the checkpoint.
  case noCheckpoint
  /// The checkpoint is no signed note.
  case note(NoteError)

  /// What is wrong, where, and what to do next.
  public var description: String {
    switch self {
    case .tooLong(let count): "the proof file has \(count) bytes, more than a proof can have"
    case .badHeader: "the proof file does not begin with \(TlogProof.header)"
    case .badExtra: "the extra data of the proof file is not base64"
    case .badIndex: "the proof file has no line \"index <number>\" where it belongs"
    case .badHash(let line): "hash \(line) of the proof file is not the base64 of 32 bytes"
    case .tooManyHashes: "the proof file has more than \(TlogProof.maximumHashes) hashes"
    case .noCheckpoint: "the proof file has no blank line followed by a checkpoint"
    case .note(let error): "\(error)"
    }
  }
}
