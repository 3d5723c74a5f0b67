import CPostgres
import Glibc

/// The connection string for one server, in libpq's own form, with everything decided that the environment could.
struct ConnectionText {
  /// A path at which there never is a file, for files that libpq would otherwise look for in the home folder.
  /// An empty value means that default to libpq, and `/dev/null` makes it complain on standard error.
  private static let nowhere = "/dev/null/none"
  /// Debian's list of the authorities that the system trusts.
  private static let systemAuthorities = "/etc/ssl/certs/ca-certificates.crt"

  private static let refused: Set<String> = [
    "password", "passfile", "sslpassword", "service", "client_encoding", "application_name",
    "fallback_application_name", "options", "replication",
  ]

  /// One parameter that this libpq knows.
  private struct Option {
    let keyword: String
    let variable: String?
    let compiled: String
  }

  /// The string's bytes with a NUL at the end.
  private(set) var bytes: [UInt8] = []

  /// The text for one server of the target, whose parameters stand for those of the list.
  init(_ target: PostgresTarget, replacing server: [String: String]) throws(PostgresError) {
    let known = Self.options
    for (keyword, value) in target.parameters {
      guard known.contains(where: { $0.keyword == keyword }), !Self.refused.contains(keyword), !value.utf8.contains(0)
      else { throw PostgresError(.badTarget, parameter: keyword) }
    }
    var values: [String: String] = [:]
    for (keyword, value) in target.parameters { values[keyword] = value }
    values.merge(server) { _, new in new }
    // An empty value means the same to libpq as none.
    values = values.filter { !$0.value.isEmpty }
    values.merge(Self.ours(target, values)) { given, _ in given }
    for option in known where option.keyword != "service" {
      if let value = values[option.keyword] {
        add(option.keyword, Array(value.utf8))
      } else if let variable = option.variable, getenv(variable) != nil {
        add(option.keyword, Array(option.compiled.utf8))
      }
    }
    if let password = target.password {
      guard !password.contains(0) else { throw PostgresError(.badTarget, parameter: "password") }
      add("password", password)
    }
    bytes.append(0)
  }

  private static func ours(_ target: PostgresTarget, _ given: [String: String]) -> [String: String] {
    let mode = given["sslmode"] ?? "verify-full"
    return [
      "port": "5432", "sslmode": mode, "passfile": nowhere, "sslcert": nowhere, "sslkey": nowhere, "sslcrl": nowhere,
      "sslrootcert": mode.hasPrefix("verify-") ? systemAuthorities : nowhere, "gssencmode": "disable",
      "keepalives": "1", "keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3",
      "tcp_user_timeout": "60000", "client_encoding": "UTF8", "application_name": target.applicationName,
    ]
  }

  private mutating func add(_ keyword: String, _ value: [UInt8]) {
    bytes.append(contentsOf: keyword.utf8)
    bytes.append(contentsOf: "='".utf8)
    for byte in value {
      if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
      bytes.append(byte)
    }
    bytes.append(contentsOf: "' ".utf8)
  }

  /// The parameters of the installed libpq, from its own list: a newer one knows more of them, and more variables.
  private static let options: [Option] = {
    guard let list = PQconninfoParse("", nil) else { return [] }
    defer { PQconninfoFree(list) }
    var options: [Option] = []
    var place = list
    while let keyword = place.pointee.keyword {
      let variable = place.pointee.envvar.map { String(cString: $0) }
      let compiled = place.pointee.compiled.map { String(cString: $0) }
      options.append(Option(keyword: String(cString: keyword), variable: variable, compiled: compiled ?? ""))
      place += 1
    }
    return options
  }()

  /// Takes the variables out of the environment that libpq reads without a parameter against them.
  static func clearEnvironment() {
    for name in ["PGSERVICE", "PGTZ", "PGDATESTYLE", "PGGEQO"] where getenv(name) != nil { unsetenv(name) }
  }
}
