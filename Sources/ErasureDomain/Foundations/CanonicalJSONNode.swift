/// A value that is being written: containers handed out earlier may still add to it.
final class CanonicalJSONNode {
  enum Content {
    /// Nothing was written yet.
    case empty
    /// A nil was written; an object leaves it out.
    case absent
    case value(CanonicalJSON)
    case array([CanonicalJSONNode])
    case object([String: CanonicalJSONNode])
  }

  private(set) var content = Content.empty

  /// The number of elements written so far.
  var count: Int {
    if case .array(let elements) = content { elements.count } else { 0 }
  }

  func set(_ content: Content) {
    self.content = content
  }

  func becomeArray() {
    if case .array = content { return }
    content = .array([])
  }

  func becomeObject() {
    if case .object = content { return }
    content = .object([:])
  }

  func appendElement() -> CanonicalJSONNode {
    let node = CanonicalJSONNode()
    if case .array(var elements) = content {
      content = .empty
      elements.append(node)
      content = .array(elements)
    }
    return node
  }

  /// The node under a key; the present one when the key was used before, so that two containers may share it.
  func member(_ key: String) -> CanonicalJSONNode {
    guard case .object(var members) = content else { return CanonicalJSONNode() }
    if let present = members[key] { return present }
    let node = CanonicalJSONNode()
    content = .empty
    members[key] = node
    content = .object(members)
    return node
  }

  /// The finished tree; nil when this value is absent.
  func resolved(path: CodingPlace) throws(CanonicalJSONError) -> CanonicalJSON? {
    switch content {
    case .empty: throw .notEncodable(path: path.text, reason: "its encode(to:) wrote nothing")
    case .absent: return nil
    case .value(let value): return value
    case .array(let nodes):
      var elements: [CanonicalJSON] = []
      elements.reserveCapacity(nodes.count)
      for (index, node) in nodes.enumerated() {
        let place = CodingPlace.index(index, in: path)
        guard let element = try node.resolved(path: place) else {
          throw .notEncodable(path: place.text, reason: "an array cannot hold nil: leave the element out")
        }
        elements.append(element)
      }
      return .array(elements)
    case .object(let nodes):
      var members: [String: CanonicalJSON] = [:]
      members.reserveCapacity(nodes.count)
      for (key, node) in nodes {
        members[key] = try node.resolved(path: .key(PlainCodingKey(key), in: path))
      }
      return .object(members)
    }
  }
}
