import ConnectorKit
import ErasureDomain

extension SubjectLetter {
  /// A page for a browser's printer that needs nothing else: no script, no colour, nothing that is fetched.
  ///
  /// `addressee` is what stands in the window of the envelope; a letter without one names nobody.
  public func html(to addressee: [String] = []) -> [UInt8] {
    let words = SubjectWords(language: language)
    let page: HTML = """
      <!DOCTYPE html>
      <html lang="\(language.rawValue)"><head><meta charset="utf-8"><meta name="robots" content="noindex">
      <title>\(subject)</title><style>\(PageStyle.letter)\(Self.style)</style></head><body>
      <p class="sender">\(Self.lines([from.name] + from.address))</p>
      <p class="addressee">\(Self.lines(addressee))</p>
      <p>\(words.day(written))<br>\(words("Kenmerk", "Our reference")): \(request.text)</p>
      <h1>\(subject)</h1>
      \(parts.map(Self.part))
      </body></html>

      """
    return Array(page.text.utf8)
  }

  private static let style: HTML =
    "ul{margin:.3cm 0 .3cm .6cm;padding:0}li{margin:.1cm 0}pre{font-size:9pt;white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #000;padding:.3cm}"

  private static func lines(_ lines: [String]) -> HTML { "\(lines.map { "\($0)<br>" as HTML })" }

  private static func part(_ part: Part) -> HTML {
    switch part {
    case .heading(let text): "<h2>\(text)</h2>\n"
    case .paragraph(let lines): "<p>\(self.lines(lines.flatMap(split)))</p>\n"
    case .items(let items): "<ul>\(items.map { "<li>\($0)</li>" as HTML })</ul>\n"
    case .code(let text): "<pre>\(text)</pre>\n"
    }
  }

  /// An officer's words may have lines of their own.
  private static func split(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }
}
