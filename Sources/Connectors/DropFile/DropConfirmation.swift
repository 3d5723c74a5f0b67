import ConnectorKit
import ErasureDomain

/// What a company says about a job in the file that it puts beside ours. Read strictly: anything else is a question.
struct DropConfirmation {
  enum Status: String, CaseIterable {
    case completed
    case completedWithRetention = "completed_with_retention"
    case noMatch = "no_match"
    case denied
  }

  /// All columns, in any order; no other and none left out.
  static let columns = ["job_id", "status", "erased_rows", "retained_until", "name", "date"]
  /// A confirmation is one line; anything longer is none.
  static let mostBytes = 16 << 10
  private static let mostNameCharacters = 200
  private static let mostRows = 1_000_000_000

  let status: Status
  private let rows: Int?
  private let retainedUntil: CivilDate?

  /// Reads the file. `sentOn` is the day on which ours was put there: who answers before has not read it.
  init(
    _ bytes: [UInt8], to job: JobReference, delimiter: DropDelimiter, sentOn: CivilDate, today: CivilDate
  ) throws(ConnectorFailure) {
    guard let table = DropTable(bytes, delimiter: delimiter), table.rows.count == 2,
      table.rows[0].count == table.rows[1].count, table.rows[0].count == Self.columns.count,
      Set(table.rows[0]) == Set(Self.columns)
    else { throw DropFileConnector.refused("malformed-confirmation") }
    let fields = Dictionary(zip(table.rows[0], table.rows[1])) { first, _ in first }
    func field(_ name: String) -> String { fields[name] ?? "" }
    guard field("job_id") == job.text else { throw DropFileConnector.refused("confirmation-of-another-job") }
    guard let status = Status(rawValue: field("status")) else { throw DropFileConnector.refused("unknown-status") }
    guard let date = CivilDate(field("date")) else { throw DropFileConnector.refused("confirmation-without-date") }
    guard date <= today else { throw DropFileConnector.refused("confirmation-of-the-future") }
    guard date >= sentOn else { throw DropFileConnector.refused("confirmation-before-the-file") }
    let name = field("name")
    guard name.contains(where: { !$0.isWhitespace }), name.count <= Self.mostNameCharacters else {
      throw DropFileConnector.refused("confirmation-without-name")
    }
    self.status = status
    rows = try Self.rows(field("erased_rows"), status)
    retainedUntil = try Self.day(field("retained_until"), status)
  }

  /// A number only where something was erased; none is allowed.
  private static func rows(_ text: String, _ status: Status) throws(ConnectorFailure) -> Int? {
    if text.isEmpty { return nil }
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let rows = Int(text), rows <= mostRows,
      rows == 0 || status == .completed || status == .completedWithRetention
    else { throw DropFileConnector.refused("confirmation-with-wrong-rows") }
    return rows
  }

  /// A day exactly where something stays.
  private static func day(_ text: String, _ status: Status) throws(ConnectorFailure) -> CivilDate? {
    guard status == .completedWithRetention else {
      guard text.isEmpty else { throw DropFileConnector.refused("retention-not-expected") }
      return nil
    }
    guard let day = CivilDate(text) else { throw DropFileConnector.refused("retention-without-date") }
    return day
  }

  /// The answer in our words. A file that anybody with access can write is no signature.
  var answer: RecipientAnswer {
    let kept = retainedUntil.map { [KeptCount(rule: "recipient", until: $0, count: 1)] } ?? []
    let verification = Verification(
      voucher: .recipientUnsigned, seen: .confirmation, path: FailureCode("confirmation-file"), kept: kept)
    switch status {
    case .completed, .completedWithRetention: return .completed(verification, rows: rows)
    case .noMatch: return .noMatch(verification)
    case .denied: return .denied(FailureCode("other"))
    }
  }
}
