import ErasureDomain

/// The page's own words in one language, with dates and numbers as that language reads them.
///
/// A file of words has a line for each: `area.name | English | Dutch`; `{}` stands for a value that is put in.
struct PageWords: Sendable {
  typealias Language = PersonLanguage

  let language: Language
  /// By area and name, as templates ask for them: `{{w.today.title}}`.
  let areas: [String: [String: String]]

  init(lines: [String], in language: Language) throws(PageFiles.Fault) {
    self.language = language
    var areas: [String: [String: String]] = [:]
    for line in lines where !line.hasPrefix("#") && !line.allSatisfy(\.isWhitespace) {
      let parts = line.split(separator: "|", omittingEmptySubsequences: false).map { Self.trimmed($0) }
      let key = parts[0].split(separator: ".", maxSplits: 1).map(String.init)
      guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }), key.count == 2 else {
        throw PageFiles.Fault(description: "this line of words is not `area.name | English | Dutch`: \(line)")
      }
      let text = parts[language == .english ? 1 : 2]
      guard areas[key[0], default: [:]].updateValue(text, forKey: key[1]) == nil else {
        throw PageFiles.Fault(description: "the word \(parts[0]) is there twice")
      }
    }
    self.areas = areas
  }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop { $0 == " " }
    let end = start.lastIndex { $0 != " " }
    return end.map { String(start[...$0]) } ?? ""
  }

  /// Whether there is such a word.
  func has(_ key: String) -> Bool { word(key) != nil }

  private func word(_ key: String) -> String? {
    let parts = key.split(separator: ".", maxSplits: 1).map(String.init)
    return parts.count == 2 ? areas[parts[0]]?[parts[1]] : nil
  }

  /// The word with its values put in, in order. A word that is missing shows its key: a test finds it.
  func callAsFunction(_ key: String, _ values: String...) -> String {
    var rest = (word(key) ?? key)[...]
    var text = ""
    var values = values[...]
    while let gap = rest.firstRange(of: "{}"), let value = values.popFirst() {
      text += rest[..<gap.lowerBound] + value
      rest = rest[gap.upperBound...]
    }
    return text + rest
  }

  /// The word for a code of the field; the code itself where the page has none, as for codes of the organisation's own.
  func code(_ area: String, _ code: String) -> String { areas[area]?[code] ?? code }

  /// The code whose word somebody wrote, whatever its capitals.
  func code(of word: String, in area: String) -> String? {
    areas[area]?.first { $0.value.lowercased() == word.lowercased() }?.key
  }

  // MARK: Dates and numbers

  /// `3 April 2026`, `3 april 2026`.
  func day(_ day: CivilDate) -> String { DateWords(language: language).day(day) }

  /// A sentence with the days in it as the language reads them: what the desk says has them as 2026-04-03.
  func dated(_ text: String) -> String {
    text.replacing(/\b\d{4}-\d{2}-\d{2}\b/) { match in CivilDate(String(match.output)).map(day) ?? String(match.output)
    }
  }

  /// `1,234` in English, `1.234` in Dutch.
  func number(_ value: Int) -> String {
    let separator: Character = language == .english ? "," : "."
    var text = ""
    for (place, digit) in String(value.magnitude).reversed().enumerated() {
      if place > 0, place.isMultiple(of: 3) { text.append(separator) }
      text.append(digit)
    }
    return (value < 0 ? "−" : "") + String(text.reversed())
  }

  /// The word for one or for several of something, with the number: `area.name.one`, `area.name.many`.
  func count(_ value: Int, _ key: String) -> String {
    self(key + (value == 1 ? ".one" : ".many"), number(value))
  }
}
