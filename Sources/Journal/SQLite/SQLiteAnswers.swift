import ErasureDomain
import GRDB

/// The answering tables behind the fold, and the statements that write them. Used inside the write transaction.
struct SQLiteAnswers: JournalAnswers {
  let db: Database
  let known: KnownRecords

  init(db: Database, known: KnownRecords = KnownRecords()) {
    self.db = db
    self.known = known
  }

  func log() throws -> LogRecord {
    try db.record(LogRecord.self, "SELECT record FROM log_answer WHERE id = 1", [], known) ?? LogRecord()
  }

  func request(_ reference: RequestReference) throws -> RequestRecord? {
    try db.record(
      RequestRecord.self, "SELECT record FROM request_answer WHERE request = ?", [reference.text], known)
  }

  func plan(_ reference: PlanReference) throws -> PlanRecord? {
    try db.record(PlanRecord.self, "SELECT record FROM plan_answer WHERE plan = ?", [reference.text], known)
  }

  func job(_ reference: JobReference) throws -> JobRecord? {
    try db.record(JobRecord.self, "SELECT record FROM job_answer WHERE job = ?", [reference.text], known)
  }

  func jobs(of plan: PlanReference) throws -> [JobRecord] {
    try db.records(
      JobRecord.self, "SELECT record FROM job_answer WHERE plan = ? ORDER BY ordinal", [plan.text], known)
  }

  /// The jobs of a plan, in the plan's order.
  func references(of plan: PlanReference) throws -> [JobReference] {
    try String.fetchAll(
      db.cachedStatement(sql: "SELECT job FROM job_answer WHERE plan = ? ORDER BY ordinal"), arguments: [plan.text]
    ).map { text in
      guard let job = JobReference(text) else { throw JournalFailure.corrupt(at: nil) }
      return job
    }
  }

  func artifact(_ digest: ContentDigest) throws -> [UInt8]? {
    try db.bytes("SELECT bytes FROM artifact WHERE digest = ?", [digest.bytes.data])
  }

  func put(_ record: LogRecord) throws {
    try db.run(
      "INSERT INTO log_answer (id, record) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record",
      [try StoredRecord.text(record, known)])
  }

  func put(_ record: RequestRecord) throws {
    // Its plan matters in one state alone, and every entry of a plan is its request's too.
    let newest = record.state == .verified ? record.plan : nil
    let plan = try newest.flatMap { reference in try self.plan(reference) }
    try db.run(
      """
      INSERT INTO request_answer
        (number, request, state, record, stage, work_to, concluded_at, objection_at, measured, unacknowledged)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (number) DO UPDATE SET state = excluded.state, record = excluded.record, stage = excluded.stage,
        work_to = excluded.work_to, concluded_at = excluded.concluded_at, objection_at = excluded.objection_at,
        measured = excluded.measured, unacknowledged = excluded.unacknowledged
      """,
      [
        record.number, record.request.text, record.state.word, try StoredRecord.text(record, known),
        record.stage(with: plan)?.rawValue, record.workToWhileOpen?.daysSince1970,
        record.state.keepsVault ? record.concludedAt?.secondsSince1970 : nil,
        record.objectionOpenSince?.secondsSince1970, record.hasOpenMeasures, record.wantsAcknowledgement,
      ])
  }

  func put(_ record: PlanRecord) throws {
    try db.run(
      """
      INSERT INTO plan_answer (plan, request, state, waits, record) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (plan) DO UPDATE SET state = excluded.state, waits = excluded.waits, record = excluded.record
      """,
      [
        record.plan.text, record.request.text, record.state.word, record.waitsForSignatures,
        try StoredRecord.text(record, known),
      ])
  }

  func put(_ record: JobRecord, ordinal: Int?) throws {
    try put(record, ordinal: ordinal, at: UTCTime(secondsSince1970: 0))
  }

  /// Writes the row of a job; `now` decides whether it may be claimed already.
  private func put(_ record: JobRecord, ordinal: Int?, at now: UTCTime) throws {
    let from = record.claimableFrom
    let phase = from.map { $0 <= now ? 1 : 2 } ?? 0
    // Nobody reads it before the next entry of the job: the writer keeps the record itself.
    let text = try StoredRecord.text(record)
    guard let ordinal else {
      return try db.run(
        """
        UPDATE job_answer SET state = ?, waits = ?, phase = ?, claimable_from = ?, deadline = ?, asks = ?,
          worries_at = ?, record = ?
        WHERE job = ?
        """,
        [
          record.state.word, record.waitsForPerson, phase, from?.secondsSince1970, record.deadline.secondsSince1970,
          record.asks, record.worriesAt?.secondsSince1970, text, record.job.text,
        ])
    }
    try db.run("INSERT INTO job_system (system) VALUES (?) ON CONFLICT DO NOTHING", [record.system.description])
    try db.run(
      """
      INSERT INTO job_answer
        (job, plan, ordinal, system, changes, state, waits, phase, claimable_from, deadline, asks, worries_at, record)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        record.job.text, record.plan.text, ordinal, record.system.description, record.verb.changesSystem,
        record.state.word, record.waitsForPerson, phase, from?.secondsSince1970, record.deadline.secondsSince1970,
        record.asks, record.worriesAt?.secondsSince1970, text,
      ])
  }

  /// Writes which entries are about which request and job.
  func write(_ entries: [IndexedEntry]) throws {
    for entry in entries {
      let index = Int64(clamping: entry.index)
      if let request = entry.entry.subject.request {
        try db.run("INSERT INTO request_entry (request, idx) VALUES (?, ?)", [request.text, index])
      }
      if let job = entry.entry.subject.job {
        try db.run("INSERT INTO job_entry (job, idx) VALUES (?, ?)", [job.text, index])
      }
    }
  }

  /// Writes what a group of appends changed.
  func write(_ changes: AnswerChanges, at now: UTCTime) throws {
    for (digest, bytes) in changes.artifacts {
      try db.run(
        "INSERT INTO artifact (digest, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING", [digest.bytes.data, bytes.data])
    }
    for digest in changes.destroyed {
      try db.run("DELETE FROM artifact WHERE digest = ?", [digest.bytes.data])
    }
    if let log = changes.log { try put(log) }
    // New plans first: the table numbers them in the order in which they came.
    for plan in changes.newPlans { if let record = changes.plans[plan] { try put(record) } }
    let new = Set(changes.newPlans)
    for record in changes.plans.values where !new.contains(record.plan) { try put(record) }
    // Behind the plans: what a request waits for is seen with its plan.
    for record in changes.requests.values { try put(record) }
    for change in changes.jobs.values { try put(change.record, ordinal: change.ordinal, at: now) }
  }

  /// The most jobs that one write moves to those that may be claimed; `SQLiteReader.ready` finds the rest.
  static let promotionLimit = 1_024

  /// Moves jobs that fell due to those that may be claimed, the longest due first. Costs a look in an index when
  /// nothing fell due.
  func promote(at now: UTCTime, limit: Int = Self.promotionLimit) throws {
    try db.run(JobQueries.promote, [now.secondsSince1970, limit])
  }
}
