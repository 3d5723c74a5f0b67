public import ConnectorKit
public import ErasureDomain

/// The templates in force: a company's own files where it has them, the built-in ones elsewhere.
public struct LetterTemplates: Sendable {
  private struct Key: Hashable {
    let kind: SubjectLetterKind
    let language: LetterLanguage
  }

  private let templates: [Key: SubjectLetterTemplate]
  /// For requests that do not ask for erasure: a company's own texts speak of one.
  private let copies: [Key: SubjectLetterTemplate]

  /// Reads all templates; `files` are a company's own, by name.
  ///
  /// Throws the first fault; a file with a name that no letter has is one too, since it would never be used.
  public init(files: [String: String] = [:]) throws(SubjectLetterTemplate.Fault) {
    var templates: [Key: SubjectLetterTemplate] = [:]
    var copies: [Key: SubjectLetterTemplate] = [:]
    var left = files
    for kind in SubjectLetterKind.allCases {
      for language in LetterLanguage.allCases {
        let name = SubjectLetterTemplate.fileName(kind, language)
        let text = left.removeValue(forKey: name) ?? BuiltInTemplates.text(kind, language)
        templates[Key(kind: kind, language: language)] = try SubjectLetterTemplate(
          text, kind: kind, language: language, file: name)
        if let text = BuiltInTemplates.copyText(kind, language) {
          copies[Key(kind: kind, language: language)] = try SubjectLetterTemplate(
            text, kind: kind, language: language, file: name)
        }
      }
    }
    if let unknown = left.keys.min() {
      throw SubjectLetterTemplate.Fault(
        file: unknown, line: nil,
        message: "no letter has a template of this name; names are kind-language.txt, such as completion-nl.txt")
    }
    self.templates = templates
    self.copies = copies
  }

  /// The template of a letter. Every kind has one in every language.
  public func template(
    _ kind: SubjectLetterKind, _ language: LetterLanguage, asksForErasure: Bool = true
  ) -> SubjectLetterTemplate {
    if !asksForErasure, let copy = copies[Key(kind: kind, language: language)] { return copy }
    guard let template = templates[Key(kind: kind, language: language)] else {
      preconditionFailure("the initialiser reads every template")
    }
    return template
  }
}
