import ErasureDomain
import OfficerAPI

/// A refusal of the page itself, said in the visitor's language already.
struct PageRefusal: Error, Hashable, Sendable {
  let reason: Refusal.Reason
  let message: String
  /// The field of the form that it is about.
  let field: String?

  init(_ reason: Refusal.Reason, _ message: String, field: String? = nil) {
    self.reason = reason
    self.message = message
    self.field = field
  }
}

/// Why something was refused, as the visitor reads it.
struct PageProblem: Sendable {
  struct Line: Hashable, Sendable {
    let text: String
    /// Set where it is not the visitor's own language.
    let language: String?
  }

  let reason: Refusal.Reason
  let lines: [Line]
  let field: String?

  init(_ reason: Refusal.Reason, _ lines: [Line], field: String? = nil) {
    self.reason = reason
    self.lines = lines
    self.field = field
  }
}

extension PageVisit {
  /// What an error says to the visitor; nil for one that is no refusal.
  func problem(_ error: any Error) -> PageProblem? {
    switch error {
    case let refusal as PageRefusal:
      PageProblem(refusal.reason, [PageProblem.Line(text: refusal.message, language: nil)], field: refusal.field)
    case let refusal as Refusal:
      PageProblem(
        refusal.reason, lines(of: refusal),
        field: page.files.sentences(in: words.language).piece(refusal.message, words, time)?.field)
    default: nil
    }
  }

  /// The same for a form that is shown again with what was typed.
  func formProblem(_ error: any Error) throws -> PageProblem {
    guard let problem = problem(error) else { throw error }
    return problem
  }

  /// A refusal of the desk line by line: a plan that cannot be made gives every reason.
  private func lines(of refusal: Refusal) -> [PageProblem.Line] {
    let sentences = refusal.message.split(separator: "\n").map(String.init)
    let said = sentences.map { lines(saying: $0) }
    guard said.contains(where: { $0 == nil }) else { return said.compactMap(\.self).flatMap(\.self) }
    let lead = PageProblem.Line(text: words("refusal.\(refusal.reason.rawValue)"), language: nil)
    let rest = zip(sentences, said).flatMap { sentence, lines in
      lines ?? [PageProblem.Line(text: PageSentences.asSentence(sentence), language: "en")]
    }
    return words.language == .english ? rest.map { PageProblem.Line(text: $0.text, language: nil) } : [lead] + rest
  }

  /// One sentence of the desk; nil where the page has no words for it.
  func lines(saying sentence: String) -> [PageProblem.Line]? {
    page.files.sentences(in: words.language).say(sentence, words, time).map { said in
      [PageProblem.Line(text: said.text, language: nil)]
        + said.english.map {
          PageProblem.Line(
            text: PageSentences.asSentence($0), language: words.language == .english ? nil : "en")
        }
    }
  }

  /// A line of the desk in a list, such as what was seen again: it begins with a name, and has no full stop.
  func said(_ line: String) -> PageProblem.Line {
    let said = page.files.sentences(in: words.language).piece(line, words, time)
    return PageProblem.Line(
      text: said?.text ?? line, language: said == nil && words.language == .dutch ? "en" : nil)
  }
}
