import Foundation
import Glibc
import Postgres

/// A PostgreSQL server of the tests' own, in a temporary folder, on 127.0.0.1 and on a Unix socket.
///
/// Durability is off, memory small, `wal_level` logical. The Unix socket trusts everybody, TCP asks for a password.
/// The server and its folder go with the last reference, and with the process, however that ends.
public final class PostgresServer: Sendable {
  /// The name of the role that may do everything.
  public static let superuser = "postgres"
  /// How long the tests wait to be let in: all of them begin at once, on few processors, and each starts a process.
  public static let connectSeconds = "120"

  /// The port, on 127.0.0.1 and in the name of the Unix socket.
  public let port: Int
  /// The superuser's password.
  public let password: String
  /// The folder with everything; the data is in `data`, the log in `log`.
  public let folder: String
  private let watchdog: ServerWatchdog

  init(folder: String, port: Int, password: String) throws {
    self.folder = folder
    self.port = port
    self.password = password
    watchdog = try ServerWatchdog(folder: folder)
  }

  private static let sharing = Sharing()

  private actor Sharing {
    private var server: Task<PostgresServer, any Error>?

    func get() async throws -> PostgresServer {
      let server = server ?? Task { try await PostgresServer.startPrivate() }
      self.server = server
      return try await server.value
    }
  }

  /// The one server of this process, started by the first call. Leave it running: stop only a private one.
  public static func shared() async throws -> PostgresServer { try await sharing.get() }

  /// The folder of the Unix socket: what `host` says to connect to it.
  public var socketFolder: String { folder }
  /// The folder of the data.
  public var data: String { folder + "/data" }

  // MARK: Databases and roles

  /// A database in UTF-8 of a name that is not used elsewhere, in which the superuser has run the statements given.
  public func newDatabase(_ sql: String = "") async throws -> PostgresDatabase {
    let database = PostgresDatabase(name: "db_" + Self.randomName(), server: self)
    try await run("CREATE DATABASE \(database.name) TEMPLATE template0 ENCODING 'UTF8'")
    if !sql.isEmpty { try await database.run(sql) }
    return database
  }

  /// A role of a name that is not used elsewhere, with a password and the options of `CREATE ROLE`.
  ///
  /// It can be `named` where the server knows a name, as the TLS variant does.
  public func newRole(named name: String? = nil, _ options: String = "LOGIN") async throws -> PostgresRole {
    let role = PostgresRole(name: name ?? "role_" + Self.randomName(), password: Self.randomName())
    try await run("CREATE ROLE \(role.name) \(options) PASSWORD '\(role.password)'")
    return role
  }

  /// Runs one statement as the superuser in the database `postgres`.
  func run(_ sql: String) async throws {
    let target = PostgresTarget(
      parameters: [
        ("host", socketFolder), ("port", String(port)), ("user", Self.superuser), ("dbname", "postgres"),
        ("sslmode", "disable"), ("connect_timeout", Self.connectSeconds),
      ], applicationName: "fixture")
    let connection = try await PostgresConnection.open(target)
    do {
      try await connection.finish { session in _ = try session.execute(sql) }
    } catch {
      await connection.close()
      throw PostgresFixtureFailure("\(sql): \(error)")
    }
    await connection.close()
  }

  // MARK: Starting and stopping

  /// Starts the server again after `stop` or `kill9`; returns when it lets connections in.
  public func start() async throws {
    do {
      try await PostgresPrograms.run("pg_ctl", ["-D", data, "-l", folder + "/log", "-w", "-t", "60", "start"])
    } catch {
      let log = FileManager.default.contents(atPath: folder + "/log") ?? Data()
      throw PostgresFixtureFailure("\(error)\n\(String(decoding: log.suffix(4_000), as: UTF8.self))")
    }
  }

  /// Ends the server and every connection; returns when it is gone. `immediate` is without a checkpoint.
  public func stop(immediate: Bool = false) async throws {
    try await PostgresPrograms.run("pg_ctl", ["-D", data, "-m", immediate ? "immediate" : "fast", "-w", "stop"])
  }

  /// Ends every process of the server by SIGKILL, as a machine that fails does; returns when they are gone.
  public func kill9() throws {
    let processes = try self.processes()
    for process in processes { kill(process, SIGKILL) }
    for process in processes { while try Self.isAlive(process) { sched_yield() } }
    // A zombie that nobody takes away would pass for a running server.
    for lock in [data + "/postmaster.pid", "\(socketFolder)/.s.PGSQL.\(port).lock"] {
      try FileManager.default.removeItem(atPath: lock)
    }
  }

  /// Holds every process of the server still (SIGSTOP), so that it neither answers nor hangs up, or lets them go on.
  public func freeze(_ frozen: Bool = true) throws {
    for process in try processes() { kill(process, frozen ? SIGSTOP : SIGCONT) }
  }

  /// From now on the server processes of new connections can make no file larger than so many bytes, `nil` for any size:
  /// the kernel cuts the write short, as a disk does that is full. Needs no rights on the machine.
  public func limitFiles(to bytes: Int?) async throws {
    let postmaster = try processes()[0]
    let limit = bytes.map { "\($0)" } ?? "unlimited"
    try await PostgresPrograms.runAsOwner(["/usr/bin/prlimit", "--pid", "\(postmaster)", "--fsize=\(limit):"])
  }

  /// The postmaster, first, and its children.
  private func processes() throws -> [pid_t] {
    let lines = try String(contentsOfFile: data + "/postmaster.pid", encoding: .utf8).split(separator: "\n")
    guard let postmaster = lines.first.flatMap({ pid_t($0) }) else {
      throw PostgresFixtureFailure("the server is not running")
    }
    let children = try String(
      contentsOfFile: "/proc/\(postmaster)/task/\(postmaster)/children", encoding: .utf8)
    return [postmaster] + children.split(separator: " ").compactMap { pid_t($0) }
  }

  /// A zombie, which only its parent can take away, is not alive.
  private static func isAlive(_ process: pid_t) throws -> Bool {
    guard let stat = FileManager.default.contents(atPath: "/proc/\(process)/stat"),
      let state = String(decoding: stat, as: UTF8.self).split(separator: ")").last?.first(where: { $0 != " " })
    else { return false }
    return state != "Z" && state != "X"
  }

  static func randomName() -> String {
    var random = SystemRandomNumberGenerator()
    return String(random.next(), radix: 16)
  }
}

/// A role with its password.
public struct PostgresRole: Sendable {
  /// The role's name.
  public let name: String
  /// Its password.
  public let password: String
}
