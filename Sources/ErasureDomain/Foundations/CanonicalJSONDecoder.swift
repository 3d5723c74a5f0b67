/// Reads Swift values straight from the places of canonical JSON in its bytes, without a tree between.
struct CanonicalJSONDecoder: Decoder {
  let tape: CanonicalJSONTape
  let node: Int

  var codingPath: [any CodingKey] { tape.path(to: node) }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard tape.nodes[node].form == .object else { throw mismatch(type, "an object") }
    return KeyedDecodingContainer(TapeObject<Key>(tape: tape, node: node))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try elements() }

  fileprivate func elements() throws -> TapeArray {
    guard tape.nodes[node].form == .array else { throw mismatch([CanonicalJSON].self, "an array") }
    return TapeArray(tape: tape, node: node)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { TapeValue(decoder: self) }

  /// Reads any value through its own `init(from:)`.
  func read<T: Decodable>(_ type: T.Type) throws -> T {
    if let known = try readKnown(type) { return known }
    do {
      return try type.init(from: self)
    } catch let problem as DecodingError {
      throw problem
    } catch let problem as CanonicalJSONError {
      throw problem
    } catch {
      throw CanonicalJSONError.notDecodable(path: CanonicalJSONError.text(of: codingPath), reason: "\(error)")
    }
  }

  /// The kinds that stand in nearly every entry, without the way over the standard library's containers; it gives the same.
  private func readKnown<T>(_ type: T.Type) throws -> T? {
    if T.self == String.self { return try text() as? T }
    if T.self == UTCTime.self { return try known(UTCTime.self) as? T }
    if T.self == ContentDigest.self { return try known(ContentDigest.self) as? T }
    if T.self == CivilDate.self { return try known(CivilDate.self) as? T }
    if T.self == JobReference.self { return try known(JobReference.self) as? T }
    if T.self == RequestReference.self { return try known(RequestReference.self) as? T }
    if T.self == PersonReference.self { return try known(PersonReference.self) as? T }
    return nil
  }

  private func known<Value: ReadFromText>(_ type: Value.Type) throws -> Value {
    guard tape.nodes[node].form == .string else { throw mismatch(String.self, "a string") }
    guard let value = tape.withText(node, { Value(text: $0) }) else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: codingPath, debugDescription: "not the text of a \(type)"))
    }
    return value
  }

  func text() throws -> String {
    guard tape.nodes[node].form == .string else { throw mismatch(String.self, "a string") }
    return tape.text(node)
  }

  func flag() throws -> Bool {
    guard tape.nodes[node].form == .boolean else { throw mismatch(Bool.self, "a boolean") }
    return tape.nodes[node].number != 0
  }

  func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) throws -> Integer {
    guard tape.nodes[node].form == .integer else { throw mismatch(type, "an integer") }
    guard let fitting = Integer(exactly: tape.nodes[node].number) else {
      throw mismatch(type, "an integer that fits \(type)")
    }
    return fitting
  }

  func fraction(_ type: Any.Type) -> DecodingError {
    mismatch(type, "no floating-point number, because canonical JSON has none; the type cannot be read")
  }

  private func mismatch(_ type: Any.Type, _ expected: String) -> DecodingError {
    .typeMismatch(
      type,
      DecodingError.Context(
        codingPath: codingPath, debugDescription: "expected \(expected), found \(tape.kindName(node))"))
  }
}

private struct TapeObject<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let tape: CanonicalJSONTape
  let node: Int

  var codingPath: [any CodingKey] { tape.path(to: node) }

  /// The keys that `Key` knows, in byte order.
  var allKeys: [Key] { tape.keys(of: node).compactMap { Key(stringValue: $0) } }

  private func find(_ key: Key) -> CanonicalJSONDecoder? {
    tape.member(key.stringValue, of: node).map { CanonicalJSONDecoder(tape: tape, node: $0) }
  }

  private func member(_ key: some CodingKey) throws -> CanonicalJSONDecoder {
    guard let place = tape.member(key.stringValue, of: node) else {
      throw DecodingError.keyNotFound(
        key, DecodingError.Context(codingPath: codingPath, debugDescription: "the key is missing"))
    }
    return CanonicalJSONDecoder(tape: tape, node: place)
  }

  func contains(_ key: Key) -> Bool { find(key) != nil }
  func decodeNil(forKey key: Key) -> Bool { !contains(key) }

  func decode(_ type: String.Type, forKey key: Key) throws -> String { try member(key).text() }
  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try member(key).flag() }
  func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try member(key).integer(type) }
  func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try member(key).integer(type) }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    guard let member = find(key) else {
      // A nil was left out when the value was written.
      if let optional = type as? any ExpressibleByNilLiteral.Type, let absent = optional.init(nilLiteral: ()) as? T {
        return absent
      }
      return try self.member(key).read(type)
    }
    return try member.read(type)
  }

  func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { try find(key)?.text() }
  func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { try find(key)?.flag() }
  func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { try find(key)?.integer(type) }
  func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? { try find(key)?.integer(type) }
  func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? { try find(key)?.read(type) }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try member(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try member(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { try member(PlainCodingKey("super")) }
  func superDecoder(forKey key: Key) throws -> any Decoder { try member(key) }
}

private struct TapeArray: UnkeyedDecodingContainer {
  let tape: CanonicalJSONTape
  let node: Int
  private(set) var currentIndex = 0
  private var next: Int

  init(tape: CanonicalJSONTape, node: Int) {
    self.tape = tape
    self.node = node
    next = node + 1
  }

  var codingPath: [any CodingKey] { tape.path(to: node) }
  var isAtEnd: Bool { next >= Int(tape.nodes[node].next) }

  var count: Int? {
    var count = 0
    var inner = node + 1
    while inner < Int(tape.nodes[node].next) {
      inner = Int(tape.nodes[inner].next)
      count += 1
    }
    return count
  }

  /// Always false, because canonical JSON has no null.
  func decodeNil() -> Bool { false }

  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try taking(type) { try $0.read(type) } }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    try taking(type) { try $0.container(keyedBy: type) }
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try taking([CanonicalJSON].self) { try $0.elements() }
  }

  mutating func superDecoder() throws -> any Decoder { try taking(CanonicalJSON.self) { $0 } }

  private mutating func taking<Result>(
    _ type: Any.Type, _ body: (CanonicalJSONDecoder) throws -> Result
  ) throws -> Result {
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(
        type,
        DecodingError.Context(
          codingPath: codingPath + [PlainCodingKey(index: currentIndex)], debugDescription: "the array has ended"))
    }
    let result = try body(CanonicalJSONDecoder(tape: tape, node: next))
    next = Int(tape.nodes[next].next)
    currentIndex += 1
    return result
  }
}

private struct TapeValue: SingleValueDecodingContainer {
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
