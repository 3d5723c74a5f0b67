/// Why there is no connection or no answer.
///
/// It carries codes and names of the schema only. The server's message, its detail and the statement are left behind
/// where they arrive: they may quote what is stored about a person.
public struct PostgresError: Error, Hashable, Sendable {
  /// What kind of failure it is, which decides what can be done.
  public enum Kind: String, Hashable, Sendable {
    /// Nobody listens, the name does not resolve, the time ran out, the server starts, stops or is full, or no server
    /// of the list is of the kind that `target_session_attrs` asks for. No statement was sent.
    case cannotConnect
    /// The password is wrong, or the server wants one and none was given.
    case wrongPassword
    /// The server has no such database, or it takes no connections.
    case unknownDatabase
    /// The server does not let this role in: it is unknown, may not log in or connect, or no rule admits it.
    case roleRejected
    /// No TLS was agreed on, the server's certificate is not believed, or ours is not.
    case tls
    /// The connection broke or the server ended it; what the running statement did is unknown.
    case connectionLost
    /// The server refused the statement, which has had no effect. `sqlState` says why.
    case server
    /// A connection parameter or setting is unknown, not allowed here or malformed; nothing was dialled.
    case badTarget
    /// The statement cannot be sent as it is: a NUL character, more than 65,535 values, a `COPY`, or a statement inside
    /// `forEachRow`.
    case badStatement
    /// More than `PostgresConnection.maximumWaiting` calls wait already; nothing was sent.
    case overloaded
  }

  /// The five characters of SQLSTATE; `nil` when the server never answered.
  public let sqlState: String?
  /// What kind of failure it is.
  public let kind: Kind
  /// The schema of the table in question, where the server names one.
  public let schema: String?
  /// The table in question, where the server names one.
  public let table: String?
  /// The column in question, where the server names one.
  public let column: String?
  /// The constraint that was violated, where the server names one.
  public let constraint: String?
  /// The connection parameter or setting that is refused, for `badTarget`.
  public let parameter: String?

  init(
    _ kind: Kind, sqlState: String? = nil, schema: String? = nil, table: String? = nil, column: String? = nil,
    constraint: String? = nil, parameter: String? = nil
  ) {
    self.kind = kind
    self.sqlState = sqlState
    self.schema = schema
    self.table = table
    self.column = column
    self.constraint = constraint
    self.parameter = parameter
  }

  /// SQLSTATE of a statement that was cancelled, by us or by `statement_timeout`.
  public static let queryCanceled = "57014"
  /// SQLSTATE of a statement that waited for a lock longer than `lock_timeout`, or would have with `NOWAIT`.
  public static let lockNotAvailable = "55P03"

  /// What a statement of a cancelled task throws.
  static let cancelled = PostgresError(.server, sqlState: queryCanceled)
}

extension PostgresError: CustomStringConvertible {
  /// What happened, with the names involved, and what to do next.
  public var description: String {
    var names = sqlState.map { ["SQLSTATE \($0)"] } ?? []
    if let table { names.append("table \(schema.map { $0 + "." } ?? "")\(table)") }
    if let column { names.append("column \(column)") }
    if let constraint { names.append("constraint \(constraint)") }
    if let parameter { names.append("parameter \(parameter)") }
    return sentence + (names.isEmpty ? "" : " (" + names.joined(separator: ", ") + ")")
  }

  private var sentence: String {
    switch kind {
    case .cannotConnect:
      "no PostgreSQL server of the kind asked for lets us connect; check host, port, target_session_attrs and that it runs"
    case .wrongPassword: "PostgreSQL refused the password; check role and credential"
    case .unknownDatabase: "PostgreSQL has no such database or it takes no connections; check dbname"
    case .roleRejected: "PostgreSQL does not let this role in; check the role, its right to connect and pg_hba.conf"
    case .tls: "no TLS connection to PostgreSQL; check sslmode, sslrootcert and both certificates"
    case .connectionLost: "the connection to PostgreSQL broke; what the statement did is unknown, look again"
    case .server: "PostgreSQL refused the statement"
    case .badTarget: "a connection parameter or setting cannot be used; correct it"
    case .badStatement: "the statement or one of its values cannot be sent to PostgreSQL"
    case .overloaded: "too many calls wait for this connection already; try again later"
    }
  }
}
