/// Writes Swift values into a tree of canonical JSON.
struct CanonicalJSONEncoder: Encoder {
  let node: CanonicalJSONNode
  let path: CodingPlace

  var codingPath: [any CodingKey] { path.codingPath }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    node.becomeObject()
    return KeyedEncodingContainer(KeyedContainer<Key>(node: node, path: path))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    node.becomeArray()
    return UnkeyedContainer(node: node, path: path)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    SingleValueContainer(node: node, path: path)
  }

  /// Writes any value into the node: simple kinds directly, all others through their own `encode(to:)`.
  func write<T: Encodable>(_ value: T) throws {
    switch value {
    case let text as String: node.set(.value(.string(text)))
    case let flag as Bool: node.set(.value(.boolean(flag)))
    case let tree as CanonicalJSON: node.set(.value(tree))
    case let number as any FixedWidthInteger: node.set(.value(.integer(try integer(number))))
    case is any BinaryFloatingPoint:
      throw problem("floating-point numbers have no canonical form: use an integer in a smaller unit")
    case let collection as any HashOrdered where !type(of: collection).hasStableEncoding:
      throw problem("its order differs from run to run: use a sorted array, or CodingKeyRepresentable keys")
    default: try writeThroughType(value)
    }
  }

  private func writeThroughType<T: Encodable>(_ value: T) throws {
    do {
      try value.encode(to: self)
    } catch let problem as CanonicalJSONError {
      throw problem
    } catch is EncodingError {
      // Its context would quote the value.
      throw problem("its encode(to:) refused the value")
    } catch {
      throw problem("\(error)")
    }
  }

  private func integer(_ number: some FixedWidthInteger) throws(CanonicalJSONError) -> Int64 {
    guard let integer = Int64(exactly: number), CanonicalJSON.integerRange.contains(integer) else {
      throw problem("the integer is beyond ±(2^53 - 1)")
    }
    return integer
  }

  private func problem(_ reason: String) -> CanonicalJSONError {
    .notEncodable(path: path.text, reason: reason)
  }
}

/// A collection that the standard library may encode in the order of its hashes, which differs from run to run.
private protocol HashOrdered {
  static var hasStableEncoding: Bool { get }
}

extension Set: HashOrdered {
  fileprivate static var hasStableEncoding: Bool { false }
}

extension Dictionary: HashOrdered {
  fileprivate static var hasStableEncoding: Bool {
    Key.self == String.self || Key.self == Int.self || Key.self is any CodingKeyRepresentable.Type
  }
}

// The containers' generic methods stand for all of the protocol's methods for single types.

private struct KeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let node: CanonicalJSONNode
  let path: CodingPlace

  var codingPath: [any CodingKey] { path.codingPath }

  func encodeNil(forKey key: Key) {
    member(key).node.set(.absent)
  }

  func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
    try member(key).write(value)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy keyType: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    member(key).container(keyedBy: keyType)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    member(key).unkeyedContainer()
  }

  func superEncoder() -> any Encoder {
    member(PlainCodingKey("super"))
  }

  func superEncoder(forKey key: Key) -> any Encoder {
    member(key)
  }

  private func member(_ key: some CodingKey) -> CanonicalJSONEncoder {
    CanonicalJSONEncoder(node: node.member(key.stringValue), path: .key(key, in: path))
  }
}

private struct UnkeyedContainer: UnkeyedEncodingContainer {
  let node: CanonicalJSONNode
  let path: CodingPlace

  var codingPath: [any CodingKey] { path.codingPath }
  var count: Int { node.count }

  func encodeNil() {
    element().node.set(.absent)
  }

  func encode<T: Encodable>(_ value: T) throws {
    try element().write(value)
  }

  func nestedContainer<Nested: CodingKey>(keyedBy keyType: Nested.Type) -> KeyedEncodingContainer<Nested> {
    element().container(keyedBy: keyType)
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    element().unkeyedContainer()
  }

  func superEncoder() -> any Encoder {
    element()
  }

  private func element() -> CanonicalJSONEncoder {
    let index = node.count
    return CanonicalJSONEncoder(node: node.appendElement(), path: .index(index, in: path))
  }
}

private struct SingleValueContainer: SingleValueEncodingContainer {
  let node: CanonicalJSONNode
  let path: CodingPlace

  var codingPath: [any CodingKey] { path.codingPath }

  func encodeNil() {
    node.set(.absent)
  }

  func encode<T: Encodable>(_ value: T) throws {
    try CanonicalJSONEncoder(node: node, path: path).write(value)
  }
}
