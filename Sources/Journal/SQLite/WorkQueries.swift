/// The statements behind the first screen and the lists of requests, jobs and entries. A test asks SQLite for their plans: none may walk a
/// table or sort it.
enum WorkQueries {
  /// Stage or nothing, day, number, day, limit. The bounds of the other side keep a page within its days.
  static func open(_ ofStage: Bool, backwards: Bool) -> String {
    let (sign, bound, order) = backwards ? ("<", ">=", " DESC") : (">", "<=", "")
    return """
      SELECT record FROM request_answer INDEXED BY \(ofStage ? "request_stage" : "request_due")
      WHERE \(ofStage ? "stage = ? AND stage IS NOT NULL" : "work_to IS NOT NULL")
        AND (work_to, number) \(sign) (?, ?) AND work_to \(bound) ?
      ORDER BY work_to\(order), number\(order) LIMIT ?
      """
  }

  /// Number, limit.
  static func numbered(backwards: Bool) -> String {
    "SELECT record FROM request_answer INDEXED BY request_open WHERE work_to IS NOT NULL AND number \(range(!backwards))"
  }

  /// Number, limit. The newest first.
  static func closed(backwards: Bool) -> String {
    "SELECT record FROM request_answer INDEXED BY request_closed WHERE work_to IS NULL AND number \(range(backwards))"
  }

  /// Number, limit.
  static func measured(backwards: Bool) -> String {
    "SELECT record FROM request_answer INDEXED BY request_measured WHERE measured = 1 AND number \(range(!backwards))"
  }

  /// Number, limit.
  static func unacknowledged(backwards: Bool) -> String {
    "SELECT record FROM request_answer INDEXED BY request_unacknowledged WHERE unacknowledged = 1 AND number "
      + range(!backwards)
  }

  /// Number, limit. The newest first.
  static func all(backwards: Bool) -> String {
    "SELECT record FROM request_answer WHERE number \(range(backwards))"
  }

  private static func range(_ rising: Bool) -> String {
    rising ? "> ? ORDER BY number LIMIT ?" : "< ? ORDER BY number DESC LIMIT ?"
  }

  /// State, time, job, limit.
  static func inState(backwards: Bool) -> String {
    "SELECT deadline, job FROM job_answer INDEXED BY job_state WHERE state = ? AND \(jobs("deadline", backwards))"
  }

  /// Time, job, limit.
  static func waiting(backwards: Bool) -> String {
    "SELECT deadline, job FROM job_answer INDEXED BY job_waits WHERE waits = 1 AND \(jobs("deadline", backwards))"
  }

  /// Forwards the instant first; time, job, limit. Backwards a second upper bound would be taken for the first one, and what
  /// lies between them walked over.
  static func silentJobs(backwards: Bool) -> String {
    "SELECT worries_at, job FROM job_answer INDEXED BY job_worries WHERE "
      + (backwards ? "worries_at IS NOT NULL" : "worries_at <= ?") + " AND \(jobs("worries_at", backwards))"
  }

  private static func jobs(_ time: String, _ backwards: Bool) -> String {
    backwards
      ? "(\(time), job) < (?, ?) ORDER BY \(time) DESC, job DESC LIMIT ?"
      : "(\(time), job) > (?, ?) ORDER BY \(time), job LIMIT ?"
  }

  /// Request or job, index, limit: the first ones from it on, backwards the last ones before it.
  static func entries(_ of: String, backwards: Bool) -> String {
    """
    SELECT entry.idx, entry.bytes FROM \(of)_entry JOIN entry ON entry.idx = \(of)_entry.idx
    WHERE \(of)_entry.\(of) = ? AND \(of)_entry.idx \(backwards ? "<" : ">=") ?
    ORDER BY \(of)_entry.idx\(backwards ? " DESC" : "") LIMIT ?
    """
  }

  /// Request or job, so many texts.
  static func entries(_ of: String, ofKinds count: Int) -> String {
    let any = Array(repeating: "instr(entry.bytes, ?) > 0", count: count).joined(separator: " OR ")
    return """
      SELECT entry.idx, entry.bytes FROM \(of)_entry JOIN entry ON entry.idx = \(of)_entry.idx
      WHERE \(of)_entry.\(of) = ? AND (\(any)) ORDER BY \(of)_entry.idx
      """
  }

  static let stages = "SELECT stage, count(*) FROM request_answer WHERE stage IS NOT NULL GROUP BY stage"
  static let questions = "SELECT system, asks, count(*) FROM job_answer WHERE asks IS NOT NULL GROUP BY system, asks"
  static let plans = "SELECT count(*) FROM plan_answer WHERE waits = 1"
  /// Limit.
  static let waitingPlans = "SELECT record FROM plan_answer WHERE waits = 1 ORDER BY ordinal LIMIT ?"
  /// Day, day.
  static let due = "SELECT count(*) FROM request_answer WHERE work_to >= ? AND work_to < ?"
  /// Instant.
  static let concluded = "SELECT count(*) FROM request_answer WHERE concluded_at < ?"
  /// Instant.
  static let objections = "SELECT count(*) FROM request_answer WHERE objection_at <= ?"
  /// Instant. Few are silent, so the groups are made of few.
  static let silent = """
    SELECT system, count(*), min(worries_at), min(deadline) FROM job_answer WHERE worries_at <= ?
    GROUP BY system ORDER BY system
    """
  /// Plan.
  static let asks = "SELECT EXISTS (SELECT 1 FROM job_answer WHERE plan = ? AND asks IS NOT NULL)"
}
