import ErasureDomain

/// What PostgreSQL says differently in a sweep.
struct PostgresSweepDialect: SweepDialect {
  /// The tables under every name the register may give them, in lower case.
  private let sources: [String: String]

  init(_ catalogue: PostgresOutlineCatalogue) {
    var sources: [String: String] = [:]
    for table in catalogue.tables {
      for name in [table.registerName, "\(table.schema).\(table.name)"] where sources[name.lowercased()] == nil {
        sources[name.lowercased()] = table.source
      }
    }
    self.sources = sources
  }

  func quoted(_ name: String) -> String { PostgresOutlineCatalogue.Table.quoted(name) }
  func source(_ table: String) -> String { sources[table.lowercased()] ?? quoted(table) }
  func placeholder(_ number: Int) -> String { "$\(number)::text" }

  func findText(_ column: String, type: String) -> String {
    // 7.00 is 7, and these two types compare without looking at the case of letters.
    if type.hasPrefix("numeric") { return "trim_scale(\(column))::text" }
    return Self.isCaseless(type) ? "lower(\(column)::text)" : "\(column)::text"
  }

  func findValue(_ place: String, type: String) -> String { Self.isCaseless(type) ? "lower(\(place))" : place }
  func foldedText(_ column: String) -> String { #"lower(btrim(\#(column)::text, E' \t\n\r'))"# }
  func foldedValue(_ place: String) -> String { "lower(\(place))" }
  func freeText(_ column: String) -> String { "lower(\(column)::text)" }
  func contains(_ text: String, _ part: String) -> String { "strpos(\(text), lower(\(part))) > 0" }
  func keyText(_ column: String) -> String { "\(column)::text" }

  func isListed(_ text: String, in list: String) -> String {
    "(\(text)) IN (SELECT json_array_elements_text((\(list))::json))"
  }

  func isSame(table: String, as other: String) -> Bool {
    let (one, two) = (sources[table.lowercased()], sources[other.lowercased()])
    return one != nil && one == two
  }

  func isSame(column: String, as other: String) -> Bool { column.lowercased() == other.lowercased() }

  private static func isCaseless(_ type: String) -> Bool { type.hasSuffix("citext") || type == "uuid" }
}
