import ConnectorKit
import ErasureDomain

/// The file of one job: the same bytes under the same name in every attempt, and about one person only.
struct DropFile {
  /// Columns that every file begins with.
  static let fixedColumns = ["job_id", "duty", "deadline"]
  /// Characters with which a spreadsheet takes a value for a formula.
  private static let formulaStarts = Set("=+-@".utf8)
  /// What a formula needs to do anything: a call, a command of another program (DDE), another sheet.
  private static let formulaParts = Set("(|!".utf8)

  let name: String
  let bytes: [UInt8]

  /// The name under which it is written; no company looks for it.
  var partName: String { name + ".part" }

  /// The name of the company's answer.
  static func confirmationName(_ job: JobReference) -> String { job.text + ".done.csv" }

  /// Every field stands in quotes and every value exactly as the person gave it (RFC 4180, UTF-8). With several
  /// identifiers of a kind the file has several rows, all about the same person.
  init(
    order: ErasureOrder, settings: DropFileSettings, clock: any CivilClock
  ) throws(ConnectorFailure) {
    guard let duty = Self.duty(of: order.verb) else { throw .permanent(FailureCode("verb-not-supported")) }
    var values: [[String]] = []
    for column in settings.columns {
      let found = Set(order.identifiers.filter { $0.kind == column.kind }.map(\.value)).sorted()
      for value in found { try Self.check(value) }
      values.append(found)
    }
    let rows = values.map(\.count).max() ?? 0
    guard rows > 0 else { throw .permanent(FailureCode("no-identifier-for-this-company")) }
    // The deadline is the start of the day after the last one.
    let lastDay = clock.day(of: order.deadline.adding(seconds: -1))
    let fixed = [order.job.text, duty, lastDay.description]
    var lines = [Self.fixedColumns + settings.columns.map(\.name)]
    for row in 0..<rows { lines.append(fixed + values.map { row < $0.count ? $0[row] : "" }) }
    name = order.job.text + ".csv"
    bytes = lines.flatMap { Self.line($0, delimiter: settings.delimiter) }
  }

  /// Refuses what would not arrive as it is, or would do something when a spreadsheet opens the file.
  private static func check(_ value: String) throws(ConnectorFailure) {
    guard value.contains(where: { !$0.isWhitespace }) else { throw .permanent(FailureCode("empty-identifier")) }
    let hasControl = value.unicodeScalars.contains { scalar in
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: true
      default: false
      }
    }
    guard !hasControl else { throw ask("identifier-with-control-character") }
    // A telephone number begins so too, and has no letters.
    let text = value.utf8
    let isFormula =
      text.first.map(formulaStarts.contains) == true && text.contains(where: formulaParts.contains)
      && value.contains(where: \.isLetter)
    guard !isFormula else { throw ask("identifier-like-a-formula") }
  }

  private static func ask(_ detail: String) -> ConnectorFailure {
    .needsOfficer(Question(code: .other, detail: FailureCode(detail)))
  }

  private static func line(_ fields: [String], delimiter: DropDelimiter) -> [UInt8] {
    var bytes: [UInt8] = []
    for (index, field) in fields.enumerated() {
      if index > 0 { bytes.append(delimiter.byte) }
      bytes.append(0x22)
      for byte in field.utf8 { bytes += byte == 0x22 ? [0x22, 0x22] : [byte] }
      bytes.append(0x22)
    }
    return bytes + [0x0D, 0x0A]
  }

  /// The duty of law behind a verb (GDPR Art. 19, Art. 28(3)), in the words of `erasure-notice/1`.
  private static func duty(of verb: JobVerb) -> String? {
    switch verb {
    case .notify: "notify"
    case .instruct: "instruct"
    case .stopSending: "stop-sending"
    case .erase, .tagExpiry, .manual, .eraseKept, .confirmExpiry, .export: nil
    }
  }
}
