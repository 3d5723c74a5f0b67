import ErasureDomain
import Foundation

/// A record of processing as a spreadsheet exports it: each row becomes a system in which people work by hand.
///
/// A fault names line and column and what belongs there, never the value.
struct RegisterList {
  /// One file of the register.
  struct File: Equatable {
    var name: String
    var text: String
  }

  private(set) var files: [File] = []
  private(set) var faults: [ImportList.Fault] = []
  private var lines: [String: Int] = [:]

  private static let needed = ["system", "name", "owner", "subjects", "instruction"]
  private static let optional = ["role", "identifiers", "copies-said-by", "copies-said-on"]
  /// Roles that one person can do with a manual task; a copy of another system belongs to that system's file.
  private static let roles = ["own", "carrier", "processor", "recipient"]
  /// What a person is looked for with where the row does not say.
  private static let usualIdentifiers = ["email", "name"]
  /// The file of this name holds values that are never searched, and no system.
  private static let otherFile = "stop-list"

  /// Reads CSV.
  init(csv bytes: [UInt8]) {
    let table: CSVTable
    do { table = try CSVTable(bytes) } catch {
      fault(error.line, "", error.words)
      return
    }
    guard let header = table.rows.first, table.rows.count > 1 else {
      fault(1, "", "there is no system in the file; its first line names the columns, each further one a system")
      return
    }
    let names = header.fields.map { Terminal.trimmed($0) }
    check(names, header.line)
    guard faults.isEmpty else { return }
    for row in table.rows.dropFirst() {
      guard row.fields.count == names.count else {
        fault(row.line, "", "the line has \(row.fields.count) fields, the header \(names.count)")
        continue
      }
      let values = zip(names, row.fields).map { ($0, Terminal.trimmed($1)) }.filter { !$1.isEmpty }
      take(row.line, Dictionary(uniqueKeysWithValues: values))
    }
    if !faults.isEmpty { files = [] }
  }

  private mutating func check(_ names: [String], _ line: Int) {
    let known = Self.needed + Self.optional
    for name in names where !known.contains(name) {
      fault(line, SystemName.isName(name) ? name : "", "is no column; there are \(known.joined(separator: ", "))")
    }
    for name in known where names.count(where: { $0 == name }) > 1 { fault(line, name, "stands there twice") }
    for name in Self.needed where !names.contains(name) { fault(line, name, "the column is missing") }
  }

  private mutating func fault(_ line: Int, _ column: String, _ words: String) {
    faults.append(ImportList.Fault(line: line, column: column, words: words))
  }

  /// Makes a file of one row, or says all that is wrong with it.
  private mutating func take(_ line: Int, _ row: [String: String]) {
    let before = faults.count
    for column in Self.needed where row[column] == nil { fault(line, column, "is empty") }
    for (column, value) in row.sorted(by: { $0.key < $1.key }) where Self.quoted(value) == nil {
      fault(line, column, "has a control character; take it out")
    }
    if let system = row["system"] { checkName(system, line) }
    let role = row["role"] ?? "own"
    if !Self.roles.contains(role) { fault(line, "role", "write \(Self.roles.joined(separator: ", "))") }
    let subjects = row["subjects"].map { Self.list($0) } ?? []
    if subjects.contains(where: { Capacity(rawValue: $0) == nil }) || Set(subjects).count < subjects.count {
      fault(line, "subjects", "write \(RequestForm.capacityNames), each once, with commas")
    }
    let identifiers = row["identifiers"].map { Self.list($0) } ?? Self.usualIdentifiers
    if !identifiers.allSatisfy(SystemName.isName) || Set(identifiers).count < identifiers.count {
      fault(line, "identifiers", "write kinds such as email, customer-no, each once, with commas")
    }
    checkCopies(row, role, line)
    guard faults.count == before, let system = row["system"] else { return }
    files.append(
      File(name: "\(system).yaml", text: Self.yaml(system, row, role, subjects: subjects, identifiers: identifiers)))
  }

  private mutating func checkName(_ system: String, _ line: Int) {
    guard SystemName.isName(system), system != Self.otherFile else {
      return fault(line, "system", "write a short name of a-z, 0-9 and -, at most 64, other than \(Self.otherFile)")
    }
    if let other = lines.updateValue(line, forKey: system) {
      fault(line, "system", "stands in line \(other) too")
    }
  }

  /// That there are no further copies counts only when somebody has said so on a day.
  private mutating func checkCopies(_ row: [String: String], _ role: String, _ line: Int) {
    let (sayer, on) = (row["copies-said-by"], row["copies-said-on"])
    if sayer == nil, on != nil || role == "own" {
      fault(line, "copies-said-by", "is empty; name the role that says that no backup or other copy is left out")
    }
    if let on {
      if CivilDate(on) == nil { fault(line, "copies-said-on", "is no day; write YYYY-MM-DD") }
    } else if sayer != nil || role == "own" {
      fault(line, "copies-said-on", "is empty; write the day on which it was said, YYYY-MM-DD")
    }
  }

  private static func list(_ text: String) -> [String] {
    text.split(separator: ",", omittingEmptySubsequences: false).map { Terminal.trimmed($0) }
  }

  private static func yaml(
    _ system: String, _ row: [String: String], _ role: String, subjects: [String], identifiers: [String]
  ) -> String {
    func text(_ column: String) -> String { row[column].flatMap(quoted) ?? "" }
    var lines = [
      "# Imported from a list: people do this by hand. To connect it, give it another connector and its settings.",
      "register: 1", "system: \(quoted(system) ?? "")", "name: \(text("name"))", "role: \(role)",
      "owner: \(text("owner"))", "subjects: [\(subjects.joined(separator: ", "))]", "connector: manual-task",
      "settings:", "  instruction: \(text("instruction"))",
      "identifiers: [\(identifiers.compactMap { quoted($0) }.joined(separator: ", "))]",
    ]
    if let on = row["copies-said-on"] {
      lines.append("copies: {none: {said-by: \(text("copies-said-by")), on: \(on)}}")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A text as YAML reads it back whatever it holds; nothing for one with control characters.
  private static func quoted(_ text: String) -> String? {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\r": continue
      case "\t": result += "\\t"
      default:
        switch scalar.properties.generalCategory {
        case .control: return nil
        // What cannot be seen is written by its number; YAML takes some of it for the end of a line.
        case .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
          let number = String(scalar.value, radix: 16, uppercase: true)
          result += "\\U" + String(repeating: "0", count: 8 - number.count) + number
        default: result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }

  /// Writes all files into a folder, which is made where it does not exist, or none of them.
  ///
  /// No file that is there is touched. Throws when one is in the way, and when the folder cannot be written.
  func write(to folder: String) throws(ConsoleFailure) {
    let manager = FileManager.default
    let there = files.map(\.name).filter { manager.fileExists(atPath: folder + "/" + $0) }
    guard there.isEmpty else {
      throw ConsoleFailure(
        .refused,
        "\(there.joined(separator: ", ")): in \(folder) already, and what is there is never overwritten; nothing was "
          + "written: take \(there.count == 1 ? "this row" : "these rows") out of the list, or move the files away")
    }
    var written: [String] = []
    do {
      try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for file in files {
        let path = folder + "/" + file.name
        try Data(file.text.utf8).write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
        written.append(path)
      }
    } catch {
      for path in written { try? manager.removeItem(atPath: path) }
      throw ConsoleFailure(
        .usage, "the files cannot be written to \(folder), and none was; look at its permissions and its space")
    }
  }
}
