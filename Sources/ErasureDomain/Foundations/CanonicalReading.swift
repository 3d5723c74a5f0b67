/// A type that reads itself straight from canonical JSON, without `Decodable` between: a log is full of a few kinds of facts,
/// and an auditor reads all of them.
///
/// It gives exactly what `Decodable` gives, or throws and leaves it to that, which also has the words for what is wrong.
protocol CanonicalReadable {
  init(reading place: CanonicalPlace) throws(NotRead)
}

/// A value was not read the direct way: `Decodable` reads it, or says why nobody can.
struct NotRead: Error {}

/// A value where it stands in canonical JSON. Not to be kept: it holds on to nothing.
struct CanonicalPlace {
  fileprivate let bytes: UnsafePointer<UInt8>
  fileprivate let nodes: UnsafePointer<CanonicalJSONTape.Node>
  let node: Int

  fileprivate func at(_ other: Int) -> CanonicalPlace { CanonicalPlace(bytes: bytes, nodes: nodes, node: other) }

  /// The bytes of a string that is written without escapes.
  func text() throws(NotRead) -> UnsafeBufferPointer<UInt8> {
    let place = nodes[node]
    guard place.form == .string, place.isPlain else { throw NotRead() }
    return UnsafeBufferPointer(start: bytes + Int(place.start), count: Int(place.end - place.start))
  }

  /// The text of a string, its escapes undone.
  var string: String {
    let place = nodes[node]
    let written = UnsafeBufferPointer(start: bytes + Int(place.start), count: Int(place.end - place.start))
    return place.isPlain
      ? String(decoding: written, as: UTF8.self)
      : String(decoding: CanonicalJSONParser.unescaped(written), as: UTF8.self)
  }

  var isText: Bool { nodes[node].form == .string }

  func integer() throws(NotRead) -> Int64 { try number(.integer) }

  fileprivate func number(_ form: CanonicalJSONTape.Form) throws(NotRead) -> Int64 {
    guard nodes[node].form == form else { throw NotRead() }
    return nodes[node].number
  }
}

extension CanonicalJSONTape {
  /// Reads the whole value, or nothing.
  func read<Value: CanonicalReadable>(_ type: Value.Type) -> Value? {
    withPlace { place in
      do { return try Value(reading: place) } catch { return nil }
    }
  }

  @inline(__always)
  func withPlace<Result>(_ body: (CanonicalPlace) -> Result?) -> Result? {
    bytes.withUnsafeBufferPointer { bytes in
      nodes.withUnsafeBufferPointer { nodes in
        guard let bytes = bytes.baseAddress, let nodes = nodes.baseAddress else { return nil }
        return body(CanonicalPlace(bytes: bytes, nodes: nodes, node: 0))
      }
    }
  }
}

/// The members of an object, cheapest when they are asked for in the order of their keys.
struct CanonicalMembers {
  private let object: CanonicalPlace
  private let end: Int
  /// The key at which the next look begins.
  private var next: Int

  init(of place: CanonicalPlace) throws(NotRead) {
    guard place.nodes[place.node].form == .object else { throw NotRead() }
    object = place
    end = Int(place.nodes[place.node].next)
    next = place.node + 1
  }

  /// The value under a key; nothing where there is no such key.
  mutating func find(_ key: StaticString) -> CanonicalPlace? {
    if let found = find(key, from: next, to: end) { return found }
    return find(key, from: object.node + 1, to: next)
  }

  private mutating func find(_ key: StaticString, from first: Int, to end: Int) -> CanonicalPlace? {
    let (wanted, count) = (key.utf8Start, key.utf8CodeUnitCount)
    var node = first
    while node < end {
      let place = object.nodes[node]
      // A key with an escape is none of ours.
      if place.isPlain, Int(place.end - place.start) == count {
        let start = object.bytes + Int(place.start)
        var same = 0
        while same < count, start[same] == wanted[same] { same += 1 }
        if same == count {
          next = Int(object.nodes[node + 1].next)
          return object.at(node + 1)
        }
      }
      node = Int(object.nodes[node + 1].next)
    }
    return nil
  }

  /// The value of a member that must be there.
  mutating func read<Value: CanonicalReadable>(_ key: StaticString) throws(NotRead) -> Value {
    guard let place = find(key) else { throw NotRead() }
    return try Value(reading: place)
  }

  /// The value of a member that may be absent.
  mutating func readIfPresent<Value: CanonicalReadable>(_ key: StaticString) throws(NotRead) -> Value? {
    guard let place = find(key) else { return nil }
    return try Value(reading: place)
  }

  /// A member that hardly any value has is left to `Decodable`.
  mutating func leave(_ key: StaticString) throws(NotRead) {
    guard find(key) == nil else { throw NotRead() }
  }
}

extension String: CanonicalReadable {
  init(reading place: CanonicalPlace) throws(NotRead) {
    guard place.isText else { throw NotRead() }
    self = place.string
  }
}

extension Int: CanonicalReadable {
  init(reading place: CanonicalPlace) throws(NotRead) {
    guard let number = Int(exactly: try place.integer()) else { throw NotRead() }
    self = number
  }
}

extension Bool: CanonicalReadable {
  init(reading place: CanonicalPlace) throws(NotRead) { self = try place.number(.boolean) != 0 }
}

extension Array: CanonicalReadable where Element: CanonicalReadable {
  init(reading place: CanonicalPlace) throws(NotRead) {
    guard place.nodes[place.node].form == .array else { throw NotRead() }
    var elements: [Element] = []
    let end = Int(place.nodes[place.node].next)
    var node = place.node + 1
    while node < end {
      elements.append(try Element(reading: place.at(node)))
      node = Int(place.nodes[node].next)
    }
    self = elements
  }
}

extension CanonicalReadable where Self: ReadFromText {
  init(reading place: CanonicalPlace) throws(NotRead) {
    guard let value = Self(text: try place.text()) else { throw NotRead() }
    self = value
  }
}

extension CanonicalReadable where Self: RawRepresentable<String> {
  init(reading place: CanonicalPlace) throws(NotRead) {
    guard let value = Self(rawValue: try String(reading: place)) else { throw NotRead() }
    self = value
  }
}

extension UTCTime: CanonicalReadable {}
extension CivilDate: CanonicalReadable {}
extension ContentDigest: CanonicalReadable {}
extension Reference: CanonicalReadable {}

extension SystemName: CanonicalReadable {
  init(reading place: CanonicalPlace) throws(NotRead) {
    guard let name = Self(try String(reading: place)) else { throw NotRead() }
    self = name
  }
}

extension Capacity: CanonicalReadable {}
extension DataRight: CanonicalReadable {}
extension Dependency.Kind: CanonicalReadable {}
extension ErasureGround: CanonicalReadable {}
extension FailureCode: CanonicalReadable {}
extension GroundRejection: CanonicalReadable {}
extension IdentifierKind: CanonicalReadable {}
extension JobVerb: CanonicalReadable {}
extension LetterChannel: CanonicalReadable {}
extension PersonLanguage: CanonicalReadable {}
extension Question.Code: CanonicalReadable {}
extension RetentionGround: CanonicalReadable {}
extension StorageProof.Check: CanonicalReadable {}
extension StorageProof.Level: CanonicalReadable {}
extension SubjectLetterKind: CanonicalReadable {}
extension SystemRole: CanonicalReadable {}
extension Voucher: CanonicalReadable {}
extension WhatWasSeen: CanonicalReadable {}
extension Coverage.Reason: CanonicalReadable {}
