import ConnectorKit
import ErasureDomain
import GRDB

extension ConnectorFailure {
  /// The failure for an error of SQLite. It carries a code only: messages of SQLite may quote values.
  init(sqlite error: any Error) {
    if let failure = error as? ConnectorFailure {
      self = failure
    } else if error is CancellationError {
      self = .interrupted
    } else if let error = error as? DatabaseError {
      self = Self.mapped(error)
    } else {
      self = .permanent(FailureCode("sqlite-unexpected"))
    }
  }

  private static func mapped(_ error: DatabaseError) -> ConnectorFailure {
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED: .transient(FailureCode("database-locked"), retryAfterSeconds: nil)
    case .SQLITE_FULL: .transient(FailureCode("disk-full"), retryAfterSeconds: nil)
    case .SQLITE_IOERR: .transient(FailureCode("io-error"), retryAfterSeconds: nil)
    case .SQLITE_NOMEM: .transient(FailureCode("out-of-memory"), retryAfterSeconds: nil)
    case .SQLITE_INTERRUPT, .SQLITE_ABORT: .interrupted
    case .SQLITE_NOTADB: .permanent(FailureCode("not-a-database"))
    case .SQLITE_CORRUPT: .permanent(FailureCode("database-corrupt"))
    case .SQLITE_CANTOPEN: .permanent(FailureCode("cannot-open"))
    case .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH: .permanent(FailureCode("not-writable"))
    case .SQLITE_CONSTRAINT where error.extendedResultCode == .SQLITE_CONSTRAINT_FOREIGNKEY:
      .settle("foreign-key-refused")
    case .SQLITE_CONSTRAINT: .settle("constraint-refused")
    default: .permanent(FailureCode("sqlite-\(error.extendedResultCode.rawValue)"))
    }
  }

  /// A person must settle what the code names, then let it be tried again.
  static func settle(_ code: String) -> ConnectorFailure {
    .needsOfficer(Question(code: .other, detail: FailureCode(code)))
  }
}
