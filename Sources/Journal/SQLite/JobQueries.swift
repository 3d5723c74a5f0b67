/// The statements behind claiming. A test asks SQLite for their plans: none may walk the table of jobs.
enum JobQueries {
  static let systems = "SELECT system FROM job_system ORDER BY system"

  /// Now, limit.
  static let promote = """
    UPDATE job_answer SET phase = 1 WHERE job IN (
      SELECT job FROM job_answer WHERE phase = 2 AND claimable_from > 0 AND claimable_from <= ?
      ORDER BY claimable_from LIMIT ?)
    """

  /// Plan.
  static let origin = """
    SELECT json_extract(plan_answer.record, '$.proposal.digest'),
      json_extract(request_answer.record, '$.received.receivedOn')
    FROM plan_answer JOIN request_answer ON request_answer.request = plan_answer.request WHERE plan_answer.plan = ?
    """

  /// System, whether it is changed, now, limit. The time is compared again because a clock may have been set back since.
  static let ready = """
    SELECT deadline, job FROM job_answer WHERE phase = 1 AND system = ? AND changes = ? AND claimable_from <= ?
    ORDER BY deadline, job LIMIT ?
    """

  /// System, whether it is changed, now, limit: those that fell due since the last write.
  static let due = """
    SELECT deadline, job FROM job_answer WHERE phase = 2 AND system = ? AND changes = ? AND claimable_from <= ?
    ORDER BY claimable_from LIMIT ?
    """

  /// System, now, system, now.
  static let changing = """
    SELECT (SELECT count(*) FROM job_answer WHERE phase = 1 AND system = ? AND changes = 1 AND claimable_from <= ?)
      + (SELECT count(*) FROM job_answer WHERE phase = 2 AND system = ? AND changes = 1 AND claimable_from <= ?)
    """

  /// After, after. Jobs of phase 1 lie in the future only when the clock was set back.
  static let nextWake = """
    SELECT min(earliest) FROM (
      SELECT min(claimable_from) AS earliest FROM job_answer
      WHERE phase = 1 AND claimable_from > 0 AND claimable_from > ?
      UNION ALL
      SELECT min(claimable_from) FROM job_answer WHERE phase = 2 AND claimable_from > 0 AND claimable_from > ?)
    """

  /// Job.
  static let byReference = "SELECT record FROM job_answer WHERE job = ?"
}
