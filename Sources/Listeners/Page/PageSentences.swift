import ErasureDomain

/// What the desk says in English (refusals, notes, lines of what was seen again), as the page says it in the visitor's
/// language.
///
/// A file of sentences has a line for each: `what the desk says | English of the page, or = for the same | Dutch`. In the
/// first `{}` stands for a value, and `@name` at its end names the field of a form that it is about; in the others `{1}` is the
/// first value, `{2:request-state}` the word of a code, `{1:said}` a value that is a sentence of the desk itself. The desk knows
/// nothing of this: its sentence is the key, and a test reads the desk's source and finds each that has no line here.
struct PageSentences: Sendable {
  /// A sentence as the visitor reads it, and what in it the page has no words for.
  struct Said: Hashable, Sendable {
    let text: String
    /// Parts that stay in English, to be shown after it and marked as such.
    let english: [String]
    /// The field of the form that it is about.
    var field: String?
  }

  private struct Line: Sendable {
    /// What stands before, between and after the values.
    let parts: [String]
    let field: String?
    let says: String
    /// Of two lines that fit the one says more that has more of its own words.
    let weight: Int
  }

  private let lines: [Line]
  /// Sentences inside sentences, at most so deep.
  private static let deepest = 3

  init(lines: [String], in language: PageWords.Language) throws(PageFiles.Fault) {
    var known: Set<[String]> = []
    var read: [Line] = []
    for line in lines where !line.hasPrefix("#") && !line.allSatisfy(\.isWhitespace) {
      let columns = line.split(separator: "|", omittingEmptySubsequences: false).map { PageVisit.trimmed($0) }
      guard columns.count == 3, columns.allSatisfy({ !$0.isEmpty }) else {
        throw PageFiles.Fault(description: "this sentence is not `desk | English or = | Dutch`: \(line)")
      }
      let key = columns[0].split(separator: " @", maxSplits: 1).map(String.init)
      let parts = key[0].split(separator: "{}", omittingEmptySubsequences: false).map(String.init)
      guard known.insert(parts).inserted else {
        throw PageFiles.Fault(description: "the sentence \(columns[0]) is there twice")
      }
      let english = columns[1] == "=" ? Self.numbered(parts) : columns[1]
      read.append(
        Line(
          parts: parts, field: key.count == 2 ? key[1] : nil, says: language == .english ? english : columns[2],
          weight: parts.reduce(0) { $0 + $1.utf8.count }))
    }
    self.lines = read.sorted { $0.weight > $1.weight }
  }

  /// `a {1} b {2}`: the sentence itself with its values in their order.
  private static func numbered(_ parts: [String]) -> String {
    parts.dropFirst().enumerated().reduce(parts[0]) { $0 + "{\($1.offset + 1)}" + $1.element }
  }

  /// The sentence in the visitor's language, with a capital and a full stop; nil for one that has no line.
  func say(_ sentence: String, _ words: PageWords, _ time: (UTCTime) -> String) -> Said? {
    piece(sentence, words, time).map { said in
      Said(text: Self.asSentence(said.text), english: said.english, field: said.field)
    }
  }

  /// The same as a piece of a line, as it is.
  func piece(_ sentence: String, _ words: PageWords, _ time: (UTCTime) -> String) -> Said? {
    say(sentence, words, time, depth: 0)
  }

  private func say(_ sentence: String, _ words: PageWords, _ time: (UTCTime) -> String, depth: Int) -> Said? {
    guard depth < Self.deepest else { return nil }
    for line in lines {
      guard let values = Self.values(in: sentence, of: line.parts) else { continue }
      var english: [String] = []
      var field = line.field
      var text = ""
      var rest = line.says[...]
      while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
        text += rest[..<open]
        let place = rest[rest.index(after: open)..<close].split(separator: ":", maxSplits: 1).map(String.init)
        rest = rest[rest.index(after: close)...]
        guard let number = place.first.flatMap({ Int($0) }), (1...values.count).contains(number) else { continue }
        let value = values[number - 1]
        if place.count == 2, place[1] == "said" {
          // What has no words here is said after the sentence, as it is.
          if let inner = say(value, words, time, depth: depth + 1) {
            text += inner.text
            field = field ?? inner.field
            english += inner.english
          } else {
            english.append(value)
          }
        } else {
          text += place.count == 2 ? words.code(place[1], value) : Self.shown(value, words, time)
        }
      }
      return Said(text: text + rest, english: english, field: field)
    }
    return nil
  }

  /// The values of a sentence that is made of these parts; nil when it is another one.
  static func values(in sentence: String, of parts: [String]) -> [String]? {
    guard let first = parts.first, sentence.hasPrefix(first) else { return nil }
    var rest = sentence.dropFirst(first.count)
    guard parts.count > 1 else { return rest.isEmpty ? [] : nil }
    var values: [String] = []
    for part in parts.dropFirst().dropLast() {
      guard let next = rest.firstRange(of: part) else { return nil }
      values.append(String(rest[..<next.lowerBound]))
      rest = rest[next.upperBound...]
    }
    let last = parts[parts.count - 1]
    guard rest.hasSuffix(last) else { return nil }
    return values + [String(rest.dropLast(last.count))]
  }

  /// Days and instants as the language reads them.
  private static func shown(_ value: String, _ words: PageWords, _ time: (UTCTime) -> String) -> String {
    CivilDate(value).map(words.day) ?? UTCTime(value).map(time) ?? value
  }

  /// With a capital and a full stop: the desk's sentences are lines of a terminal.
  static func asSentence(_ text: String) -> String {
    let text = PageVisit.trimmed(text)
    guard let first = text.first else { return text }
    let isEnded = text.last.map { ".!?:".contains($0) } ?? false
    return first.uppercased() + text.dropFirst() + (isEnded ? "" : ".")
  }
}
