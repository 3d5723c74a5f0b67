/// The place of a value in an answer: names separated by dots, `\.` for a dot in a name.
///
/// A number is a place in a list. A name that meets a list means every element of it.
public struct HTTPPath: Hashable, Sendable {
  public let names: [String]

  /// Reads a path; nil when a name is empty.
  public init?(_ text: String) {
    var names = [""]
    var isEscaped = false
    for character in text {
      if isEscaped || (character != "\\" && character != ".") {
        names[names.count - 1].append(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        names.append("")
      }
    }
    guard !isEscaped, names.allSatisfy({ !$0.isEmpty }) else { return nil }
    self.names = names
  }
}
