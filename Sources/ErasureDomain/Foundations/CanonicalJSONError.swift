/// Why bytes, a tree or a Swift value do not fit canonical JSON.
///
/// Messages name positions and coding paths, never values: a value may be personal data.
public enum CanonicalJSONError: Error, Hashable, Sendable {
  /// The bytes are not canonical JSON; `offset` counts bytes from 0.
  case notCanonical(CanonicalJSONViolation, offset: Int)
  /// A Swift value cannot be written in this form.
  case notEncodable(path: String, reason: String)
  /// The JSON does not fit the Swift type.
  case notDecodable(path: String, reason: String)
}

/// The rule of canonical JSON that some bytes break.
public enum CanonicalJSONViolation: String, Hashable, Sendable, CaseIterable {
  /// The bytes stop inside a value.
  case endsEarly = "the text ends inside a value"
  /// Bytes follow the value.
  case trailingBytes = "bytes follow the value"
  /// A space, tab or line break outside a string.
  case whitespace = "white space outside a string"
  /// A byte that starts no value or does not belong there.
  case unexpectedByte = "a byte that does not belong here"
  /// A null; an absent value is left out.
  case null = "null is not allowed: leave the value out"
  /// A number with fraction or exponent.
  case fraction = "a number with a fraction or an exponent"
  /// A leading zero, a plus sign or minus zero.
  case numberSpelling = "an integer that is not spelled the shortest way"
  /// An integer beyond ±(2^53 − 1).
  case integerRange = "an integer beyond ±(2^53 - 1)"
  /// An escape that the canonical form writes in another way.
  case needlessEscape = "an escape that the canonical form does not use"
  /// A control character that must be escaped.
  case controlCharacter = "a control character that is not escaped"
  /// Bytes of a string that are not UTF-8.
  case invalidUTF8 = "a string that is not UTF-8"
  /// A key with a character beyond ASCII.
  case keyNotASCII = "a key that is not ASCII"
  /// A key that comes before its predecessor.
  case keyOrder = "keys that are not in byte order"
  /// The same key twice.
  case duplicateKey = "the same key twice"
  /// More than `CanonicalJSON.maximumDepth` levels.
  case depth = "more than 64 levels of arrays and objects"
}

extension CanonicalJSONError: CustomStringConvertible {
  /// What is wrong and where.
  public var description: String {
    switch self {
    case .notCanonical(let violation, let offset):
      "not canonical JSON at byte \(offset): \(violation.rawValue)"
    case .notEncodable(let path, let reason):
      "cannot write \(Self.place(path)) as canonical JSON: \(reason)"
    case .notDecodable(let path, let reason):
      "cannot read \(Self.place(path)) from JSON: \(reason)"
    }
  }

  private static func place(_ path: String) -> String {
    path.isEmpty ? "the whole value" : path
  }

  /// A coding path as people write it: `systems[3].kind`.
  static func text(of path: [any CodingKey]) -> String {
    var text = ""
    for key in path {
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += text.isEmpty ? key.stringValue : "." + key.stringValue
      }
    }
    return text
  }
}
