/// Writes a Swift value into one slot of canonical JSON that is being written.
///
/// It is its own single-value container, and small enough to be handed around without memory of its own.
struct CanonicalJSONEncoder: Encoder {
  let node: CanonicalJSONNode
  let slot: Int

  var codingPath: [any CodingKey] { node.path(to: slot) }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(KeyedContainer<Key>(node: node.node(.object, in: slot)))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    UnkeyedContainer(node: node.node(.array, in: slot))
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { self }

  func set(_ value: CanonicalJSON) { node.set(.value(value), in: slot) }

  func set(_ number: some FixedWidthInteger) throws(CanonicalJSONError) {
    guard let integer = Int64(exactly: number), CanonicalJSON.integerRange.contains(integer) else {
      throw problem(CanonicalJSON.outOfRange)
    }
    set(.integer(integer))
  }

  /// Writes any value through its own `encode(to:)`; those that have no canonical form are refused.
  func write<T: Encodable>(_ value: T) throws {
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
    // Whatever has no stable order has become an array.
    if case .node(let node) = node.content(of: slot), node.form == .array, value is any HashOrdered {
      throw problem("its order differs from run to run: use a sorted array, or CodingKeyRepresentable keys")
    }
  }

  func problem(_ reason: String) -> CanonicalJSONError { node.problem(reason, in: slot) }
}

/// A collection that the standard library encodes in the order of its hashes, which differs from run to run, when it
/// writes it as an array.
private protocol HashOrdered {}
extension Set: HashOrdered {}
extension Dictionary: HashOrdered {}

// Simple kinds have methods of their own: through the generic one each would cost several look-ups of its type.

extension CanonicalJSONEncoder: SingleValueEncodingContainer {
  func encodeNil() { node.set(.absent, in: slot) }
  func encode(_ value: String) { set(.string(value)) }
  func encode(_ value: Bool) { set(.boolean(value)) }
  func encode(_ value: Int) throws { try set(value) }
  func encode(_ value: Int8) throws { try set(value) }
  func encode(_ value: Int16) throws { try set(value) }
  func encode(_ value: Int32) throws { try set(value) }
  func encode(_ value: Int64) throws { try set(value) }
  func encode(_ value: UInt) throws { try set(value) }
  func encode(_ value: UInt8) throws { try set(value) }
  func encode(_ value: UInt16) throws { try set(value) }
  func encode(_ value: UInt32) throws { try set(value) }
  func encode(_ value: UInt64) throws { try set(value) }
  func encode(_ value: Float) throws { throw fraction }
  func encode(_ value: Double) throws { throw fraction }
  func encode<T: Encodable>(_ value: T) throws { try write(value) }

  private var fraction: CanonicalJSONError {
    problem("floating-point numbers have no canonical form: use an integer in a smaller unit")
  }
}

private struct KeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let node: CanonicalJSONNode

  var codingPath: [any CodingKey] { node.path }

  func encodeNil(forKey key: Key) { member(key).encodeNil() }
  func encode(_ value: String, forKey key: Key) { member(key).encode(value) }
  func encode(_ value: Bool, forKey key: Key) { member(key).encode(value) }
  func encode(_ value: Int, forKey key: Key) throws { try member(key).encode(value) }
  func encode(_ value: Int64, forKey key: Key) throws { try member(key).encode(value) }
  func encode<T: Encodable>(_ value: T, forKey key: Key) throws { try member(key).write(value) }

  func nestedContainer<Nested: CodingKey>(
    keyedBy keyType: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    member(key).container(keyedBy: keyType)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    member(key).unkeyedContainer()
  }

  func superEncoder() -> any Encoder { member(PlainCodingKey("super")) }

  func superEncoder(forKey key: Key) -> any Encoder { member(key) }

  private func member(_ key: some CodingKey) -> CanonicalJSONEncoder {
    CanonicalJSONEncoder(node: node, slot: node.member(key.stringValue))
  }
}

private struct UnkeyedContainer: UnkeyedEncodingContainer {
  let node: CanonicalJSONNode

  var codingPath: [any CodingKey] { node.path }
  var count: Int { node.count }

  func encodeNil() { element().encodeNil() }
  func encode(_ value: String) { element().encode(value) }
  func encode(_ value: Bool) { element().encode(value) }
  func encode(_ value: Int) throws { try element().encode(value) }
  func encode<T: Encodable>(_ value: T) throws { try element().write(value) }

  func nestedContainer<Nested: CodingKey>(keyedBy keyType: Nested.Type) -> KeyedEncodingContainer<Nested> {
    element().container(keyedBy: keyType)
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { element().unkeyedContainer() }

  func superEncoder() -> any Encoder { element() }

  private func element() -> CanonicalJSONEncoder {
    CanonicalJSONEncoder(node: node, slot: node.appendElement())
  }
}
