public import ConnectorKit
import ErasureDomain

/// The page under a letter's link: plain HTML and CSS, no script, and nothing that is fetched from elsewhere.
public enum AnswerPage {
  /// Lets the page do nothing but show itself and send its form.
  public static let contentSecurityPolicy =
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

  /// The letter with its form. `isLost` says that the answer could not be stored.
  public static func form(_ letter: RecipientLetter, _ form: AnswerForm, isLost: Bool = false) -> [UInt8] {
    let words = LetterWords(language: letter.language)
    return page(
      letter.language, words.subject(letter.duty),
      """
      <p class="who">\(letter.from.name), \(letter.from.address.joined(separator: ", ")) · \(words("kenmerk", "reference")) <span class="ref">\(letter.job.text)</span></p>
      \(banner(form, isLost: isLost, words))
      \(words.duty(letter).map { "<p>\($0)</p>" as HTML })
      <h2>\(words("Over wie het gaat", "Who it is about"))</h2>
      \(PageStyle.identifiers(letter, words))
      <p>\(words("Antwoord uiterlijk op", "Please answer by")) <strong>\(words.day(letter.answerBy))</strong>.</p>
      <h2>\(words("Uw antwoord", "Your answer"))</h2>
      <form method="post" accept-charset="utf-8">
      \(AnswerFields(letter: letter, form: form, words: words).html)
      <p class="hint">\(words("U kunt één keer antwoorden. Daarna toont deze pagina de persoon niet meer.", "You can answer once. After that this page no longer shows the person."))</p>
      <button type="submit">\(words("Antwoord versturen", "Send the answer"))</button>
      </form>
      """)
  }

  /// What was answered; no longer about whom.
  public static func answered(_ answer: LetterAnswer, in language: LetterLanguage) -> [UInt8] {
    let words = LetterWords(language: language)
    var rows: [HTML] = [
      "<dt>\(words("Antwoord", "Answer"))</dt><dd>\(words.short(answer.said))</dd>",
      "<dt>\(words("Naam", "Name"))</dt><dd>\(answer.name)</dd>",
      "<dt>\(words("Datum", "Date"))</dt><dd>\(words.day(answer.date))</dd>",
    ]
    if let kept = answer.kept {
      rows.append("<dt>\(words("Bewaard tot", "Kept until"))</dt><dd>\(words.day(kept.until))</dd>")
    }
    return page(
      language, words("Dank u, dit is beantwoord", "Thank you, this was answered"),
      """
      <p>\(words("Uw antwoord is opgeslagen en kan hier niet meer worden gewijzigd.", "Your answer was stored and cannot be changed here any more."))</p>
      <dl>\(rows)</dl>
      <p class="hint">\(words("Klopt er iets niet? Antwoord op onze brief.", "Is something wrong? Reply to our letter."))</p>
      """)
  }

  /// For a link that leads nowhere: in both languages, and without a hint why.
  public static let unknown = page(
    .english, "Niets gevonden · Nothing found",
    """
    <p>Onder dit adres staat niets. Controleer of u de koppeling helemaal hebt overgenomen.</p>
    <p>There is nothing at this address. Check that you copied the whole link.</p>
    """)

  /// For a letter that needs no answer any more.
  public static let gone = page(
    .english, "Afgesloten · Closed",
    """
    <p>Een antwoord is niet meer nodig. De gegevens bij deze brief zijn verwijderd of niet meer in te zien.</p>
    <p>No answer is needed any more. The data of this letter were erased or can no longer be seen.</p>
    """)

  /// When a store cannot be read, or a call is not understood.
  public static let unavailable = page(
    .english, "Nu niet · Not now",
    """
    <p>Dit lukt nu niet; er is niets opgeslagen. Probeer het over een paar minuten opnieuw.</p>
    <p>This does not work now; nothing was stored. Try again in a few minutes.</p>
    """)

  private static func banner(_ form: AnswerForm, isLost: Bool, _ words: LetterWords) -> HTML {
    if isLost {
      return
        "<p class=\"banner\" role=\"alert\">\(words("Uw antwoord kon nog niet worden opgeslagen. Verstuur het over een paar seconden opnieuw.", "Your answer could not be stored yet. Send it again in a few seconds."))</p>"
    }
    if form.faults.isEmpty { return "" }
    return
      "<p class=\"banner\" role=\"alert\">\(words("Nog niet opgeslagen: vul aan wat hieronder is aangegeven.", "Not stored yet: complete what is marked below."))</p>"
  }

  private static func page(_ language: LetterLanguage, _ title: String, _ body: HTML) -> [UInt8] {
    let html: HTML = """
      <!DOCTYPE html>
      <html lang="\(language.rawValue)"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
      <title>\(title)</title><style>\(PageStyle.page)</style></head><body><main>
      <h1>\(title)</h1>
      \(body)
      </main></body></html>

      """
    return Array(html.text.utf8)
  }
}

extension LetterWords {
  /// An answer in a word or two, whatever the duty.
  func short(_ said: LetterAnswer.Said) -> String {
    switch said {
    case .done: self("Gedaan", "Done")
    case .nothingFound: self("Niets gevonden", "Nothing found")
    case .kept: self("Een deel blijft bewaard", "Some is kept")
    }
  }
}
