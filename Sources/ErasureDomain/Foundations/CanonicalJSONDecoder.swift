/// Reads Swift values from a tree of canonical JSON.
struct CanonicalJSONDecoder: Decoder {
  let value: CanonicalJSON
  let path: CodingPlace

  var codingPath: [any CodingKey] { path.codingPath }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard let members = value.object else { throw mismatch(type, "an object") }
    return KeyedDecodingContainer(KeyedContainer<Key>(members: members, path: path))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard let elements = value.array else { throw mismatch([CanonicalJSON].self, "an array") }
    return UnkeyedContainer(elements: elements, path: path)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer {
    SingleValueContainer(value: value, path: path)
  }

  /// Reads any value: simple kinds directly, all others through their own `init(from:)`.
  func read<T: Decodable>(_ type: T.Type) throws -> T {
    if type == String.self {
      guard let text = value.string as? T else { throw mismatch(type, "a string") }
      return text
    }
    if type == Bool.self {
      guard let flag = value.boolean as? T else { throw mismatch(type, "a boolean") }
      return flag
    }
    if let integers = type as? any FixedWidthInteger.Type {
      guard let number = value.integer else { throw mismatch(type, "an integer") }
      guard let fitting = Self.fitting(number, integers) as? T else {
        throw mismatch(type, "an integer that fits \(type)")
      }
      return fitting
    }
    guard !(type is any BinaryFloatingPoint.Type) else {
      throw mismatch(type, "no floating-point number, because canonical JSON has none; the type cannot be read")
    }
    return try readThroughType(type)
  }

  private func readThroughType<T: Decodable>(_ type: T.Type) throws -> T {
    do {
      return try type.init(from: self)
    } catch let problem as DecodingError {
      throw problem
    } catch let problem as CanonicalJSONError {
      throw problem
    } catch {
      throw CanonicalJSONError.notDecodable(path: path.text, reason: "\(error)")
    }
  }

  private static func fitting<Integer: FixedWidthInteger>(_ number: Int64, _ type: Integer.Type) -> Integer? {
    Integer(exactly: number)
  }

  private func mismatch(_ type: Any.Type, _ expected: String) -> DecodingError {
    .typeMismatch(
      type,
      DecodingError.Context(codingPath: codingPath, debugDescription: "expected \(expected), found \(value.kindName)"))
  }
}

private struct KeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let members: [String: CanonicalJSON]
  let path: CodingPlace

  var codingPath: [any CodingKey] { path.codingPath }

  /// The keys that `Key` knows, in byte order.
  var allKeys: [Key] {
    members.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.compactMap { Key(stringValue: $0) }
  }

  func contains(_ key: Key) -> Bool {
    members[key.stringValue] != nil
  }

  func decodeNil(forKey key: Key) -> Bool {
    !contains(key)
  }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    if !contains(key), let optional = type as? any ExpressibleByNilLiteral.Type {
      // A nil was left out when the value was written.
      if let absent = optional.init(nilLiteral: ()) as? T { return absent }
    }
    return try member(key).read(type)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try member(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try member(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder {
    try member(PlainCodingKey("super"))
  }

  func superDecoder(forKey key: Key) throws -> any Decoder {
    try member(key)
  }

  private func member(_ key: some CodingKey) throws -> CanonicalJSONDecoder {
    guard let value = members[key.stringValue] else {
      throw DecodingError.keyNotFound(
        key, DecodingError.Context(codingPath: codingPath, debugDescription: "the key is missing"))
    }
    return CanonicalJSONDecoder(value: value, path: .key(key, in: path))
  }
}

private struct UnkeyedContainer: UnkeyedDecodingContainer {
  let elements: [CanonicalJSON]
  let path: CodingPlace
  private(set) var currentIndex = 0

  init(elements: [CanonicalJSON], path: CodingPlace) {
    self.elements = elements
    self.path = path
  }

  var codingPath: [any CodingKey] { path.codingPath }
  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex == elements.count }

  /// Always false, because canonical JSON has no null.
  func decodeNil() -> Bool { false }

  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
    let value = try element(type).read(type)
    currentIndex += 1
    return value
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    let container = try element(type).container(keyedBy: type)
    currentIndex += 1
    return container
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    let container = try element([CanonicalJSON].self).unkeyedContainer()
    currentIndex += 1
    return container
  }

  mutating func superDecoder() throws -> any Decoder {
    let decoder = try element(CanonicalJSON.self)
    currentIndex += 1
    return decoder
  }

  private func element(_ type: Any.Type) throws -> CanonicalJSONDecoder {
    let place = CodingPlace.index(currentIndex, in: path)
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(
        type, DecodingError.Context(codingPath: place.codingPath, debugDescription: "the array has ended"))
    }
    return CanonicalJSONDecoder(value: elements[currentIndex], path: place)
  }
}

private struct SingleValueContainer: SingleValueDecodingContainer {
  let value: CanonicalJSON
  let path: CodingPlace

  var codingPath: [any CodingKey] { path.codingPath }

  /// Always false, because canonical JSON has no null.
  func decodeNil() -> Bool { false }

  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    try CanonicalJSONDecoder(value: value, path: path).read(type)
  }
}
