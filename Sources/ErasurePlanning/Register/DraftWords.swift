/// Names of a schema taken apart.
enum DraftWords {
  /// `BillingEmail2`, `billing_email` and `billing-email` are `billing`, `email`.
  static func words(_ name: String) -> [String] {
    var words: [String] = []
    var word = ""
    var wasLower = false
    for scalar in name.unicodeScalars {
      let isLetter = scalar.properties.isAlphabetic
      if !isLetter || (scalar.properties.isUppercase && wasLower) {
        if !word.isEmpty { words.append(word.lowercased()) }
        word = ""
      }
      if isLetter { word.unicodeScalars.append(scalar) }
      wasLower = isLetter && !scalar.properties.isUppercase
    }
    if !word.isEmpty { words.append(word.lowercased()) }
    return words
  }

  /// The table's own name, without its schema.
  static func local(_ table: String) -> String { table.split(separator: ".").last.map(String.init) ?? table }

  /// A name of the register: `InvoiceLine` is `invoice-line`.
  static func slug(_ name: String) -> String {
    var slug = ""
    for word in words(name) {
      let ascii = word.utf8.filter { ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) }
      if !ascii.isEmpty { slug += (slug.isEmpty ? "" : "-") + String(decoding: ascii, as: UTF8.self) }
    }
    return slug.isEmpty ? "table" : String(slug.prefix(56))
  }

  /// Letters and digits only, lower case.
  static func plain(_ name: String) -> String {
    String(name.lowercased().filter { $0.isLetter || $0.isNumber })
  }
}
