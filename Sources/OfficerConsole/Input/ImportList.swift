import ErasureDomain
import Foundation
import OfficerAPI

/// A list of requests from a file: CSV with a header, or one JSON object on each line.
///
/// The columns are the keys of a form, with `id` besides; any other name is a kind of identifier, and may stand several
/// times. A fault names line and column and what belongs there, never the value.
struct ImportList {
  /// One request of the list.
  struct Row {
    var line: Int
    var id: String
    var form: RequestForm
  }

  struct Fault: Equatable, Codable {
    var line: Int
    /// Empty where the whole line is meant.
    var column: String
    var words: String
  }

  private(set) var rows: [Row] = []
  private(set) var faults: [Fault] = []
  private var lines: [String: Int] = [:]

  /// Reads CSV.
  init(csv bytes: [UInt8]) {
    let table: CSVTable
    do { table = try CSVTable(bytes) } catch {
      faults.append(Fault(line: error.line, column: "", words: error.words))
      return
    }
    guard let header = table.rows.first else {
      faults.append(Fault(line: 1, column: "", words: "the file is empty; its first line names the columns"))
      return
    }
    let names = header.fields.map { Terminal.trimmed($0) }
    for name in names where !SystemName.isName(name) {
      let shown = name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && !name.contains("@") ? name : ""
      fault(header.line, shown, "a column is named by lower-case letters, digits and hyphens, as email or customer-no")
    }
    if !names.contains("id") { fault(header.line, "id", "the column is missing; it holds a number of your own") }
    guard faults.isEmpty else { return }
    for row in table.rows.dropFirst() {
      guard row.fields.count == names.count else {
        fault(row.line, "", "the line has \(row.fields.count) fields, the header \(names.count)")
        continue
      }
      take(row.line, zip(names, row.fields).map { (column: $0, value: $1) })
    }
  }

  /// Reads JSON lines.
  init(jsonLines text: String) {
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      guard line.contains(where: { !$0.isWhitespace }) else { continue }
      guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
        fault(index + 1, "", "the line is no JSON object")
        continue
      }
      var values: [(column: String, value: String)] = []
      let before = faults.count
      for (key, value) in object.sorted(by: { $0.key < $1.key }) {
        guard SystemName.isName(key) else {
          fault(index + 1, "", "a key is named by lower-case letters, digits and hyphens, as email or customer-no")
          continue
        }
        let list = value as? [Any] ?? [value]
        for one in list {
          guard let text = one as? String else {
            fault(index + 1, key, "write a text in quotes, or a list of them")
            continue
          }
          values.append((key, text))
        }
      }
      if faults.count == before { take(index + 1, values) }
    }
  }

  private mutating func fault(_ line: Int, _ column: String, _ words: String) {
    faults.append(Fault(line: line, column: column, words: words))
  }

  /// Makes a request of the values of one line, or says all that is wrong with them.
  private mutating func take(_ line: Int, _ values: [(column: String, value: String)]) {
    let before = faults.count
    var row = Row(line: line, id: "", form: RequestForm())
    for (column, raw) in values {
      let value = Terminal.trimmed(raw)
      guard !value.isEmpty else { continue }
      if column == "id" {
        if !row.id.isEmpty { fault(line, column, "stands there twice") }
        row.id = value
        continue
      }
      do { try row.form.take(column, value) } catch { fault(line, column, error.description) }
    }
    if row.id.isEmpty {
      fault(line, "id", "is empty; give each line a number of your own")
    } else if let other = lines.updateValue(line, forKey: row.id) {
      fault(line, "id", "stands in line \(other) too")
    }
    if row.form.channel == nil { fault(line, "channel", "is empty; write mail, phone, letter, form or counter") }
    if row.form.capacities.isEmpty, !faults[before...].contains(where: { $0.column == "capacity" }) {
      fault(line, "capacity", "is empty; write \(RequestForm.capacityNames)")
    }
    if row.form.identifiers.isEmpty { fault(line, "", "there is no identifier, such as an email") }
    do { _ = try row.form.requester.requester() } catch { fault(line, "requester", error.description) }
    if faults.count == before { rows.append(row) }
  }
}
