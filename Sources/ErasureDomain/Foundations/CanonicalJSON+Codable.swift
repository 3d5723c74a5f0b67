extension CanonicalJSON {
  /// The canonical bytes of a value.
  ///
  /// A nil member is left out; a nil in an array, a floating-point number, an integer beyond `integerRange`, a key that is
  /// not ASCII and a collection without a fixed order (`Set`) are refused, with the coding path.
  public static func encode<T: Encodable>(_ value: T) throws(CanonicalJSONError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(1_024)
    guard try node(of: value).write(0, to: &bytes) else { throw absent }
    return bytes
  }

  /// The tree of a value, under the same rules as `encode(_:)`.
  public static func tree<T: Encodable>(of value: T) throws(CanonicalJSONError) -> CanonicalJSON {
    guard let tree = try node(of: value).tree(in: 0) else { throw absent }
    return tree
  }

  private static func node<T: Encodable>(of value: T) throws(CanonicalJSONError) -> CanonicalJSONNode {
    let node = CanonicalJSONNode()
    do {
      try CanonicalJSONEncoder(node: node, slot: 0).write(value)
    } catch let problem as CanonicalJSONError {
      throw problem
    } catch {
      throw .notEncodable(path: "", reason: "\(error)")
    }
    return node
  }

  private static let absent = CanonicalJSONError.notEncodable(
    path: "", reason: "the value is nil, and there is no null")

  /// Reads canonical bytes strictly, then the value from them. Keys that the type does not know are ignored.
  public static func decode<T: Decodable>(_ type: T.Type, from bytes: [UInt8]) throws(CanonicalJSONError) -> T {
    let tape = try CanonicalJSONTape(reading: bytes)
    if let readable = type as? any CanonicalReadable.Type, let value = directly(readable, tape) as? T { return value }
    return try decode(type, from: tape)
  }

  private static func directly<Value: CanonicalReadable>(_ type: Value.Type, _ tape: CanonicalJSONTape) -> Value? {
    tape.read(type)
  }

  /// Reads a value from what was read. Keys that the type does not know are ignored.
  static func decode<T: Decodable>(_ type: T.Type, from tape: CanonicalJSONTape) throws(CanonicalJSONError) -> T {
    do {
      return try CanonicalJSONDecoder(tape: tape, node: 0).read(type)
    } catch let problem as CanonicalJSONError {
      throw problem
    } catch let problem as DecodingError {
      throw CanonicalJSONError(problem)
    } catch {
      throw .notDecodable(path: "", reason: "\(error)")
    }
  }

  /// Reads a value from a tree. Keys that the type does not know are ignored.
  public static func decode<T: Decodable>(_ type: T.Type, from tree: CanonicalJSON) throws(CanonicalJSONError) -> T {
    try decode(type, from: CanonicalJSONTape(of: tree))
  }
}

/// An object of canonical JSON whose keys are looked at before its type is read.
public struct CanonicalJSONObject: Sendable {
  private let tape: CanonicalJSONTape

  /// Reads canonical bytes strictly; nothing when they are no object.
  public init?(reading bytes: [UInt8]) throws(CanonicalJSONError) {
    tape = try CanonicalJSONTape(reading: bytes)
    guard tape.nodes[0].form == .object else { return nil }
  }

  /// The keys, in byte order.
  public var keys: [String] { tape.keys(of: 0) }

  /// Reads a value from it. Keys that the type does not know are ignored.
  public func decode<T: Decodable>(_ type: T.Type) throws(CanonicalJSONError) -> T {
    try CanonicalJSON.decode(type, from: tape)
  }
}

extension CanonicalJSON: Codable {
  /// Reads any value that this form allows; a null or a fraction is refused.
  public init(from decoder: any Decoder) throws {
    if let canonical = decoder as? CanonicalJSONDecoder {
      self = canonical.tape.tree(canonical.node)
      return
    }
    if let container = try? decoder.container(keyedBy: PlainCodingKey.self) {
      var members: [String: CanonicalJSON] = [:]
      for key in container.allKeys {
        members[key.stringValue] = try container.decode(CanonicalJSON.self, forKey: key)
      }
      self = .object(members)
    } else if var container = try? decoder.unkeyedContainer() {
      var elements: [CanonicalJSON] = []
      while !container.isAtEnd {
        elements.append(try container.decode(CanonicalJSON.self))
      }
      self = .array(elements)
    } else {
      let container = try decoder.singleValueContainer()
      if let value = try? container.decode(Bool.self) {
        self = .boolean(value)
      } else if let number = try? container.decode(Int64.self) {
        self = .integer(number)
      } else {
        self = .string(try container.decode(String.self))
      }
    }
  }

  /// Writes the value as the encoder's own kinds.
  public func encode(to encoder: any Encoder) throws {
    if let canonical = encoder as? CanonicalJSONEncoder { return canonical.set(self) }
    switch self {
    case .string(let text):
      var container = encoder.singleValueContainer()
      try container.encode(text)
    case .integer(let number):
      var container = encoder.singleValueContainer()
      try container.encode(number)
    case .boolean(let value):
      var container = encoder.singleValueContainer()
      try container.encode(value)
    case .array(let elements):
      var container = encoder.unkeyedContainer()
      for element in elements {
        try container.encode(element)
      }
    case .object(let members):
      var container = encoder.container(keyedBy: PlainCodingKey.self)
      for (key, value) in members {
        try container.encode(value, forKey: PlainCodingKey(key))
      }
    }
  }
}

extension CanonicalJSONError {
  /// The same problem without the words of the standard library, which may quote the value.
  init(_ problem: DecodingError) {
    switch problem {
    case .keyNotFound(let key, let context):
      self = .notDecodable(path: Self.text(of: context.codingPath + [key]), reason: "it is missing")
    case .valueNotFound(_, let context):
      self = .notDecodable(path: Self.text(of: context.codingPath), reason: "the value is missing")
    case .typeMismatch(_, let context):
      self = .notDecodable(path: Self.text(of: context.codingPath), reason: context.debugDescription)
    case .dataCorrupted(let context):
      self = .notDecodable(
        path: Self.text(of: context.codingPath), reason: "the value is none of those that are allowed here")
    @unknown default:
      self = .notDecodable(path: "", reason: "the value does not fit the type")
    }
  }
}
