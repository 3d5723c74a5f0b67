public import ConnectorKit
public import ErasureDomain

/// The text of a letter to the person before facts are put in, read strictly (docs/letters).
///
/// The first line is `subject: …`. Paragraphs are separated by empty lines. `{name}` is a placeholder; a list stands on a
/// line of its own. `# …` is a heading. What stands between `[name]` and `[/name]` is left out when the list is empty.
public struct SubjectLetterTemplate: Hashable, Sendable {
  struct Line: Hashable, Sendable {
    enum Element: Hashable, Sendable {
      case text(String)
      case placeholder(LetterPlaceholder)
    }
    var elements: [Element]
  }

  struct Piece: Hashable, Sendable {
    enum Content: Hashable, Sendable {
      case heading(Line)
      case lines([Line])
      case block(LetterPlaceholder)
    }
    var content: Content
    /// The list without which the piece is left out.
    var section: LetterPlaceholder?
  }

  /// What is wrong with a template, and where.
  public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
    public let file: String
    /// Counts from 1; nil for what the whole file lacks.
    public let line: Int?
    public let message: String

    public var description: String { "\(file)\(line.map { ":\($0)" } ?? ""): \(message)" }
  }

  /// The largest file of a template, in bytes.
  public static let mostBytes = 65_536

  public let kind: SubjectLetterKind
  public let language: LetterLanguage
  let subject: Line
  let pieces: [Piece]

  /// The name of the file that takes the place of the built-in template, such as `completion-nl.txt`.
  public static func fileName(_ kind: SubjectLetterKind, _ language: LetterLanguage) -> String {
    "\(kind.rawValue)-\(language.rawValue).txt"
  }

  /// Reads a template. Throws the first fault.
  public init(
    _ text: String, kind: SubjectLetterKind, language: LetterLanguage, file: String
  ) throws(Fault) {
    var reader = TemplateReader(kind: kind, file: file)
    try reader.read(text)
    self.kind = kind
    self.language = language
    subject = reader.subject
    pieces = reader.pieces
  }
}
