package import Yams

/// A value in a YAML file with the key it stands under and the line of that key.
package struct Member {
  package let key: String
  package let line: Int
  package let node: Node

  /// A part of this value that is named like it, with a line of its own where it has one.
  func part(_ node: Node) -> Member {
    Member(key: key, line: node.mark?.line ?? line, node: node)
  }
}

/// The members of a YAML mapping whose keys are known.
package struct Members {
  /// What the mapping is, for messages: `dataset "invoice"`.
  let what: String
  let line: Int
  let byKey: [String: Member]

  package subscript(key: String) -> Member? { byKey[key] }
}

/// A key that a mapping may have; one that it must have carries the advice for whoever forgot it.
package struct KnownKey {
  let name: String
  let advice: String?

  package static func required(_ name: String, _ advice: String) -> KnownKey { KnownKey(name: name, advice: advice) }
  package static func optional(_ name: String) -> KnownKey { KnownKey(name: name, advice: nil) }
}
