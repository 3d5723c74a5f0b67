import ErasureDomain

/// Reads the text of a template line by line.
struct TemplateReader {
  private typealias Fault = SubjectLetterTemplate.Fault
  private typealias Line = SubjectLetterTemplate.Line

  let kind: SubjectLetterKind
  let file: String
  private(set) var subject = SubjectLetterTemplate.Line(elements: [])
  private(set) var pieces: [SubjectLetterTemplate.Piece] = []
  private var paragraph: [SubjectLetterTemplate.Line] = []
  private var section: (name: LetterPlaceholder, line: Int)?
  private var seen: Set<LetterPlaceholder> = []

  init(kind: SubjectLetterKind, file: String) {
    self.kind = kind
    self.file = file
  }

  mutating func read(_ text: String) throws(SubjectLetterTemplate.Fault) {
    guard text.utf8.count <= SubjectLetterTemplate.mostBytes else {
      throw fault(nil, "the file is larger than \(SubjectLetterTemplate.mostBytes) bytes; shorten it")
    }
    let lines = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
    guard let first = lines.first, first.hasPrefix("subject: ") else {
      throw fault(1, "the first line is no subject; write `subject: ` and what the letter is about, without the person")
    }
    // Whoever sees a mailbox reads subjects: an officer's words may name the person.
    subject = try self.line(
      first.dropFirst("subject: ".count), 1, allowed: [.organisation, .request, .received, .today])
    for (index, line) in lines.enumerated().dropFirst() { try take(Self.trimmed(line), index + 1) }
    endParagraph()
    if let section {
      throw fault(
        section.line, "the section [\(section.name.rawValue)] is not closed; write [/\(section.name.rawValue)]")
    }
    for placeholder in LetterPlaceholder.mandatory(in: kind) where !seen.contains(placeholder) {
      throw fault(
        nil,
        "{\(placeholder.rawValue)} is missing outside of subject and sections; a letter of kind \(kind.rawValue) must say it"
      )
    }
  }

  private mutating func take(_ text: Substring, _ number: Int) throws(SubjectLetterTemplate.Fault) {
    if text.isEmpty { return endParagraph() }
    if text.hasPrefix("["), text.hasSuffix("]") { return try mark(text.dropFirst().dropLast(), number) }
    if text.hasPrefix("# ") {
      endParagraph()
      let line = try self.line(text.dropFirst(2), number)
      pieces.append(SubjectLetterTemplate.Piece(content: .heading(line), section: section?.name))
      return
    }
    if text.hasPrefix("{"), text.hasSuffix("}"),
      let name = LetterPlaceholder(rawValue: String(text.dropFirst().dropLast())),
      name.isBlock
    {
      endParagraph()
      try use(name, number)
      if let section, section.name != name {
        throw fault(
          number,
          "{\(name.rawValue)} stands in the section [\(section.name.rawValue)], which may be left out; close that first"
        )
      }
      pieces.append(SubjectLetterTemplate.Piece(content: .block(name), section: section?.name))
      return
    }
    paragraph.append(try line(text, number))
  }

  /// `[name]` or `[/name]`.
  private mutating func mark(_ text: Substring, _ number: Int) throws(SubjectLetterTemplate.Fault) {
    endParagraph()
    let isEnd = text.hasPrefix("/")
    let name = isEnd ? text.dropFirst() : text
    guard let placeholder = LetterPlaceholder(rawValue: String(name)), placeholder.isBlock else {
      throw fault(
        number,
        "there is no section [\(name)]; sections are those of lists: \(Self.names(LetterPlaceholder.allCases.filter(\.isBlock)))"
      )
    }
    guard isEnd else {
      if let section { throw fault(number, "the section [\(section.name.rawValue)] is open; close it first") }
      section = (placeholder, number)
      return
    }
    guard section?.name == placeholder else {
      throw fault(number, "[/\(name)] closes a section that is not open; remove it")
    }
    section = nil
  }

  private mutating func line(
    _ text: Substring, _ number: Int, allowed: Set<LetterPlaceholder>? = nil
  ) throws(SubjectLetterTemplate.Fault) -> SubjectLetterTemplate.Line {
    var elements: [SubjectLetterTemplate.Line.Element] = []
    var rest = text
    while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      guard rest[open] == "{", let close = rest[open...].firstIndex(of: "}") else {
        throw fault(number, "a brace is not closed, or not opened; write {name}")
      }
      if open > rest.startIndex { elements.append(.text(String(rest[..<open]))) }
      let name = rest[rest.index(after: open)..<close]
      guard let placeholder = LetterPlaceholder(rawValue: String(name)) else {
        throw fault(number, "there is no {\(name)}; known are \(Self.names(LetterPlaceholder.allowed(in: kind)))")
      }
      if placeholder.isBlock { throw fault(number, "{\(name)} is a list; give it a line of its own") }
      if let allowed, !allowed.contains(placeholder) {
        throw fault(
          number, "{\(name)} does not belong into a subject, which others read; known there are \(Self.names(allowed))")
      }
      try use(placeholder, number)
      elements.append(.placeholder(placeholder))
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { elements.append(.text(String(rest))) }
    return SubjectLetterTemplate.Line(elements: elements)
  }

  private mutating func use(_ placeholder: LetterPlaceholder, _ number: Int) throws(SubjectLetterTemplate.Fault) {
    guard LetterPlaceholder.allowed(in: kind).contains(placeholder) else {
      throw fault(
        number,
        "a letter of kind \(kind.rawValue) does not know {\(placeholder.rawValue)}; known are "
          + Self.names(LetterPlaceholder.allowed(in: kind)))
    }
    // A section may be left out, and the subject is not the letter: what stands there alone may not be said.
    if number > 1, section == nil || placeholder.isBlock { seen.insert(placeholder) }
  }

  private mutating func endParagraph() {
    guard !paragraph.isEmpty else { return }
    pieces.append(SubjectLetterTemplate.Piece(content: .lines(paragraph), section: section?.name))
    paragraph = []
  }

  private func fault(_ line: Int?, _ message: String) -> SubjectLetterTemplate.Fault {
    SubjectLetterTemplate.Fault(file: file, line: line, message: message)
  }

  private static func names(_ placeholders: some Collection<LetterPlaceholder>) -> String {
    placeholders.map(\.rawValue).sorted().joined(separator: ", ")
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
  }
}
