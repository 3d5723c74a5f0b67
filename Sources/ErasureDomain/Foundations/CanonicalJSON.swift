/// JSON in the one form that plans, findings, register extracts and journal entries share, so that their bytes can be signed.
///
/// It is RFC 8785 restricted to strings, integers within ±(2^53 − 1), booleans, arrays and objects with ASCII keys: keys in
/// byte order, no white space, no null (a value that is absent is left out) and no fractions. Every value has exactly one
/// encoding, and `init(decoding:)` refuses every other spelling.
///
/// Equality compares strings as Swift does, by canonical equivalence; where bytes decide, compare `encoded()`.
public enum CanonicalJSON: Hashable, Sendable {
  /// Unicode text.
  case string(String)
  /// A whole number within `integerRange`.
  case integer(Int64)
  /// True or false.
  case boolean(Bool)
  /// Values in an order that means something.
  case array([CanonicalJSON])
  /// Values by ASCII keys.
  case object([String: CanonicalJSON])

  /// The integers that every JSON reader keeps exactly (RFC 7493 section 2.2).
  public static let integerRange: ClosedRange<Int64> = -9_007_199_254_740_991...9_007_199_254_740_991

  /// The most levels of arrays and objects inside each other that are read or written.
  public static let maximumDepth = 64

  /// The value under a key; nil when this is no object or has no such key.
  public subscript(key: String) -> CanonicalJSON? {
    object?[key]
  }

  /// The text; nil when this is no string.
  public var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The number; nil when this is no integer.
  public var integer: Int64? {
    if case .integer(let number) = self { number } else { nil }
  }

  /// The truth value; nil when this is no boolean.
  public var boolean: Bool? {
    if case .boolean(let value) = self { value } else { nil }
  }

  /// The elements; nil when this is no array.
  public var array: [CanonicalJSON]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// The members; nil when this is no object.
  public var object: [String: CanonicalJSON]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// The word for this kind of value in messages.
  var kindName: String {
    switch self {
    case .string: "a string"
    case .integer: "an integer"
    case .boolean: "a boolean"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
