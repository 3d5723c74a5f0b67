import ConnectorKit
import ErasureDomain
import Postgres

extension ConnectorFailure {
  /// The failure for an error of PostgreSQL. It carries a code only: messages of a server may quote values.
  init(postgres error: any Error) {
    if let failure = error as? ConnectorFailure {
      self = failure
    } else if error is CancellationError {
      self = .interrupted
    } else if let error = error as? PostgresError {
      self = Self.mapped(error)
    } else {
      self = .permanent(FailureCode("postgresql-unexpected"))
    }
  }

  private static func mapped(_ error: PostgresError) -> ConnectorFailure {
    guard let state = error.sqlState, error.kind == .server else { return unanswered(error.kind) }
    if let known = known(state) { return known }
    switch state.prefix(2) {
    case "08", "57": return .transient(FailureCode("server-gone"), retryAfterSeconds: nil)
    case "53": return .transient(FailureCode("server-exhausted"), retryAfterSeconds: nil)
    case "40": return .transient(FailureCode("rolled-back"), retryAfterSeconds: nil)
    case "58", "XX": return .transient(FailureCode("server-error-\(state.lowercased())"), retryAfterSeconds: nil)
    case "28": return .permanent(FailureCode("login-refused"))
    case "23": return .settle("constraint-refused")
    case "P0": return .settle("raised-by-trigger")
    default: return .permanent(FailureCode("sqlstate-\(state.lowercased())"))
    }
  }

  private static func unanswered(_ kind: PostgresError.Kind) -> ConnectorFailure {
    switch kind {
    case .cannotConnect: .transient(FailureCode("cannot-connect"), retryAfterSeconds: nil)
    case .connectionLost: .transient(FailureCode("connection-lost"), retryAfterSeconds: nil)
    case .wrongPassword: .permanent(FailureCode("wrong-password"))
    case .unknownDatabase: .permanent(FailureCode("unknown-database"))
    case .roleRejected: .permanent(FailureCode("role-rejected"))
    case .tls: .permanent(FailureCode("tls-not-trusted"))
    case .overloaded: .transient(FailureCode("connection-busy"), retryAfterSeconds: nil)
    case .badTarget: .permanent(FailureCode("connection-string-unusable"))
    case .badStatement, .server: .permanent(FailureCode("statement-not-sent"))
    }
  }

  /// SQLSTATE (PostgreSQL manual, appendix A) where its class does not say enough.
  private static func known(_ state: String) -> ConnectorFailure? {
    switch state {
    case "40001": .transient(FailureCode("serialization-failure"), retryAfterSeconds: nil)
    case "40P01": .transient(FailureCode("deadlock"), retryAfterSeconds: nil)
    case "55P03": .transient(FailureCode("lock-timeout"), retryAfterSeconds: nil)
    case "57014": .transient(FailureCode("statement-timeout"), retryAfterSeconds: nil)
    case "57P03": .transient(FailureCode("server-starting"), retryAfterSeconds: nil)
    case "53100": .transient(FailureCode("disk-full"), retryAfterSeconds: nil)
    case "53300": .transient(FailureCode("too-many-connections"), retryAfterSeconds: nil)
    case "25P03": .transient(FailureCode("idle-too-long"), retryAfterSeconds: nil)
    case "25006": .settle("server-is-read-only")
    case "28P01", "28000": .permanent(FailureCode("wrong-password"))
    case "3D000": .permanent(FailureCode("unknown-database"))
    case "42501": .settle("missing-privilege")
    case "42P01": .settle("missing-table")
    case "42703": .settle("missing-column")
    // Checked before: rows came in while we worked.
    case "23503": .transient(FailureCode("row-came-in-between"), retryAfterSeconds: nil)
    case "22P02", "22003", "22007", "22008": .permanent(FailureCode("root-key-unreadable"))
    default: nil
    }
  }
}
