import ErasureDomain
import GRDB

/// Makes the answering tables anew from the entries: after a new program folds them in another way, or after damage to
/// the tables alone.
enum AnswersRebuilding {
  /// Raise this when the fold changes after a release: the next start then folds all entries again. A record that got
  /// another form is noticed without it.
  static let version = 9

  private static let piece: UInt64 = 1_024

  /// Whether the tables were made by another version of the fold. An empty journal gets its version here.
  static func isNeeded(_ db: Database) throws -> Bool {
    if let stored = try Int.fetchOne(db, sql: "SELECT max(version) FROM answer_version") {
      return try stored != version || !isReadable(db)
    }
    guard try SQLiteReader(db).size == 0 else { return true }
    try db.execute(sql: "INSERT INTO answer_version (version) VALUES (?)", arguments: [version])
    return false
  }

  /// Whether the newest record of each kind has the form that this program reads.
  private static func isReadable(_ db: Database) throws -> Bool {
    do {
      let answers = SQLiteAnswers(db: db)
      _ = try answers.log()
      let last = "ORDER BY rowid DESC LIMIT 1"
      _ = try db.record(RequestRecord.self, "SELECT record FROM request_answer \(last)", [], answers.known)
      _ = try db.record(PlanRecord.self, "SELECT record FROM plan_answer \(last)", [], answers.known)
      _ = try db.record(JobRecord.self, "SELECT record FROM job_answer \(last)", [], answers.known)
      return true
    } catch is JournalFailure {
      return false
    }
  }

  /// Folds all entries again. The caller has a transaction, so that nobody sees half of it.
  static func run(_ db: Database, at now: UTCTime) throws {
    for table in JournalSchema.answerTables { try db.execute(sql: "DELETE FROM \(table)") }
    try db.execute(sql: "INSERT INTO answer_version (version) VALUES (?)", arguments: [version])
    let reader = SQLiteReader(db)
    let size = try reader.size
    let answers = SQLiteAnswers(db: db)
    var from: UInt64 = 0
    while from < size {
      let entries = try reader.entries(from: from, to: from + piece)
      var pending = PendingAnswers(over: answers)
      for entry in entries {
        do {
          try JournalFold.apply(entry.entry, to: &pending)
        } catch let problem as FoldProblem {
          // Every entry was folded once before it was appended: what does not fold now was not written by us.
          throw JournalFailure.refused("entry \(entry.index) does not fold: \(problem)")
        }
      }
      try answers.write(entries)
      try answers.write(pending.changes, at: now)
      from += piece
    }
  }
}
