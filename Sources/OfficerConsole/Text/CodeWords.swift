import ErasureDomain

/// What the codes of databases mean, and what to do next: entries and questions carry codes only.
enum CodeWords {
  /// One sentence or two; nothing for a code of another kind of system.
  static func sentence(for code: FailureCode) -> String? {
    if let sentence = sentences[code.rawValue] { return sentence }
    return families.first { code.rawValue.hasPrefix($0.prefix) }?.sentence
  }

  /// Codes that end in the number of an error.
  static let families: [(prefix: String, sentence: String)] = [
    ("server-error-", "The server reports a fault of its own; it is tried again. Its log says more."),
    ("sqlstate-", "The server refused a statement; look the number up in PostgreSQL's list of errors, then retry."),
    ("sqlite-", "SQLite refused a statement; look the number up in its list of result codes, then retry."),
  ]

  static let sentences: [String: String] = connections.merging(rights) { $1 }.merging(contention) { $1 }
    .merging(outcomes) { $1 }.merging(register) { $1 }.merging(rows) { $1 }.merging(storage) { $1 }

  // MARK: Reaching it

  private static let connections = [
    "cannot-connect": "The server does not answer; it is tried again. Look whether it runs and can be reached.",
    "connection-lost": "The connection broke off; nothing was committed. It is tried again.",
    "connection-busy": "Too many calls wait for one connection; it is tried again.",
    "server-gone": "The server was shut down or ended our connection; it is tried again.",
    "server-starting": "The server is starting; it is tried again.",
    "server-exhausted":
      "The server has no memory, disk or connections left; it is tried again. Tell its administrator.",
    "too-many-connections": "The server takes no more connections; it is tried again. Raise its limit if this lasts.",
    "wrong-password": "The server refuses user or password; correct the credential, reload the daemon, then retry.",
    "login-refused": "The server refuses the user; look at pg_hba.conf and the credential, then retry.",
    "role-rejected": "The server lets this user in from nowhere here; look at pg_hba.conf, then retry.",
    "unknown-database":
      "The server has no database of that name; correct the credential, reload the daemon, then retry.",
    "tls-not-trusted": "The server's certificate is not trusted; correct sslrootcert or the certificate, then retry.",
    "tls-not-verified": "A server that is not on this machine needs sslmode=verify-full; correct the credential.",
    "credential-missing": "The daemon has no credential of that name; give it one, reload the daemon, then retry.",
    "connection-string-unreadable": "The credential is no text; write a connection string of libpq, then retry.",
    "connection-string-incomplete": "The credential lacks host, user or database; complete it, then retry.",
    "connection-string-unusable": "The credential says something that is not allowed; correct it, then retry.",
    "server-is-read-only":
      "The server is a standby; name the primary in the credential (target_session_attrs), then retry.",
    "file-missing": "There is no file of that name; correct settings: {file: ..}, or bring it back, then retry.",
    "file-empty": "The file is empty, so it is no database yet; correct settings: {file: ..}, then retry.",
    "not-a-file": "The name is that of a folder; correct settings: {file: ..}, then retry.",
    "not-a-database": "The file is no SQLite database; correct settings: {file: ..}, then retry.",
    "cannot-open": "The file cannot be opened; let the daemon's user read and write it and its folder, then retry.",
    "not-writable": "The file or its folder cannot be written; let the daemon's user do it, then retry.",
    "database-corrupt": "The database is damaged; restore it from a backup, then retry.",
    "io-error": "The disk failed to read or write; it is tried again. Look at the machine's log.",
    "out-of-memory": "The machine has no memory left; it is tried again.",
    "disk-full": "The disk is full; nothing was committed. It is tried again: make room.",
    "table-missing": "The table went away while it was read; search again.",
    "mark-needs-key":
      "A row to be marked has no key by which it could be put back; give the table a primary key, then retry.",
    "mark-not-seen": "After marking, a look still saw rows without the mark; it is tried again.",
    "not-readable": "A value cannot be read; look at the table with the database's own tools.",
  ]

  // MARK: Rights

  private static let rights = [
    "missing-privilege": "A right is missing; `expunge register sql SYSTEM` prints every GRANT. Run them, then retry.",
    "missing-function": "The function that erase: {call: ..} names is not there; create it, then retry.",
    "eraser-unknown": "The database has no user as the erasing credential names it; create it, then retry.",
    "rows-hidden":
      "Row-level security hides rows from us; give the user BYPASSRLS or a policy that shows all, then retry.",
  ]

  // MARK: Others at work

  private static let contention = [
    "lock-timeout":
      "Somebody held a row or table for longer than five seconds; we stepped back, and it is tried again.",
    "statement-timeout": "A statement took too long and was ended; it is tried again. A missing index is likely.",
    "idle-too-long": "The transaction stood still for too long and the server ended it; it is tried again.",
    "deadlock": "Two transactions waited for each other, and ours gave way; it is tried again.",
    "serialization-failure": "Somebody changed the same rows meanwhile; nothing was committed, and it is tried again.",
    "rolled-back": "The server rolled the transaction back; it is tried again.",
    "row-came-in-between":
      "A row that references the person came in meanwhile; nothing was committed. It is tried again.",
    "another-erasure-runs": "Another erasure is at work in this database; it is tried again.",
    "transaction-in-progress": "Our own transaction has not ended yet; it is looked at again.",
    "too-many-active":
      "More connections are active than pause: {active-percent} allows; it is tried again in a minute.",
    "replica-lags": "A standby lags more than pause: {lag-seconds} allows; it is tried again in a minute.",
    "replica-behind": "A standby has not replayed the erasure yet; it is looked at again.",
    "database-locked": "Another program holds the database; it is tried again.",
    "deadline-passed": "The time of the call or the system's hours were over; it is tried again in its time.",
  ]

  // MARK: What became of it

  private static let outcomes = [
    "commit-unanswered":
      "The answer to COMMIT was lost; the next attempt asks what became of it before it does anything.",
    "stopped-between-parts":
      "Some parts are erased and the rest is not; the next attempt goes on and counts all of them.",
    "checkpoint-busy":
      "A program that reads keeps old pages in the write-ahead log; it is tried again until it lets go.",
    "change-ignored": "A trigger or rule took our change back; nothing was committed. Ask who owns it, then retry.",
    "constraint-refused": "A rule of a table refused the change; correct keep-columns or the rule, then plan again.",
    "foreign-key-refused": "A row that stays references one that goes; register its table, then plan again.",
    "raised-by-trigger": "A trigger of the database refused the change; ask who owns it, then retry.",
    "call-differs":
      "The function deleted or changed other rows than it was given; all of it was rolled back. Correct it, then "
      + "retry.",
    "call-not-supported": "This database has no functions to call; write erase: delete, then plan again.",
    "statement-not-sent": "The statement could not be sent; report it with the job's history.",
    "postgresql-unexpected": "Something failed that has no name yet; report it with the job's history, then retry.",
    "sqlite-unexpected": "Something failed that has no name yet; report it with the job's history, then retry.",
    "verb-unknown": "This kind of system cannot do what the job asks; make another plan.",
    "identifier-missing": "The request holds nothing to search with; add an identifier, then plan again.",
    "identifier-empty": "An identifier is empty and would match every empty column; correct the request.",
    "kept-rows-missing": "The follow-up lacks the keys of its rows; look at the keyring with `expunge check --deep`.",
    "not-due-yet": "The day of these rows has not come; look at the machine's clock.",
  ]

  // MARK: The register and the schema

  private static let register = [
    "no-datasets": "No dataset says which tables hold a person; `expunge register draft SYSTEM` proposes them.",
    "missing-table":
      "A table of the register is not there, or not visible to this user; correct its dataset, then plan again.",
    "missing-column": "A column of the register is not there; correct its dataset, then plan again.",
    "not-a-table": "A dataset names a view; name the table its rows are stored in, then plan again.",
    "names-a-partition": "A dataset names a partition; name the table it is a part of, then plan again.",
    "tables-inherit": "Other tables inherit from a table of the register; name each of them, then plan again.",
    "no-key": "A table has no key by which an approval could name its rows; add one, then plan again.",
    "table-without-key": "A table has no key by which its rows could be read in order; add one, then try again.",
    "column-not-comparable": "A column of find holds documents or bytes; name another column, then plan again.",
    "types-differ": "Two columns of belongs-to cannot be compared; correct them, then plan again.",
    "key-not-kept": "Rows that stay would lose what they are found by; add it to keep-columns, then plan again.",
    "key-survives": "Anonymised rows would keep their key; take it out of keep-columns, then plan again.",
    "column-cannot-be-overwritten": "A column has no value that says nothing; add it to keep-columns, then plan again.",
    "anonymity-not-given": "Anonymised rows would keep a document; take it out of keep-columns, then plan again.",
    "restriction-not-enforced": "No policy enforces the restricted role; let the owner make one, then plan again.",
    "blocker-unreadable": "The query of a blocker cannot be run; correct it, or give the right to read its tables.",
    "unregistered-reference":
      "A table in no dataset references the person's rows; `expunge plan` prints the lines to add.",
    "trigger-copies": "A trigger copies rows into a table in no dataset; add it to the register, then plan again.",
    "overwrite-refused": "A rule of a table refuses what overwritten rows get; add its columns to keep-columns.",
  ]

  // MARK: The rows

  private static let rows = [
    "root-key-unreadable": "The key of an approved record does not fit its table any more; make a new plan.",
    "key-null": "A record has no value in its key; correct the data, then plan again.",
    "empty-keys": "Records have no value in their key, so they cannot be read in order; correct the data.",
    "record-changed": "A record holds somebody else's identifiers by now, or none; look at it, then make a new plan.",
    "rows-to-minimise": "More kept rows would be minimised than were approved; make a new plan.",
    "start-unreadable": "A row's start is no date; correct the data, or name another start, then plan again.",
    "kept-row-needs-parent": "A row that must stay references one that goes; reduce that one while it is kept.",
    "reference-stays": "A row that stays references one that goes; add belongs-to, or leave that record out.",
    "row-in-two-datasets": "Two datasets find one row; make one dataset of them, then plan again.",
    "group-too-small": "Anonymised rows would be among too few; keep fewer columns, then plan again.",
    "identifier-survives":
      "Something of the person would stay in anonymised rows; keep fewer columns, then plan again.",
    "too-many-records": "More records are found than one person has; correct find, then plan again.",
    "too-many-rows":
      "More rows are found than can be listed; let them go as a whole, with one belongs-to and no yields.",
    "too-much-to-export":
      "More is found than a package holds; waive this system (expunge package waived) and give the person a copy by hand.",
    "too-many-kept": "More rows stay than keys can be sealed for; erase in several plans.",
  ]

  // MARK: On disk

  private static let storage = [
    "old-snapshot":
      "An open transaction still sees the erased rows, so the tables were not rewritten; end it, rewrite by hand.",
    "too-large": "A table is larger than rewrite: {largest-megabytes}; rewrite it by hand.",
    "not-rewritten": "The user of the credential for rewriting does not own the tables; give it their owner.",
    "no-table": "A table that was to be rewritten is not there any more.",
    "statistics-kept": "The planner's statistics of an emptied table were kept; run VACUUM FULL on them by hand.",
    "log-unknown": "The files of the write-ahead log cannot be listed; a superuser can.",
    "log-is-sent": "A standby or receiver gets the write-ahead log, so it holds the rows for a while.",
    "log-is-kept":
      "Files of the write-ahead log from before the erasure are still there; they go with later checkpoints.",
    "log-is-archived": "The write-ahead log is archived; see how long archives are kept.",
    "log-is-recycled": "Files of the write-ahead log are used again with old bytes; set wal_recycle = off.",
    "checkpoint-not-past": "No checkpoint is past the erasure yet; it comes by itself.",
    "secure-delete-refused":
      "This SQLite does not overwrite what it deletes; nothing was touched. Use a build that does.",
    "foreign-keys-refused": "This SQLite does not check references; nothing was touched. Use a build that does.",
  ]
}
