import OfficerAPI

/// A filled-in form (`application/x-www-form-urlencoded`), read field by field.
struct PageForm: Sendable {
  private let values: [String: [String]]

  /// The most fields that are read: a plan's records can be ticked one by one.
  static let most = 2_000

  init(_ values: [String: [String]] = [:]) { self.values = values }

  /// Nil for a body that is no such form.
  init?(_ body: [UInt8]) {
    guard let values = FormFields.pairs(body, atMost: Self.most) else { return nil }
    self.values = Dictionary(grouping: values, by: \.name).mapValues { $0.map(\.value) }
  }

  /// A field without spaces at its ends; nil when it is missing or empty.
  subscript(_ name: String) -> String? {
    guard let first = values[name]?.first else { return nil }
    let text = first.replacing("\r\n", with: "\n")
    guard let start = text.firstIndex(where: { !$0.isWhitespace }),
      let end = text.lastIndex(where: { !$0.isWhitespace })
    else { return nil }
    return String(text[start...end])
  }

  /// All values of a field that can come several times, such as ticked boxes.
  func all(_ name: String) -> [String] { values[name] ?? [] }

  /// A field that must be there; the refusal names it as the form does.
  func require(_ name: String, _ title: String) throws -> String {
    guard let value = self[name] else { throw PageRefusal(.invalid, title) }
    return value
  }
}
