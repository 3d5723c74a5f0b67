/// An array or object that is being written: containers handed out earlier may still add to it.
///
/// Only arrays and objects have a node; every other value stands in its slot of the node around it.
final class CanonicalJSONNode {
  enum Form { case array, object }

  /// What stands in a slot.
  enum Content {
    /// Nothing was written yet.
    case empty
    /// A nil was written; an object leaves it out.
    case absent
    case value(CanonicalJSON)
    case node(CanonicalJSONNode)
  }

  private struct Slot {
    /// The member's key; nothing in an array.
    let key: String
    var content: Content
  }

  /// With more members than this they are looked up by hash.
  private static let fewMembers = 32

  let form: Form
  private var slots: [Slot] = []
  /// The slots of members, where there are many.
  private var places: [String: Int] = [:]
  /// The node around this one, which holds it, and the slot there; nil for the outermost.
  private unowned let outer: CanonicalJSONNode?
  private let place: Int

  /// A node for one value: its only slot is number 0.
  init() {
    form = .array
    outer = nil
    place = 0
    slots = [Slot(key: "", content: .empty)]
  }

  private init(_ form: Form, in outer: CanonicalJSONNode, at place: Int) {
    self.form = form
    self.outer = outer
    self.place = place
  }

  /// The number of elements written so far.
  var count: Int { slots.count }

  func content(of slot: Int) -> Content { slots[slot].content }

  func set(_ content: Content, in slot: Int) { slots[slot].content = content }

  /// The array or object in a slot; the present one when the slot has one of this form, so that two containers may share
  /// it.
  func node(_ form: Form, in slot: Int) -> CanonicalJSONNode {
    if case .node(let present) = slots[slot].content, present.form == form { return present }
    let node = CanonicalJSONNode(form, in: self, at: slot)
    slots[slot].content = .node(node)
    return node
  }

  /// A new slot at the end of an array.
  func appendElement() -> Int {
    slots.append(Slot(key: "", content: .empty))
    return slots.count - 1
  }

  /// The slot under a key; the present one when the key was used before.
  func member(_ key: String) -> Int {
    if let present = place(of: key) { return present }
    if slots.isEmpty { slots.reserveCapacity(8) }
    slots.append(Slot(key: key, content: .empty))
    if slots.count == Self.fewMembers {
      for (place, slot) in slots.enumerated() { places[slot.key] = place }
    } else if slots.count > Self.fewMembers {
      places[key] = slots.count - 1
    }
    return slots.count - 1
  }

  private func place(of key: String) -> Int? {
    slots.count < Self.fewMembers ? slots.firstIndex { $0.key == key } : places[key]
  }

  /// The keys that lead to a slot, from the outermost on.
  func path(to slot: Int) -> [any CodingKey] {
    // The outermost node is no part of the value.
    guard let outer else { return [] }
    let key = form == .array ? PlainCodingKey(index: slot) : PlainCodingKey(slots[slot].key)
    return outer.path(to: place) + [key]
  }
}

// The finished value.
extension CanonicalJSONNode {
  /// The tree in a slot; nil when the value is absent.
  func tree(in slot: Int, depth: Int = 0) throws(CanonicalJSONError) -> CanonicalJSON? {
    switch slots[slot].content {
    case .empty: throw problem("its encode(to:) wrote nothing", in: slot)
    case .absent: return nil
    case .value(let value):
      try check(value, in: slot, depth: depth)
      return value
    case .node(let node):
      try check(node, in: slot, depth: depth)
      return node.form == .array ? .array(try node.elements(depth)) : .object(try node.members(depth))
    }
  }

  private func elements(_ depth: Int) throws(CanonicalJSONError) -> [CanonicalJSON] {
    var elements: [CanonicalJSON] = []
    elements.reserveCapacity(slots.count)
    for slot in slots.indices {
      guard let element = try tree(in: slot, depth: depth + 1) else { throw absentElement(slot) }
      elements.append(element)
    }
    return elements
  }

  private func members(_ depth: Int) throws(CanonicalJSONError) -> [String: CanonicalJSON] {
    var members: [String: CanonicalJSON] = [:]
    members.reserveCapacity(slots.count)
    for slot in slots.indices {
      guard let member = try tree(in: slot, depth: depth + 1) else { continue }
      try checkKey(slot)
      members[slots[slot].key] = member
    }
    return members
  }

  /// Appends the canonical bytes of the value in a slot; false when it is absent.
  func write(_ slot: Int, to bytes: inout [UInt8], depth: Int = 0) throws(CanonicalJSONError) -> Bool {
    switch slots[slot].content {
    case .empty: throw problem("its encode(to:) wrote nothing", in: slot)
    case .absent: return false
    case .value(let value):
      try check(value, in: slot, depth: depth)
      value.append(to: &bytes)
    case .node(let node):
      try check(node, in: slot, depth: depth)
      if node.form == .array {
        try node.writeElements(to: &bytes, depth)
      } else {
        try node.writeMembers(to: &bytes, depth)
      }
    }
    return true
  }

  private func writeElements(to bytes: inout [UInt8], _ depth: Int) throws(CanonicalJSONError) {
    bytes.append(0x5B)
    for slot in slots.indices {
      if slot > 0 { bytes.append(0x2C) }
      guard try write(slot, to: &bytes, depth: depth + 1) else { throw absentElement(slot) }
    }
    bytes.append(0x5D)
  }

  private func writeMembers(to bytes: inout [UInt8], _ depth: Int) throws(CanonicalJSONError) {
    bytes.append(0x7B)
    var isFirst = true
    for slot in try slotsInOrder() {
      if !isFirst { bytes.append(0x2C) }
      isFirst = false
      CanonicalJSON.append(slots[slot].key, to: &bytes)
      bytes.append(0x3A)
      _ = try write(slot, to: &bytes, depth: depth + 1)
    }
    bytes.append(0x7D)
  }

  /// The slots of the members that are there, in the order of their keys.
  private func slotsInOrder() throws(CanonicalJSONError) -> [Int] {
    var order: [Int] = []
    order.reserveCapacity(slots.count)
    for slot in slots.indices {
      if case .absent = slots[slot].content { continue }
      try checkKey(slot)
      order.append(slot)
    }
    // Swift orders ASCII texts by their bytes.
    order.sort { slots[$0].key < slots[$1].key }
    return order
  }

  private func checkKey(_ slot: Int) throws(CanonicalJSONError) {
    guard slots[slot].key.utf8.allSatisfy({ $0 < 0x80 }) else {
      // Of the object, as the path of a tree names it: the key itself may say too much.
      throw .notEncodable(path: CanonicalJSONError.text(of: path), reason: CanonicalJSON.notASCII)
    }
  }

  /// The keys that lead to this array or object.
  var path: [any CodingKey] { outer?.path(to: place) ?? [] }

  private func check(_ value: CanonicalJSON, in slot: Int, depth: Int) throws(CanonicalJSONError) {
    guard let (inner, reason) = value.problem(depth: depth) else { return }
    throw .notEncodable(path: CanonicalJSONError.text(of: path(to: slot) + inner.reversed()), reason: reason)
  }

  private func check(_ node: CanonicalJSONNode, in slot: Int, depth: Int) throws(CanonicalJSONError) {
    guard depth < CanonicalJSON.maximumDepth else { throw problem(CanonicalJSON.tooDeep, in: slot) }
  }

  private func absentElement(_ slot: Int) -> CanonicalJSONError {
    problem("an array cannot hold nil: leave the element out", in: slot)
  }

  func problem(_ reason: String, in slot: Int) -> CanonicalJSONError {
    .notEncodable(path: CanonicalJSONError.text(of: path(to: slot)), reason: reason)
  }
}
