import ConnectorKit
import ErasureDomain

/// `index.html`: what is in the package, to be read in a browser without a network. No scripts, nothing that is fetched.
struct PackagePage {
  /// Rows of a dataset on the page; all of them are in its files.
  static let mostRows = 200

  let contents: PackageContents
  let lines: [PackageLine]

  private let dutch = LetterWords(language: .dutch)
  private let english = LetterWords(language: .english)

  init(contents: PackageContents, lines: [PackageLine]) {
    self.contents = contents
    self.lines = lines
  }

  var html: [UInt8] {
    let title = both { $0("Uw gegevens", "Your data") }
    let page: HTML = """
      <!DOCTYPE html>
      <html lang="nl"><head><meta charset="utf-8"><meta name="robots" content="noindex">
      <title>\(title)</title><style>\(Self.style)</style></head><body>
      <h1>\(title)</h1>
      \(intro(dutch, "nl"))
      \(intro(english, "en"))
      \(lines.filter { $0.reason == nil }.map(section))
      \(missing)
      </body></html>

      """
    return Array(page.text.utf8)
  }

  private static let style: HTML =
    "body{font-family:sans-serif;max-width:60em;margin:2em auto;padding:0 1em}table{border-collapse:collapse}th,td{border:1px solid #999;padding:.2em .5em;text-align:left;vertical-align:top}.wide{overflow-x:auto}"

  private func both(_ text: (LetterWords) -> String) -> String { "\(text(dutch)) / \(text(english))" }

  private func intro(_ words: LetterWords, _ language: String) -> HTML {
    let what =
      contents.kind == .access
      ? words(
        "Dit is een kopie van wat \(contents.organisation) over u heeft (artikel 15 AVG).",
        "This is a copy of what \(contents.organisation) holds about you (Article 15 GDPR).")
      : words(
        "Dit zijn de gegevens die u zelf aan \(contents.organisation) hebt gegeven (artikel 20 AVG). U mag ze aan een ander geven.",
        "These are the data that you have provided to \(contents.organisation) (Article 20 GDPR). You may give them to somebody else."
      )
    let files = words(
      "Elk onderdeel staat ook in een bestand: .csv opent u met een rekenblad, .json is voor programma's. In manifest.json staat wat erin zit en wat niet. Begint een tekst in een .csv met een apostrof en dan =, +, - of @? Haal dan één apostrof weg; zo voert uw rekenblad de tekst niet uit.",
      "Each part is in a file too: open .csv with a spreadsheet; .json is for programs. manifest.json says what is in here and what is not. Does a text in a .csv begin with an apostrophe and then =, +, - or @? Take one apostrophe away; with it, your spreadsheet does not run the text."
    )
    let reference = words("Kenmerk", "Our reference")
    return """
      <div lang="\(language)"><p>\(what)</p><p>\(files)</p>
      <p>\(reference): \(contents.request.text), \(words.day(contents.madeAt.utcDay))</p></div>
      """
  }

  private func section(_ line: PackageLine) -> HTML {
    let items = line.files.map { "<li><a href=\"\(Self.link($0.name))\">\($0.name)</a></li>" as HTML }
    let files: HTML = items.isEmpty ? "" : "<ul>\(items)</ul>"
    return """
      <h2>\(line.system.title)</h2>
      \(line.datasets.map(dataset))
      \(files)

      """
  }

  private func dataset(_ dataset: PackageLine.Dataset) -> HTML {
    let table = dataset.table
    let rows = table.rows.prefix(Self.mostRows).map { row -> HTML in
      "<tr>\(row.map { "<td>\(PackageTable.shown($0))</td>" as HTML })</tr>\n"
    }
    var notes: [String] = []
    if table.rows.count > Self.mostRows {
      notes.append(
        both {
          $0(
            "Hier staan de eerste \(Self.mostRows) van \(table.rows.count) regels; alle staan in de bestanden.",
            "These are the first \(Self.mostRows) of \(table.rows.count) rows; all of them are in the files.")
        })
    }
    if !dataset.thirdParty.isEmpty {
      let names = dataset.thirdParty.joined(separator: ", ")
      notes.append(
        both {
          $0("Kan ook over anderen gaan: \(names).", "May be about others too: \(names).")
        })
    }
    if dataset.shared > 0 {
      notes.append(
        both {
          $0(
            "\(dataset.shared) regels ontbreken, omdat ze ook bij anderen horen.",
            "\(dataset.shared) rows are not here, because they belong to others too.")
        })
    }
    let links = dataset.files.map { "<a href=\"\(Self.link($0.name))\">\($0.name)</a> " as HTML }
    return """
      <h3>\(dataset.planned.dataset)</h3><p>\(links)</p>\(notes.map { "<p>\($0)</p>" as HTML })
      <div class="wide"><table><tr>\(table.columns.map { "<th>\($0)</th>" as HTML })</tr>
      \(rows)</table></div>

      """
  }

  private var missing: HTML {
    let out = lines.filter { $0.reason != nil }
    guard !out.isEmpty else { return "" }
    let items = out.map { line -> HTML in
      "<li>\(line.system.title): \(line.reason.map { reason in both { reason.words($0) } } ?? "")</li>"
    }
    return "<h2>\(both { $0("Wat hier niet in zit", "What is not in here") })</h2><ul>\(items)</ul>"
  }

  /// A relative link; what has a meaning in one is written in percent.
  private static func link(_ name: String) -> String {
    var link = ""
    for byte in name.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x5F:
        link.unicodeScalars.append(Unicode.Scalar(byte))
      default: link += "%" + Hex.encode([byte]).uppercased()
      }
    }
    return link
  }
}
