/// Where in a value a coder stands; cheap to extend, turned into a path only for a message.
indirect enum CodingPlace {
  case root
  case key(any CodingKey, in: CodingPlace)
  case index(Int, in: CodingPlace)

  /// The keys from the outermost on.
  var codingPath: [any CodingKey] {
    switch self {
    case .root: []
    case .key(let key, let outer): outer.codingPath + [key]
    case .index(let index, let outer): outer.codingPath + [PlainCodingKey(index: index)]
    }
  }

  /// The path as messages show it.
  var text: String { CanonicalJSONError.text(of: codingPath) }
}
