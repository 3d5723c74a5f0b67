/// Why bytes are not a signed note, or why its signatures do not hold.
public enum NoteError: Error, Hashable, Sendable, CustomStringConvertible {
  /// More bytes than `SignedNote.maximumBytes`.
  case tooLong(count: Int)
  /// Not UTF-8.
  case notUTF8
  /// A control character other than the newline.
  case controlCharacter
  /// The text does not end in a newline.
  case textNotEnded
  /// No blank line between text and signatures.
  case noSignatureBlock
  /// The last signature line does not end in a newline.
  case notEnded
  /// A signature line is malformed; counted from 1.
  case malformedSignature(line: Int)
  /// More signature lines than `SignedNote.maximumSignatures`.
  case tooManySignatures(count: Int)
  /// Two different trusted keys have one name and id.
  case ambiguousKey(name: String)
  /// A line of a trusted key does not verify.
  case badSignature(name: String)
  /// No line is by a trusted key.
  case noKnownSignature

  /// What is wrong, where, and what to do next.
  public var description: String {
    switch self {
    case .tooLong(let count): "the note has \(count) bytes, more than \(SignedNote.maximumBytes)"
    case .notUTF8: "the note is not UTF-8"
    case .controlCharacter: "the note has a control character other than the newline"
    case .textNotEnded: "the text of the note does not end in a newline"
    case .noSignatureBlock: "the note has no blank line followed by signatures"
    case .notEnded: "the last signature line of the note does not end in a newline"
    case .malformedSignature(let line): "signature line \(line) of the note is malformed"
    case .tooManySignatures(let count):
      "the note has \(count) signature lines, more than \(SignedNote.maximumSignatures)"
    case .ambiguousKey(let name): "two different trusted keys are called \(name) with one key id; remove one"
    case .badSignature(let name): "the signature of \(name) does not fit this note; the note was changed"
    case .noKnownSignature: "no signature on this note is by a key you trust; compare the verifier keys"
    }
  }
}
