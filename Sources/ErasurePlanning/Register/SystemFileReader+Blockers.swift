import ErasureDomain
import Yams

extension SystemFileReader {
  /// Blockers by name; their datasets are checked where the datasets could be read.
  mutating func blockers(_ member: Member, datasets: [DatasetRecord]?) -> [Blocker]? {
    guard let entries = reader.entries(of: member, what: "\"blockers\"") else { return nil }
    var blockers: [Blocker] = []
    for entry in entries {
      guard reader.isName(entry.key, of: "a blocker", line: entry.line), let query = reader.text(entry) else {
        continue
      }
      check(query, of: entry, roots: datasets.map { $0.filter(\.isRoot).map(\.name) })
      blockers.append(Blocker(name: entry.key, query: query))
    }
    return blockers
  }

  /// Reads no SQL, but catches what would only fail on the day of an erasure.
  private mutating func check(_ query: String, of entry: Member, roots: [String]?) {
    let words = query.split(whereSeparator: \.isWhitespace)
    guard words.first?.lowercased() == "select", !query.contains(";") else {
      reader.fault(entry.line, "blocker \"\(entry.key)\" must be one SELECT without a semicolon")
      return
    }
    let placeholders = Self.placeholders(in: query)
    if placeholders.isEmpty {
      reader.fault(
        entry.line, "blocker \"\(entry.key)\" names no person; use a column of a found record, such as :contact.id")
    }
    guard let roots else { return }
    for placeholder in placeholders where !roots.contains(placeholder.dataset) || placeholder.column.isEmpty {
      reader.fault(
        entry.line,
        "blocker \"\(entry.key)\" uses \":\(placeholder.dataset).\(placeholder.column)\"; write :dataset.column with "
          + "a dataset that has find: \(roots.joined(separator: ", "))")
    }
  }

  /// The `:dataset.column` places of a query, outside quoted texts and `::type` casts.
  static func placeholders(in query: String) -> [(dataset: String, column: String)] {
    var found: [(dataset: String, column: String)] = []
    let bytes = Array(query.utf8)
    var index = 0
    func word(from start: Int, where isPart: (UInt8) -> Bool) -> String {
      String(decoding: bytes[start...].prefix(while: isPart), as: UTF8.self)
    }
    while index < bytes.count {
      switch bytes[index] {
      case 0x27, 0x22:
        let quote = bytes[index]
        index += 1
        while index < bytes.count, bytes[index] != quote { index += 1 }
      case 0x3A where index + 1 < bytes.count && bytes[index + 1] == 0x3A:
        index += 1
      case 0x3A:
        let dataset = word(from: index + 1) { SystemName.isName(String(decoding: [$0], as: UTF8.self)) }
        index += dataset.utf8.count
        var column = ""
        if index + 1 < bytes.count, bytes[index + 1] == 0x2E {
          column = word(from: index + 2) { byte in
            byte == 0x5F || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || (0x30...0x39).contains(byte)
          }
          index += 1 + column.utf8.count
        }
        if !dataset.isEmpty { found.append((dataset, column)) }
      default: break
      }
      index += 1
    }
    return found
  }
}
