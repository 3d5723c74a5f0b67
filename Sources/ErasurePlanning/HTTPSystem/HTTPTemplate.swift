/// A text with placeholders such as `{user.id}`: where values go, and in which language they stand there.
///
/// `{{` and `}}` are braces. A template is never filled by putting texts together: whoever fills it encodes each value
/// for the place where it stands.
public struct HTTPTemplate: Hashable, Sendable {
  /// What a value is taken from.
  public enum Root: Hashable, Sendable {
    /// A setting of the system's file.
    case setting
    /// A secret, by the name the system's file maps to a credential.
    case secret
    /// An identifier of the person.
    case subject
    /// A value taken from an earlier answer.
    case taken
    /// A value of the key of a located record.
    case located(String)
  }

  /// The language of the text around a value, where that has quotes of its own.
  public enum Language: String, Hashable, Sendable, CaseIterable {
    /// A JSON number, alone in its string.
    case number
    /// Between single quotes of an OData expression.
    case odata
    /// Between single quotes of Salesforce's SOQL.
    case soql
    /// Between double quotes in which a backslash escapes.
    case quoted
  }

  public struct Field: Hashable, Sendable {
    public let root: Root
    /// What follows the first dot: a setting's name, a path in a record.
    public let path: String
    public let language: Language?
  }

  public enum Piece: Hashable, Sendable {
    case text(String)
    case field(Field)
  }

  /// What is wrong with a template, and what to write.
  public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
  }

  public let pieces: [Piece]

  /// Reads a template.
  public init(_ text: String) throws(Problem) {
    var pieces: [Piece] = []
    var literal = ""
    var rest = text[...]
    while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      literal += rest[..<brace]
      let after = rest.index(after: brace)
      if after < rest.endIndex, rest[after] == rest[brace] {
        literal.append(rest[brace])
        rest = rest[rest.index(after: after)...]
        continue
      }
      guard rest[brace] == "{", let end = rest[after...].firstIndex(of: "}") else {
        throw Problem(description: "has a brace without its other half; write {{ or }} for a brace")
      }
      if !literal.isEmpty { pieces.append(.text(literal)) }
      literal = ""
      pieces.append(.field(try Self.field(rest[after..<end])))
      rest = rest[rest.index(after: end)...]
    }
    literal += rest
    if !literal.isEmpty || pieces.isEmpty { pieces.append(.text(literal)) }
    self.pieces = pieces
  }

  private static func field(_ text: Substring) throws(Problem) -> Field {
    let parts = text.split(separator: "|", omittingEmptySubsequences: false)
    guard parts.count <= 2, let dot = parts[0].firstIndex(of: "."), dot > parts[0].startIndex,
      parts[0].index(after: dot) < parts[0].endIndex, !text.contains(where: \.isWhitespace)
    else { throw Problem(description: "has \"{\(text)}\", which is no placeholder; write {name.field}") }
    var language: Language?
    if parts.count == 2 {
      language = Language(rawValue: String(parts[1]))
      guard language != nil else {
        let known = Language.allCases.map(\.rawValue).joined(separator: ", ")
        throw Problem(description: "has the unknown language \"\(parts[1])\"; allowed: \(known)")
      }
    }
    let root: Root =
      switch parts[0][..<dot] {
      case "setting": .setting
      case "secret": .secret
      case "subject": .subject
      case "taken": .taken
      case let name: .located(String(name))
      }
    return Field(root: root, path: String(parts[0][parts[0].index(after: dot)...]), language: language)
  }

  public var fields: [Field] {
    pieces.compactMap { if case .field(let field) = $0 { field } else { nil } }
  }

  /// The placeholder, when there is nothing else.
  public var only: Field? { pieces.count == 1 ? fields.first : nil }

  /// Placeholders that stand between quotes of some language without saying which: a quote in the value would end them.
  public var unguarded: [Field] {
    var singles = 0
    var doubles = 0
    var found: [Field] = []
    for piece in pieces {
      switch piece {
      case .text(let text):
        singles += text.count { $0 == "'" }
        doubles += text.count { $0 == "\"" }
      case .field(let field):
        let isQuoted =
          switch field.language {
          case nil, .number: singles % 2 == 1 || doubles % 2 == 1
          case .odata, .soql: singles % 2 == 0
          case .quoted: doubles % 2 == 0
          }
        if isQuoted { found.append(field) }
      }
    }
    return found
  }
}

extension HTTPTemplate {
  /// The end of the host that a template of a URL fixes, whatever its values are; nil when it fixes none.
  ///
  /// `https://{setting.name}.example.org/x` fixes `.example.org`: a value with a slash in it must not lead elsewhere.
  public var fixedHostEnd: String? {
    guard case .text(let start)? = pieces.first, pieces.count > 1, let scheme = start.firstRange(of: "://") else {
      return nil
    }
    let host = start[scheme.upperBound...]
    if host.contains("/") { return String(host.prefix { $0 != "/" && $0 != ":" }) }
    for piece in pieces.dropFirst() {
      guard case .text(let text) = piece else { continue }
      return String(text.prefix { $0 != "/" && $0 != ":" })
    }
    return nil
  }
}
