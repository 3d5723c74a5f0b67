/// The descriptions of `plans/catalogue/` by name; one that is wrong has a name and nothing else.
struct HTTPCatalogue {
  private var descriptions: [String: HTTPSystemDescription] = [:]
  private(set) var names: Set<String> = []

  mutating func add(_ description: HTTPSystemDescription?, named name: String) {
    names.insert(name)
    descriptions[name] = description
  }

  subscript(name: String) -> HTTPSystemDescription? { descriptions[name] }
}
