/// Names and values under each other, the values aligned.
struct FactList {
  private var facts: [(name: String, value: String)] = []

  /// A fact; one without value is left out.
  mutating func add(_ name: String, _ value: String?) {
    guard let value, !value.isEmpty else { return }
    facts.append((name, Printable.line(value)))
  }

  /// The facts, each line ended by a newline.
  var text: String {
    let width = facts.reduce(0) { max($0, Printable.width($1.name)) }
    return facts.map { fact in
      fact.name + String(repeating: " ", count: width - Printable.width(fact.name)) + "  " + fact.value + "\n"
    }.joined()
  }
}
