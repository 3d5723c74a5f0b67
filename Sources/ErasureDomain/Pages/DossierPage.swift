/// A document for an authority or an auditor: values in, bytes out.
public struct DossierPage: Sendable {
  /// A piece of a section.
  public enum Block: Sendable {
    case words(String)
    case list([String])
    /// A table; its titles are those of its columns.
    case table([String], [[String]])
    /// A text that is shown as it is, line by line.
    case verbatim(String)
    /// Files beside the page, each with what it is.
    case links([(path: String, words: String)])
  }

  /// A part with a heading of its own.
  public struct Section: Sendable {
    public var heading: String
    public var blocks: [Block]

    public init(_ heading: String, _ blocks: [Block]) {
      self.heading = heading
      self.blocks = blocks
    }
  }

  let title: String
  let opening: [Block]
  let sections: [Section]

  /// `opening` comes before everything else.
  public init(title: String, opening: [Block], sections: [Section]) {
    self.title = title
    self.opening = opening
    self.sections = sections
  }
}

extension DossierPage {
  /// UTF-8 text.
  public var text: [UInt8] {
    var lines = [title, String(repeating: "=", count: title.count), ""]
    for block in opening { lines += Self.lines(of: block) + [""] }
    for (place, section) in sections.enumerated() {
      let heading = "\(place + 1). \(section.heading)"
      lines += [heading, String(repeating: "-", count: heading.count), ""]
      for block in section.blocks { lines += Self.lines(of: block) + [""] }
    }
    return Array((lines.map(Self.plain).joined(separator: "\n") + "\n").utf8)
  }

  private static func lines(of block: Block) -> [String] {
    switch block {
    case .words(let text): wrapped(text)
    case .list(let items): items.flatMap { indented(wrapped($0, 96), by: "- ") }
    case .table(let titles, let rows) where titles.count == 2:
      rows.flatMap { row in indented(wrapped(row.joined(separator: ": "), 96), by: "- ") }
    case .table(let titles, let rows):
      rows.flatMap { row in
        indented(zip(titles, row).filter { !$0.1.isEmpty }.flatMap { wrapped("\($0.0): \($0.1)", 96) }, by: "* ")
      }
    case .links(let files): files.flatMap { indented(wrapped("\($0.path): \($0.words)", 96), by: "- ") }
    case .verbatim(let text): text.split(separator: "\n", omittingEmptySubsequences: false).map { "    | \($0)" }
    }
  }

  private static func indented(_ lines: [String], by mark: String) -> [String] {
    lines.enumerated().map { ($0.offset == 0 ? mark : "  ") + $0.element }
  }

  private static func wrapped(_ text: String, _ width: Int = 98) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + [line]
  }

  /// Without characters that steer a terminal or turn a text around.
  private static func plain(_ line: String) -> String {
    String(
      String.UnicodeScalarView(
        line.unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
          default: scalar
          }
        }))
  }

  /// One page that needs nothing else: no script, nothing that is fetched, for screen and printer.
  public var html: [UInt8] {
    var contents: [HTML] = []
    var parts: [HTML] = []
    for (place, section) in sections.enumerated() {
      let number = String(place + 1)
      contents.append("<li><a href=\"#s\(number)\">\(section.heading)</a></li>")
      parts.append("<h2 id=\"s\(number)\">\(number). \(section.heading)</h2>\n\(section.blocks.map(Self.part))")
    }
    let page: HTML = """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><meta name="robots" content="noindex">
      <title>\(title)</title><style>\(Self.style)</style></head><body>
      <h1>\(title)</h1>
      <section class="first">\(opening.map(Self.part))</section>
      <ol>\(contents)</ol>
      \(parts)
      </body></html>

      """
    return Array(page.text.utf8)
  }

  private static func part(_ block: Block) -> HTML {
    switch block {
    case .words(let text): return "<p>\(text)</p>\n"
    case .list(let items): return "<ul>\(items.map { "<li>\($0)</li>" as HTML })</ul>\n"
    case .table(let titles, let rows) where titles.allSatisfy(\.isEmpty):
      // Names and values: the name is the head of its row.
      let body = rows.map { row in
        "<tr><th scope=\"row\">\(row.first ?? "")</th>\(row.dropFirst().map { "<td>\($0)</td>" as HTML })</tr>\n"
          as HTML
      }
      return "<table><tbody>\(body)</tbody></table>\n"
    case .table(let titles, let rows):
      let head = titles.map { "<th scope=\"col\">\($0)</th>" as HTML }
      let body = rows.map { row in "<tr>\(row.map { "<td>\($0)</td>" as HTML })</tr>\n" as HTML }
      return "<table><thead><tr>\(head)</tr></thead><tbody>\(body)</tbody></table>\n"
    case .links(let files):
      return "<ul>\(files.map { "<li><a href=\"\($0.path)\">\($0.path)</a>: \($0.words)</li>" as HTML })</ul>\n"
    case .verbatim(let text): return "<pre>\(text)</pre>\n"
    }
  }

  private static let style: HTML = """
    body{font:10.5pt/1.45 Georgia,serif;max-width:19cm;margin:1.2cm auto;color:#000;padding:0 .5cm}
    h1{font-size:15pt}h2{font-size:12.5pt;margin-top:1cm;border-bottom:1px solid #000}
    .first{border:2px solid #000;padding:.2cm .5cm}table{border-collapse:collapse;width:100%;font-size:9.5pt}
    th,td{border:1px solid #777;padding:.1cm .15cm;text-align:left;vertical-align:top;overflow-wrap:anywhere}
    pre{white-space:pre-wrap;border-left:3px solid #777;padding-left:.4cm;overflow-wrap:anywhere}
    tr{break-inside:avoid}a{color:#000}@page{size:A4;margin:1.5cm}
    """
}
