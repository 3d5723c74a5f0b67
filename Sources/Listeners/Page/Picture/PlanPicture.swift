import ErasureDomain
import OfficerAPI

/// A plan drawn as SVG: jobs from left to right in the order in which they run, with lines from what comes first.
///
/// A pure function of what is shown: the table beside it has the same facts in words.
struct PlanPicture: Sendable {
  /// One job, with the lines that stand in its box.
  struct Box: Sendable {
    let job: JobReference
    let title: String
    let lines: [String]
    let state: String?
    let isFollowUp: Bool
    let dependsOn: [JobReference]
  }

  struct Words: Sendable {
    let title: String
    let description: String
  }

  private struct Placed {
    let box: Box
    let column: Int
    var y = 0
    let titles: [String]
    let lines: [String]

    var height: Int {
      2 * PlanPicture.padding + PlanPicture.lineHeight * (titles.count + lines.count + (box.state == nil ? 0 : 1)) + 4
    }
  }

  private static let width = 252
  private static let between = 56
  private static let gap = 20
  private static let margin = 16
  private static let padding = 12
  private static let lineHeight = 18
  /// Characters that fit into a box at the size of its letters.
  private static let titleCharacters = 28
  private static let lineCharacters = 36

  private let words: Words
  private let placed: [Placed]

  init(_ boxes: [Box], _ words: Words) {
    self.words = words
    let columns = Self.columns(boxes)
    var heights: [Int: Int] = [:]
    placed = boxes.map { box in
      let column = columns[box.job] ?? 0
      var one = Placed(
        box: box, column: column, titles: Self.wrapped(box.title, Self.titleCharacters),
        lines: box.lines.flatMap { Self.wrapped($0, Self.lineCharacters) })
      one.y = heights[column, default: Self.margin]
      heights[column] = one.y + one.height + Self.gap
      return one
    }
  }

  /// The column of each job: one behind the last of those that it waits for.
  static func columns(_ boxes: [Box]) -> [JobReference: Int] {
    var columns: [JobReference: Int] = Dictionary(boxes.map { ($0.job, 0) }) { first, _ in first }
    // A plan has no circles; were there one, the number of rounds ends it.
    for _ in boxes {
      var isSettled = true
      for box in boxes {
        let behind = box.dependsOn.compactMap { columns[$0] }.max().map { $0 + 1 } ?? 0
        if behind > columns[box.job, default: 0], behind < boxes.count {
          columns[box.job] = behind
          isSettled = false
        }
      }
      if isSettled { break }
    }
    return columns
  }

  /// Lines that say nothing new, as the way over another job says it already, are not drawn.
  static func edges(_ boxes: [Box]) -> [(from: JobReference, to: JobReference)] {
    let known = Set(boxes.map(\.job))
    let direct = Dictionary(boxes.map { ($0.job, Set($0.dependsOn).intersection(known)) }) { first, _ in first }
    var before: [JobReference: Set<JobReference>] = [:]
    let columns = columns(boxes)
    for box in boxes.sorted(by: { columns[$0.job, default: 0] < columns[$1.job, default: 0] }) {
      before[box.job] = direct[box.job, default: []].reduce(into: direct[box.job, default: []]) {
        $0.formUnion(before[$1, default: []])
      }
    }
    return boxes.flatMap { box -> [(from: JobReference, to: JobReference)] in
      let own = direct[box.job, default: []]
      let overOthers = own.reduce(into: Set<JobReference>()) { $0.formUnion(before[$1, default: []]) }
      return box.dependsOn.filter { own.contains($0) && !overOthers.contains($0) }.map { ($0, box.job) }
    }
  }

  // MARK: SVG

  var svg: String {
    let right = placed.map { Self.x($0.column) + Self.width }.max() ?? 0
    let bottom = placed.map { $0.y + $0.height }.max() ?? 0
    let (width, height) = (right + Self.margin, bottom + Self.margin)
    let places = Dictionary(placed.map { ($0.box.job, $0) }) { first, _ in first }
    let lines = Self.edges(placed.map(\.box)).compactMap { edge -> String? in
      guard let from = places[edge.from], let to = places[edge.to] else { return nil }
      return Self.edge(from, to)
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="picture-title picture-text" \
      width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)" font-family="system-ui, sans-serif" \
      font-size="13">
      <title id="picture-title">\(Self.escaped(words.title))</title>
      <desc id="picture-text">\(Self.escaped(words.description))</desc>
      <defs><marker id="picture-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" \
      orient="auto"><path d="M0 0L8 4L0 8z" fill="#4d5a69"/></marker></defs>
      \((lines + placed.map(Self.box)).joined(separator: "\n"))
      </svg>
      """
  }

  private static func x(_ column: Int) -> Int { margin + column * (width + between) }

  private static func edge(_ from: Placed, _ to: Placed) -> String {
    let (x1, x2) = (x(from.column) + width, x(to.column))
    // Where the title of a box stands: there is always a title.
    let (y1, y2) = (from.y + padding + lineHeight / 2, to.y + padding + lineHeight / 2)
    let bend = between / 2
    return "<path d=\"M\(x1) \(y1)C\(x1 + bend) \(y1) \(x2 - bend) \(y2) \(x2 - 2) \(y2)\" fill=\"none\" "
      + "stroke=\"#4d5a69\" marker-end=\"url(#picture-arrow)\"\(to.box.isFollowUp ? " stroke-dasharray=\"5 4\"" : "")/>"
  }

  private static func box(_ placed: Placed) -> String {
    let (x, box) = (x(placed.column), placed.box)
    var svg =
      "<g><rect x=\"\(x)\" y=\"\(placed.y)\" width=\"\(width)\" height=\"\(placed.height)\" rx=\"8\" fill=\"#ffffff\" "
      + "stroke=\"#4d5a69\"\(box.isFollowUp ? " stroke-dasharray=\"5 4\"" : "")/>"
    var y = placed.y + padding + 13
    func write(_ text: String, _ look: String) {
      svg += "<text x=\"\(x + padding)\" y=\"\(y)\" \(look)>\(escaped(text))</text>"
      y += lineHeight
    }
    for title in placed.titles { write(title, "fill=\"#1b2430\" font-weight=\"700\" font-size=\"14\"") }
    for line in placed.lines { write(line, "fill=\"#1b2430\"") }
    if let state = box.state {
      y += 4
      write(state, "fill=\"#0b5394\" font-weight=\"600\"")
    }
    return svg + "</g>"
  }

  // MARK: Text

  /// Words in lines of at most so many characters; a longer word is cut.
  static func wrapped(_ text: String, _ most: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      let word = word.count > most ? word.prefix(most - 1) + "…" : word
      if line.isEmpty {
        line = String(word)
      } else if line.count + 1 + word.count <= most {
        line += " " + word
      } else {
        lines.append(line)
        line = String(word)
      }
    }
    return line.isEmpty ? lines : lines + [line]
  }

  /// A text of others as characters of XML; what XML cannot hold is left away.
  static func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\u{0}"..<"\u{20}", "\u{FFFE}", "\u{FFFF}": result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
  }
}
