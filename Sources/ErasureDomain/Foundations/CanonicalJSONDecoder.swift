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
    SingleValueContainer(decoder: self)
  }

  /// Reads any value through its own `init(from:)`.
  func read<T: Decodable>(_ type: T.Type) throws -> T {
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

  func text() throws -> String {
    guard let text = value.string else { throw mismatch(String.self, "a string") }
    return text
  }

  func flag() throws -> Bool {
    guard let flag = value.boolean else { throw mismatch(Bool.self, "a boolean") }
    return flag
  }

  func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) throws -> Integer {
    guard let number = value.integer else { throw mismatch(type, "an integer") }
    guard let fitting = Integer(exactly: number) else { throw mismatch(type, "an integer that fits \(type)") }
    return fitting
  }

  func fraction(_ type: Any.Type) -> DecodingError {
    mismatch(type, "no floating-point number, because canonical JSON has none; the type cannot be read")
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

  func decode(_ type: String.Type, forKey key: Key) throws -> String { try member(key).text() }
  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try member(key).flag() }
  func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try member(key).integer(type) }
  func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try member(key).integer(type) }

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

// Simple kinds have methods of their own: through the generic one each would cost several look-ups of its type.
private struct SingleValueContainer: SingleValueDecodingContainer {
  let decoder: CanonicalJSONDecoder

  var codingPath: [any CodingKey] { decoder.codingPath }

  /// Always false, because canonical JSON has no null.
  func decodeNil() -> Bool { false }

  func decode(_ type: String.Type) throws -> String { try decoder.text() }
  func decode(_ type: Bool.Type) throws -> Bool { try decoder.flag() }
  func decode(_ type: Int.Type) throws -> Int { try decoder.integer(type) }
  func decode(_ type: Int8.Type) throws -> Int8 { try decoder.integer(type) }
  func decode(_ type: Int16.Type) throws -> Int16 { try decoder.integer(type) }
  func decode(_ type: Int32.Type) throws -> Int32 { try decoder.integer(type) }
  func decode(_ type: Int64.Type) throws -> Int64 { try decoder.integer(type) }
  func decode(_ type: UInt.Type) throws -> UInt { try decoder.integer(type) }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try decoder.integer(type) }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try decoder.integer(type) }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try decoder.integer(type) }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try decoder.integer(type) }
  func decode(_ type: Float.Type) throws -> Float { throw decoder.fraction(type) }
  func decode(_ type: Double.Type) throws -> Double { throw decoder.fraction(type) }
  func decode<T: Decodable>(_ type: T.Type) throws -> T { try decoder.read(type) }
}
