import ErasureDomain
import Yams

extension StrictReader {
  /// The settings of a connector as canonical JSON: texts, whole numbers, truth values, lists and mappings.
  ///
  /// What the keys mean is the connector's own matter; it decodes them when it is made.
  mutating func settings(_ member: Member) -> CanonicalJSON? {
    guard let members = entries(of: member, what: "settings") else { return nil }
    return object(members)
  }

  /// A value of JSON: texts, whole numbers, truth values, lists and mappings.
  mutating func json(_ member: Member) -> CanonicalJSON? { value(member) }

  private mutating func object(_ entries: [Member]) -> CanonicalJSON? {
    var object: [String: CanonicalJSON] = [:]
    var isWhole = true
    for entry in entries {
      guard entry.key.utf8.allSatisfy({ $0 < 0x80 }) else {
        fault(entry.line, "a key of settings has a letter outside ASCII; rename it")
        isWhole = false
        continue
      }
      if let value = value(entry) { object[entry.key] = value } else { isWhole = false }
    }
    return isWhole ? .object(object) : nil
  }

  private mutating func value(_ member: Member) -> CanonicalJSON? {
    switch member.node {
    case .mapping:
      guard let entries = entries(of: member, what: "\"\(member.key)\"") else { return nil }
      return object(entries)
    case .sequence:
      guard let elements = elements(of: member) else { return nil }
      let values = elements.compactMap { element in value(element) }
      return values.count == elements.count ? .array(values) : nil
    case .scalar(let scalar): return value(of: scalar, member)
    case .alias: return text(member).map(CanonicalJSON.string)
    }
  }

  private mutating func value(of scalar: Node.Scalar, _ member: Member) -> CanonicalJSON? {
    switch Self.kind(of: scalar, in: member.node) {
    case .text: return text(member).map(CanonicalJSON.string)
    case .integer:
      guard let number = Int64(scalar.string), CanonicalJSON.integerRange.contains(number),
        String(number) == scalar.string
      else {
        fault(member.line, "\"\(member.key)\" is no plain whole number; put it in quotes to make it a text")
        return nil
      }
      return .integer(number)
    case .boolean:
      guard scalar.string == "true" || scalar.string == "false" else {
        fault(member.line, "\"\(member.key)\" is \(scalar.string); write true or false, or put it in quotes")
        return nil
      }
      return .boolean(scalar.string == "true")
    case .fraction:
      fault(member.line, "\"\(member.key)\" is a fraction; write a whole number, or put it in quotes")
      return nil
    case .nothing:
      fault(member.line, "\"\(member.key)\" is empty; give it a value or take it out")
      return nil
    }
  }
}
