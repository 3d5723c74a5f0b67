public import ConnectorKit
import ErasureDomain

/// A letter on paper, in an envelope: it names the person itself, links to the page where there is one, and has a slip to
/// fill in and send back.
public struct PrintedLetter: Sendable {
  /// A page for a browser's printer.
  public let html: [UInt8]

  public init(_ letter: RecipientLetter) {
    let words = LetterWords(language: letter.language)
    let page: HTML = """
      <!DOCTYPE html>
      <html lang="\(letter.language.rawValue)"><head><meta charset="utf-8"><meta name="robots" content="noindex">
      <title>\(words.subject(letter.duty))</title><style>\(PageStyle.letter)</style></head><body>
      <p class="sender">\(Self.block(letter.from))</p>
      <p class="addressee">\(Self.block(letter.to))</p>
      <p>\(words.day(letter.written))<br>\(words("Kenmerk", "Our reference")): \(letter.job.text)</p>
      <h1>\(words.subject(letter.duty))</h1>
      \(words.duty(letter).map { "<p>\($0)</p>" as HTML })
      <p>\(words("Het gaat om deze persoon:", "It is about this person:"))</p>
      \(PageStyle.identifiers(letter, words))
      <p>\(words("Antwoord uiterlijk op", "Please answer by")) <strong>\(words.day(letter.answerBy))</strong>\(Self.way(letter, words))</p>
      <p>\(words("Met vriendelijke groet,", "Kind regards,"))<br>\(letter.from.name)</p>
      \(Self.slip(letter, words))
      </body></html>

      """
    html = Array(page.text.utf8)
  }

  private static func block(_ party: LetterParty) -> HTML {
    let lines = ([party.name] + party.address).map { "\($0)<br>" as HTML }
    return "\(lines)"
  }

  private static func way(_ letter: RecipientLetter, _ words: LetterWords) -> HTML {
    guard let link = letter.link else {
      return "\(words(", met de strook hieronder.", ", with the slip below."))"
    }
    let end: HTML = "\(words(" of met de strook hieronder.", " or with the slip below."))"
    return "\(words(", op deze pagina:", ", on this page:")) <span class=\"link\">\(link)</span>\(end)"
  }

  private static func slip(_ letter: RecipientLetter, _ words: LetterWords) -> HTML {
    let answers = LetterAnswer.Said.allCases.map { "<p>☐ \(words.answer($0, letter.duty))</p>" as HTML }
    let kept = words(
      "Wat blijft, op welke wettelijke grond, tot wanneer: ", "What stays, on what legal ground, until when: ")
    let chain: HTML =
      letter.duty == .instruct
      ? "<p>☐ \(words("Ook onze subverwerkers hebben dit gedaan", "Our sub-processors have done the same")) &nbsp; ☐ \(words("Wij hebben geen subverwerkers", "We have no sub-processors"))</p>"
      : ""
    return """
      <section class="slip"><h2>\(words("Antwoordstrook", "Answer slip"))</h2>
      <p>\(words("Aan", "To")) \(letter.from.name), \(letter.from.mail ?? "")<br>\(letter.job.text)</p>
      \(answers)<p>\(kept)<span class="line"></span></p>\(chain)
      <p>\(words("Naam", "Name")): <span class="short"></span> \(words("Datum", "Date")): <span class="short"></span>
      \(words("Handtekening", "Signature")): <span class="short"></span></p></section>
      """
  }
}

/// What letters and pages look like.
enum PageStyle {
  /// The person, as a list of what the recipient may find him by.
  static func identifiers(_ letter: RecipientLetter, _ words: LetterWords) -> HTML {
    let rows = letter.identifiers.map { "<dt>\(words.kind($0.kind))</dt><dd>\($0.value)</dd>" as HTML }
    return "<dl>\(rows)</dl>"
  }

  static let letter: HTML = """
    body{font:11pt/1.45 Georgia,serif;max-width:17cm;margin:1.5cm auto;color:#000}
    h1{font-size:13pt}h2{font-size:11pt;margin:.3cm 0}.sender{text-align:right}.addressee{margin:1cm 0}
    dl{margin:.3cm 0 .3cm 1cm;display:grid;grid-template-columns:max-content 1fr;gap:.1cm .6cm}
    dt{font-weight:bold}dd{margin:0;overflow-wrap:anywhere}
    .link{font-family:monospace;font-size:9.5pt;overflow-wrap:anywhere}
    .slip{border-top:1px dashed #000;margin-top:.8cm;font-size:10pt;break-inside:avoid}.slip p{margin:.2cm 0}
    .line{display:inline-block;width:100%;border-bottom:1px solid #000;height:.6cm}
    .short{display:inline-block;width:3.2cm;border-bottom:1px solid #000}
    @page{size:A4;margin:1.5cm 2cm}@media print{body{margin:0 auto}}
    """

  static let page: HTML = """
    body{font:17px/1.5 system-ui,sans-serif;margin:0;background:#f3f4f6;color:#1a1a1a}
    main{max-width:40rem;margin:2rem auto;padding:1.5rem 2rem;background:#fff;border:1px solid #d4d7dc;border-radius:8px}
    h1{font-size:1.45rem;line-height:1.25;margin:0 0 .4rem}h2{font-size:1.1rem;margin:1.6rem 0 .5rem}
    .who{color:#4a4f57;margin:0 0 1rem}.ref{display:inline-block}
    dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.2rem;background:#f7f8fa;padding:.8rem 1rem;border-radius:6px}
    dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}
    fieldset{border:1px solid #d4d7dc;border-radius:6px;padding:.6rem 1rem 1rem;margin:0 0 1rem}
    legend{font-weight:600;padding:0 .3rem}label{display:block;margin:.7rem 0 .2rem}
    label.choice{margin:.5rem 0;padding-left:1.7rem;text-indent:-1.7rem}label.choice input{margin-right:.6rem}
    input[type=text],input[type=date],input[type=number],select,textarea{font:inherit;width:100%;box-sizing:border-box;padding:.45rem .6rem;border:1px solid #7d848f;border-radius:4px;background:#fff}
    input[type=date],input[type=number]{width:13rem}textarea{min-height:5rem}
    .hint{color:#4a4f57;font-size:.9rem}.fault{color:#a3001b;font-weight:600;margin:.2rem 0}
    .fault::before{content:"⚠ "}.banner{border-left:5px solid #a3001b;background:#fdf1f2;padding:.6rem 1rem;margin:1rem 0}
    button{font:inherit;font-weight:600;padding:.6rem 1.4rem;border:0;border-radius:5px;background:#0b4f9e;color:#fff;cursor:pointer}
    :focus-visible{outline:3px solid #f0a500;outline-offset:1px}
    @media(max-width:44rem){main{margin:0;border:0;border-radius:0;padding:1rem}dl{grid-template-columns:1fr;gap:0 1rem}dd{margin-bottom:.5rem}}
    """
}
