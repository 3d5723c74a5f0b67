import ConnectorKit
import ErasureDomain
import ErasurePlanning

/// The values of one request's placeholders, and how each is encoded for the place where it stands.
struct HTTPFilling: Sendable {
  var settings: [String: String] = [:]
  /// Secrets in the clear, for one call.
  var secrets: [String: String] = [:]
  var subject: SubjectIdentifier?
  var taken: [String: String] = [:]
  /// The record a step or a look is about, or the one that what is searched belongs to.
  var located: RootRecord?

  /// A value that does not fit where it would stand: the same order will never work.
  private static func unfit(_ what: String) -> ConnectorFailure { .permanent(FailureCode(what)) }

  private func value(_ field: HTTPTemplate.Field) throws(ConnectorFailure) -> String {
    let value: String? =
      switch field.root {
      case .setting: settings[field.path]
      case .secret: secrets[field.path]
      case .subject: subject?.kind.rawValue == field.path ? subject?.value : nil
      case .taken: taken[field.path]
      case .located(let name):
        located?.dataset == name ? located?.key.first { $0.column == field.path }?.value : nil
      }
    guard let value, !value.isEmpty else { throw Self.unfit("value-missing") }
    return try Self.guarded(value, for: field.language)
  }

  /// The value in the language of the text around it.
  private static func guarded(
    _ value: String, for language: HTTPTemplate.Language?
  ) throws(ConnectorFailure) -> String {
    guard let language else { return value }
    switch language {
    case .number:
      guard let number = Int64(value), String(number) == value, CanonicalJSON.integerRange.contains(number) else {
        throw unfit("value-no-number")
      }
      return value
    case .odata: return try plain(value).replacing("'", with: "''")
    case .soql, .quoted:
      return try plain(value).replacing("\\", with: "\\\\").replacing("'", with: language == .soql ? "\\'" : "'")
        .replacing("\"", with: "\\\"")
    }
  }

  /// Without control characters: no language of queries has them in a word.
  private static func plain(_ value: String) throws(ConnectorFailure) -> String {
    guard value.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
      throw unfit("value-has-control-characters")
    }
    return value
  }

  private func filled(
    _ text: String, encode: (String) throws(ConnectorFailure) -> String
  ) throws(ConnectorFailure) -> String {
    let template: HTTPTemplate
    do {
      template = try HTTPTemplate(text)
    } catch {
      throw Self.unfit("template-unreadable")
    }
    var filled = ""
    for piece in template.pieces {
      switch piece {
      case .text(let text): filled += text
      case .field(let field): filled += try encode(try value(field))
      }
    }
    return filled
  }

  // MARK: Places

  /// A text that is encoded as a whole afterwards, or compared.
  func text(_ template: String) throws(ConnectorFailure) -> String {
    try filled(template) { (value) throws(ConnectorFailure) in value }
  }

  /// A path: every value is one part of one segment. A segment that means "here" or "above" is refused.
  func path(_ template: String) throws(ConnectorFailure) -> String {
    let path = try filled(template) { (value) throws(ConnectorFailure) in Self.percentEncoded(value) }
    guard !path.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }), !path.contains("//") else {
      throw Self.unfit("value-no-segment")
    }
    return path
  }

  func query(_ values: [String: String]) throws(ConnectorFailure) -> String {
    var parts: [String] = []
    for (name, template) in values.sorted(by: { $0.key < $1.key }) {
      parts.append("\(Self.percentEncoded(name))=\(Self.percentEncoded(try text(template)))")
    }
    return parts.joined(separator: "&")
  }

  /// The value of a header field: one line of visible characters.
  func header(_ template: String) throws(ConnectorFailure) -> String { try Self.plain(try text(template)) }

  func body(_ body: HTTPSystemBody) throws(ConnectorFailure) -> [UInt8] {
    switch body {
    case .json(let value): return try json(value).encoded()
    case .xml(let template):
      return Array(
        try filled(template) { (value) throws(ConnectorFailure) in try Self.xmlEncoded(value) }.utf8)
    case .csv(let rows):
      var lines: [String] = []
      for row in rows {
        var cells: [String] = []
        for cell in row { cells.append(Self.csvEncoded(try text(cell))) }
        lines.append(cells.joined(separator: ",") + "\n")
      }
      return Array(lines.joined().utf8)
    }
  }

  /// JSON with its texts filled; a number stands alone and becomes one.
  func json(_ value: CanonicalJSON) throws(ConnectorFailure) -> CanonicalJSON {
    switch value {
    case .string(let template):
      let filled = try text(template)
      if (try? HTTPTemplate(template))?.only?.language == .number, let number = Int64(filled) {
        return .integer(number)
      }
      return .string(filled)
    case .array(let values):
      var filled: [CanonicalJSON] = []
      for value in values { filled.append(try json(value)) }
      return .array(filled)
    case .object(let members):
      var filled: [String: CanonicalJSON] = [:]
      for (name, value) in members { filled[name] = try json(value) }
      return .object(filled)
    case .integer, .boolean: return value
    }
  }

  // MARK: Encodings

  private static let hex = Array("0123456789ABCDEF".utf8)

  /// Everything but unreserved characters (RFC 3986 section 2.3).
  static func percentEncoded(_ value: String) -> String {
    var encoded: [UInt8] = []
    for byte in value.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: encoded.append(byte)
      default: encoded += [0x25, hex[Int(byte >> 4)], hex[Int(byte & 0xF)]]
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  private static func xmlEncoded(_ value: String) throws(ConnectorFailure) -> String {
    try plain(value).replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;").replacing("'", with: "&apos;")
  }

  private static func csvEncoded(_ value: String) -> String {
    let isPlain = !value.contains { $0 == "," || $0 == "\"" || $0.isNewline }
    return isPlain ? value : "\"" + value.replacing("\"", with: "\"\"") + "\""
  }
}
