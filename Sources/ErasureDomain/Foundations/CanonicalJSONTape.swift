/// Canonical JSON as it was read: the places of its values in the bytes, in their order. Trees and Swift values are made
/// from it; one array for all of them is what makes reading a million entries cheap.
final class CanonicalJSONTape: Sendable {
  enum Form: UInt8, Sendable {
    case string
    case integer
    case boolean
    case array
    case object
    /// Of a member; its value stands right behind it.
    case key
  }

  struct Node: Sendable {
    let form: Form
    /// Of a string: it is written as it is, without escapes.
    var isPlain = true
    /// The array or object around it; -1 for the whole value.
    let parent: Int32
    /// The node after this one and all that is in it.
    var next: Int32 = 0
    /// Strings and keys: the first byte of their text and the one behind it. Integers and booleans: the value.
    var start: UInt32 = 0
    var end: UInt32 = 0

    init(_ form: Form, in parent: Int32) {
      self.form = form
      self.parent = parent
    }

    var number: Int64 {
      get { Int64(bitPattern: UInt64(start) << 32 | UInt64(end)) }
      set {
        let bits = UInt64(bitPattern: newValue)
        start = UInt32(truncatingIfNeeded: bits >> 32)
        end = UInt32(truncatingIfNeeded: bits)
      }
    }
  }

  /// Nothing longer is read: no plan, entry or register comes near.
  static let mostBytes = Int(Int32.max)

  let bytes: [UInt8]
  let nodes: [Node]

  /// Reads bytes that `CanonicalJSON.encoded()` would have written, and no others.
  init(reading bytes: [UInt8]) throws(CanonicalJSONError) {
    guard bytes.count <= Self.mostBytes else { throw .notCanonical(.trailingBytes, offset: Self.mostBytes) }
    self.bytes = bytes
    nodes = try bytes.withUnsafeBufferPointer { (buffer) throws(CanonicalJSONError) -> [Node] in
      var parser = CanonicalJSONParser(bytes: buffer)
      return try parser.parseWhole()
    }
  }

  /// The places that a tree would have. Its texts stand in `bytes` without their escapes.
  init(of tree: CanonicalJSON) {
    var written = Writing()
    written.append(tree, in: -1)
    bytes = written.bytes
    nodes = written.nodes
  }

  private struct Writing {
    var bytes: [UInt8] = []
    var nodes: [Node] = []

    mutating func append(_ tree: CanonicalJSON, in outer: Int32) {
      let place = nodes.count
      switch tree {
      case .string(let text): append(.string, text, in: outer)
      case .integer(let number): append(.integer, number, in: outer)
      case .boolean(let value): append(.boolean, value ? 1 : 0, in: outer)
      case .array(let elements):
        nodes.append(Node(.array, in: outer))
        for element in elements { append(element, in: Int32(place)) }
      case .object(let members):
        nodes.append(Node(.object, in: outer))
        for (key, value) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
          append(.key, key, in: Int32(place))
          append(value, in: Int32(place))
        }
      }
      nodes[place].next = Int32(nodes.count)
    }

    private mutating func append(_ form: Form, _ number: Int64, in outer: Int32) {
      nodes.append(Node(form, in: outer))
      nodes[nodes.count - 1].number = number
    }

    private mutating func append(_ form: Form, _ text: String, in outer: Int32) {
      var node = Node(form, in: outer)
      node.start = UInt32(bytes.count)
      bytes += text.utf8
      node.end = UInt32(bytes.count)
      node.next = Int32(nodes.count + 1)
      nodes.append(node)
    }
  }

  // MARK: Values

  /// The text of a string or key.
  func text(_ node: Int) -> String {
    let place = nodes[node]
    if place.isPlain { return String(decoding: bytes[Int(place.start)..<Int(place.end)], as: UTF8.self) }
    return String(decoding: unescaped(place), as: UTF8.self)
  }

  /// What the reader checked, with its escapes undone.
  private func unescaped(_ place: Node) -> [UInt8] {
    bytes.withUnsafeBufferPointer {
      CanonicalJSONParser.unescaped(UnsafeBufferPointer(rebasing: $0[Int(place.start)..<Int(place.end)]))
    }
  }

  /// The bytes of a string or key.
  func withText<Result>(_ node: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
    let place = nodes[node]
    guard place.isPlain else { return try unescaped(place).withUnsafeBufferPointer(body) }
    return try bytes.withUnsafeBufferPointer {
      try body(UnsafeBufferPointer(rebasing: $0[Int(place.start)..<Int(place.end)]))
    }
  }

  func isText(_ node: Int, _ text: StaticString) -> Bool {
    withText(node) { bytes in
      bytes.count == text.utf8CodeUnitCount
        && bytes.elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
  }

  /// The value under a key of an object; nil where it has no such key.
  func member(_ key: String, of object: Int) -> Int? {
    var key = key
    return key.withUTF8 { wanted in
      bytes.withUnsafeBufferPointer { bytes in
        var node = object + 1
        let end = Int(nodes[object].next)
        while node < end {
          let place = nodes[node]
          let count = Int(place.end - place.start)
          if place.isPlain, count == wanted.count {
            let start = Int(place.start)
            var same = 0
            while same < count, bytes[start + same] == wanted[same] { same += 1 }
            if same == count { return node + 1 }
          } else if !place.isPlain, unescaped(place).elementsEqual(wanted) {
            return node + 1
          }
          node = Int(nodes[node + 1].next)
        }
        return nil
      }
    }
  }

  /// The keys of an object, in their order.
  func keys(of object: Int) -> [String] {
    var keys: [String] = []
    var node = object + 1
    while node < Int(nodes[object].next) {
      keys.append(text(node))
      node = Int(nodes[node + 1].next)
    }
    return keys
  }

  /// The tree of a value.
  func tree(_ node: Int) -> CanonicalJSON {
    let place = nodes[node]
    var inner = node + 1
    let end = Int(place.next)
    switch place.form {
    case .string, .key: return .string(text(node))
    case .integer: return .integer(place.number)
    case .boolean: return .boolean(place.number != 0)
    case .array:
      var elements: [CanonicalJSON] = []
      while inner < end {
        elements.append(tree(inner))
        inner = Int(nodes[inner].next)
      }
      return .array(elements)
    case .object:
      var members: [String: CanonicalJSON] = [:]
      while inner < end {
        members[text(inner)] = tree(inner + 1)
        inner = Int(nodes[inner + 1].next)
      }
      return .object(members)
    }
  }

  // MARK: Messages

  func kindName(_ node: Int) -> String {
    switch nodes[node].form {
    case .string, .key: "a string"
    case .integer: "an integer"
    case .boolean: "a boolean"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// The keys that lead to a value, from the outermost on.
  func path(to node: Int) -> [any CodingKey] {
    let outer = Int(nodes[node].parent)
    guard outer >= 0 else { return [] }
    guard nodes[outer].form == .array else { return path(to: outer) + [PlainCodingKey(text(node - 1))] }
    var index = 0
    var inner = outer + 1
    while inner < node {
      inner = Int(nodes[inner].next)
      index += 1
    }
    return path(to: outer) + [PlainCodingKey(index: index)]
  }
}
