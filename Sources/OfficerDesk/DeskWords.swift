import ErasureDomain

/// Sentences of the desk in the language of who reads them.
struct DeskWords {
  let language: PersonLanguage

  /// The text in the language.
  func callAsFunction(_ english: String, _ dutch: String) -> String { language == .dutch ? dutch : english }

  /// `6 april 2026`.
  static func dutch(_ day: CivilDate) -> String { DateWords(language: .dutch).day(day) }
}
