/// Where to connect and how; a password is set apart so that it never stands in a text.
///
/// Nothing but this value decides: environment variables (`PGHOST`, `PGPASSWORD`, `PGOPTIONS` and the rest), service
/// files, `~/.pgpass` and the certificates in `~/.postgresql` have no say. The variables `PGSERVICE`, `PGTZ`,
/// `PGDATESTYLE` and `PGGEQO`, against which libpq knows no parameter, are taken out of the process's environment when
/// a connection is opened.
public struct PostgresTarget: Sendable {
  /// Seconds for one server of the list, TLS and authentication included, where `connect_timeout` is not given.
  public static let defaultConnectSeconds = 10
  /// The longest `connect_timeout` that can be given, in seconds.
  public static let maximumConnectSeconds = 600

  /// libpq's keywords with their values: `host` (several, comma separated, are tried in order), `port`, `dbname`,
  /// `user`, `sslmode`, `sslrootcert`, `sslcert`, `sslkey`, `target_session_attrs`, `connect_timeout` and others.
  ///
  /// What is not given: `sslmode` is `verify-full` (Unix sockets know no TLS and ignore it), `sslrootcert` then is the
  /// system's list of authorities, `port` is 5432, `user` is the Unix user, `dbname` is the user's name. Keepalives
  /// end the wait for a dead host after a minute, `tcp_user_timeout` likewise. Refused are keywords that would bring in
  /// a secret or a file of secrets (`password`, `passfile`, `sslpassword`, `service`), and those this library sets
  /// itself (`client_encoding`, `application_name`, `fallback_application_name`, `options`, `replication`).
  public var parameters: [(String, String)]
  /// The role's password, `nil` if the server asks for none. Never printed.
  public var password: [UInt8]?
  /// What the server shows for this connection in `pg_stat_activity`.
  public var applicationName: String
  /// Run-time settings, such as `statement_timeout` and `lock_timeout`, applied in order after connecting.
  ///
  /// The settings in `PostgresTarget.fixedSettings` cannot be among them.
  public var settings: [(String, String)]

  /// Names everything; nothing is looked up or dialled.
  public init(
    parameters: [(String, String)], password: [UInt8]? = nil, applicationName: String,
    settings: [(String, String)] = []
  ) {
    self.parameters = parameters
    self.password = password
    self.applicationName = applicationName
    self.settings = settings
  }

  /// What holds on every connection, so that a value has one text whatever server, database and role prefer.
  public static let fixedSettings: [(String, String)] = [
    ("DateStyle", "ISO, YMD"), ("IntervalStyle", "iso_8601"), ("TimeZone", "UTC"), ("extra_float_digits", "3"),
    ("bytea_output", "hex"), ("standard_conforming_strings", "on"),
  ]

  /// The value of a keyword, the last one where it is given twice.
  func parameter(_ keyword: String) -> String? { parameters.last { $0.0 == keyword }?.1 }
}

extension PostgresTarget: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Host, port and database; neither user nor password.
  public var description: String {
    let shown = ["host", "port", "dbname"].compactMap { keyword in parameter(keyword).map { "\(keyword) \($0)" } }
    return "PostgreSQL at " + (shown.isEmpty ? "the default place" : shown.joined(separator: ", "))
  }

  /// The same as `description`.
  public var debugDescription: String { description }

  /// Shows nothing of what is inside.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
