import ErasureDomain
import OfficerAPI

/// A recipient's answer on paper, as a file brings it: lines of `key: value`.
enum AnswerForm {
  private static let keys = ["said", "records", "category", "basis", "until", "text", "sub-processors", "by", "on"]

  /// A fault names the line and what belongs there, never the value.
  static func read(_ input: String, about job: String) throws(ConsoleFailure) -> AnswerLetter {
    var values: [String: String] = [:]
    for (index, raw) in input.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let line = Terminal.trimmed(raw)
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      func fault(_ words: String) -> ConsoleFailure { ConsoleFailure(.usage, "line \(index + 1): \(words)") }
      guard let colon = line.firstIndex(of: ":") else { throw fault("write it as `key: value`") }
      let key = Terminal.trimmed(line[..<colon])
      guard keys.contains(key) else { throw fault("there is no such key; known are \(keys.joined(separator: ", "))") }
      guard values[key] == nil else { throw fault("\(key) stands there twice") }
      let value = Terminal.trimmed(line[line.index(after: colon)...])
      guard !value.isEmpty else { throw fault("\(key) has no value") }
      values[key] = value
    }
    func needed(_ key: String, _ words: String) throws(ConsoleFailure) -> String {
      guard let value = values[key] else { throw ConsoleFailure(.usage, "\(key) is missing: \(words)") }
      return value
    }
    func day(_ key: String) throws(ConsoleFailure) -> CivilDate? {
      guard let value = values[key] else { return nil }
      guard let day = CivilDate(value) else {
        throw ConsoleFailure(.usage, "\(key) is a day such as 2026-11-20")
      }
      return day
    }
    let records = values["records"].map { Int($0) }
    if case .some(nil) = records { throw ConsoleFailure(.usage, "records is a number") }
    _ = try needed("on", "the day on the answer")
    guard let on = try day("on") else { throw ConsoleFailure(.usage, "on is a day such as 2026-11-20") }
    return AnswerLetter(
      job: job, said: try needed("said", "done, nothing-found or kept"), records: records ?? nil,
      category: values["category"], basis: values["basis"], until: try day("until"), text: values["text"],
      subProcessors: values["sub-processors"], by: try needed("by", "who answered"), on: on)
  }
}
