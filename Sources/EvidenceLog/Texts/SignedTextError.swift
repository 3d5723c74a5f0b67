/// Why bytes are not a text that people sign.
public enum SignedTextError: Error, Hashable, Sendable, CustomStringConvertible {
  /// More bytes than `SignedTextLines.maximumBytes`.
  case tooLong(count: Int)
  /// The first line is another one.
  case wrongHeader(expected: String)
  /// Too few or too many lines, or the last one is not ended by a newline.
  case wrongLines(expected: Int)
  /// A line does not begin with the name that belongs there.
  case wrongName(expected: String)
  /// A value that this line cannot have.
  case badValue(name: String)

  /// What is wrong, where, and what to do next.
  public var description: String {
    switch self {
    case .tooLong(let count): "the text to sign has \(count) bytes, more than \(SignedTextLines.maximumBytes)"
    case .wrongHeader(let expected): "the text to sign does not begin with the line \(expected)"
    case .wrongLines(let expected):
      "the text to sign does not have exactly \(expected) lines, each ended by a newline; sign it unchanged"
    case .wrongName(let expected): "the text to sign has another line where \(expected) belongs; sign it unchanged"
    case .badValue(let name): "the value of \(name) in the text to sign is malformed; sign it unchanged"
    }
  }
}
