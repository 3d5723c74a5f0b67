import GRDB

/// The tables of `journal.db`. A migration is never edited once it was released; a new one gets a new name.
enum JournalSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("journal-1-log") { db in
      try db.execute(sql: log)
      for table in ["entry", "node", "checkpoint", "cosignature", "publication"] {
        try db.execute(sql: refusing("UPDATE", table) + refusing("DELETE", table))
      }
      // An artifact may be destroyed, never changed.
      try db.execute(sql: refusing("UPDATE", "artifact"))
    }
    migrator.registerMigration("journal-1-answers") { db in
      try db.execute(sql: answers)
    }
    // Filled when the tables are made anew, which a raised `AnswersRebuilding.version` sees to.
    migrator.registerMigration("journal-2-changing-jobs") { db in
      try db.execute(sql: changingJobs)
    }
    migrator.registerMigration("journal-3-time-stamps") { db in
      try db.execute(sql: timeStamps + refusing("UPDATE", "time_stamp") + refusing("DELETE", "time_stamp"))
    }
    // Filled in the same way.
    migrator.registerMigration("journal-3-work") { db in
      try db.execute(sql: work)
    }
    // Filled in the same way.
    migrator.registerMigration("journal-4-lists") { db in
      try db.execute(sql: lists)
    }
    migrator.registerMigration("journal-5-authorities") { db in
      try db.execute(
        sql: authorities + refusing("UPDATE", "stamp_authorities") + refusing("DELETE", "stamp_authorities"))
    }
    return migrator
  }

  /// The truth: entries and the complete subtrees over them, signed checkpoints, and what entries name.
  private static let log = """
    CREATE TABLE entry (idx INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
    CREATE TABLE node (
      level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, idx)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note BLOB NOT NULL) STRICT;
    CREATE TABLE cosignature (
      size INTEGER NOT NULL, witness TEXT NOT NULL, line TEXT NOT NULL, PRIMARY KEY (size, witness, line)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE publication (
      size INTEGER NOT NULL, place TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (size, place, at)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE artifact (digest BLOB PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
    """

  /// What answers queries: written with the entries, and the same as their fold (`Journal.compareAnswersWithFold`).
  /// `record` is the canonical JSON of the whole record, the other columns are what queries look by.
  ///
  /// Claiming must cost the same at a thousand and at ten million jobs, but "claimable by now, nearest deadline first"
  /// orders by two things. So a job has a phase: 1 when its time had come at the last write (`job_ready` gives the
  /// nearest deadline of a system at once), 2 while its time is still to come, 0 while it waits for something else than
  /// time. Each write moves jobs that fell due from 2 to 1; those that fell due since are few and `job_due` finds them.
  private static let answers = """
    CREATE TABLE answer_version (version INTEGER PRIMARY KEY) STRICT;
    CREATE TABLE log_answer (id INTEGER PRIMARY KEY CHECK (id = 1), record TEXT NOT NULL) STRICT;
    CREATE TABLE request_answer (
      number INTEGER PRIMARY KEY, request TEXT NOT NULL UNIQUE, state TEXT NOT NULL, record TEXT NOT NULL
    ) STRICT;
    CREATE INDEX request_state ON request_answer (state, number);
    CREATE TABLE plan_answer (
      ordinal INTEGER PRIMARY KEY, plan TEXT NOT NULL UNIQUE, request TEXT NOT NULL, state TEXT NOT NULL,
      record TEXT NOT NULL
    ) STRICT;
    CREATE INDEX plan_request ON plan_answer (request, ordinal);
    CREATE INDEX plan_state ON plan_answer (state, ordinal);
    CREATE TABLE job_answer (
      job TEXT PRIMARY KEY, plan TEXT NOT NULL, ordinal INTEGER NOT NULL, system TEXT NOT NULL, state TEXT NOT NULL,
      waits INTEGER NOT NULL, phase INTEGER NOT NULL, claimable_from INTEGER, deadline INTEGER NOT NULL,
      record TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX job_plan ON job_answer (plan, ordinal);
    CREATE INDEX job_state ON job_answer (state, deadline, job);
    CREATE INDEX job_waits ON job_answer (deadline, job) WHERE waits = 1;
    CREATE INDEX job_ready ON job_answer (system, deadline, job, claimable_from) WHERE phase = 1;
    CREATE INDEX job_due ON job_answer (system, claimable_from, deadline, job) WHERE phase = 2;
    CREATE INDEX job_wake ON job_answer (phase, claimable_from) WHERE claimable_from > 0;
    CREATE TABLE job_system (system TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TABLE request_entry (
      request TEXT NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (request, idx)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE job_entry (
      job TEXT NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (job, idx)
    ) STRICT, WITHOUT ROWID;
    """

  /// Jobs that change their system are found apart from those that do not: their owner may have stopped them.
  private static let changingJobs = """
    ALTER TABLE job_answer ADD COLUMN changes INTEGER NOT NULL DEFAULT 0;
    DROP INDEX job_ready;
    DROP INDEX job_due;
    CREATE INDEX job_ready ON job_answer (system, changes, deadline, job, claimable_from) WHERE phase = 1;
    CREATE INDEX job_due ON job_answer (system, changes, claimable_from, deadline, job) WHERE phase = 2;
    """

  /// Answers of time-stamping authorities, by the bytes of the checkpoint that they are about.
  private static let timeStamps = """
    CREATE TABLE time_stamp (
      size INTEGER NOT NULL, imprint BLOB NOT NULL, reply BLOB NOT NULL, authorities BLOB NOT NULL,
      PRIMARY KEY (size, imprint)
    ) STRICT, WITHOUT ROWID;

    """

  /// What was trusted for time stamps, once for all that have the same: `time_stamp.authorities` is its digest. Rows of before
  /// this table have the bytes themselves.
  private static let authorities = """
    CREATE TABLE stamp_authorities (digest BLOB PRIMARY KEY, bytes BLOB NOT NULL) STRICT;

    """

  /// What the first screen and the lists of requests look by. Each index holds only what is open or waits, so that closed
  /// requests and settled jobs cost nothing, and an ordinary change of a job touches none of them.
  private static let work = """
    ALTER TABLE request_answer ADD COLUMN stage TEXT;
    ALTER TABLE request_answer ADD COLUMN work_to INTEGER;
    ALTER TABLE request_answer ADD COLUMN concluded_at INTEGER;
    ALTER TABLE request_answer ADD COLUMN objection_at INTEGER;
    ALTER TABLE plan_answer ADD COLUMN waits INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE job_answer ADD COLUMN asks TEXT;
    ALTER TABLE job_answer ADD COLUMN worries_at INTEGER;
    CREATE INDEX request_due ON request_answer (work_to, number) WHERE work_to IS NOT NULL;
    CREATE INDEX request_open ON request_answer (number) WHERE work_to IS NOT NULL;
    CREATE INDEX request_closed ON request_answer (number) WHERE work_to IS NULL;
    CREATE INDEX request_stage ON request_answer (stage, work_to, number) WHERE stage IS NOT NULL;
    CREATE INDEX request_concluded ON request_answer (concluded_at) WHERE concluded_at IS NOT NULL;
    CREATE INDEX request_objection ON request_answer (objection_at) WHERE objection_at IS NOT NULL;
    CREATE INDEX plan_waits ON plan_answer (ordinal) WHERE waits = 1;
    CREATE INDEX job_asks ON job_answer (system, asks) WHERE asks IS NOT NULL;
    CREATE INDEX job_worries ON job_answer (worries_at, system, deadline) WHERE worries_at IS NOT NULL;
    """

  /// The list of silent jobs goes on from a job, so that it stands behind the time; what the rounds of the daemon look for
  /// has indexes of its own.
  private static let lists = """
    ALTER TABLE request_answer ADD COLUMN measured INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE request_answer ADD COLUMN unacknowledged INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX request_measured ON request_answer (number) WHERE measured = 1;
    CREATE INDEX request_unacknowledged ON request_answer (number) WHERE unacknowledged = 1;
    DROP INDEX job_worries;
    CREATE INDEX job_worries ON job_answer (worries_at, job, system, deadline) WHERE worries_at IS NOT NULL;
    """

  /// The tables of the second migration that hold answers, for making them anew.
  static let answerTables = [
    "answer_version", "log_answer", "request_answer", "plan_answer", "job_answer", "job_system", "request_entry",
    "job_entry",
  ]

  private static func refusing(_ event: String, _ table: String) -> String {
    """
    CREATE TRIGGER \(table)_no_\(event.lowercased()) BEFORE \(event) ON \(table)
    BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END;

    """
  }
}
