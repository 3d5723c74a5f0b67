import CPostgres
import Glibc

/// Connects to the first server of a target that lets us in.
///
/// libpq could walk the list on its own, but not say why it failed: it keeps the SQLSTATE of a refused connection to
/// itself. Dialling step by step lets us ask for messages that consist of nothing else, before the server speaks.
struct PostgresDialling {
  /// How long a cancelled opening goes unnoticed, in milliseconds.
  private static let slice = 100

  let target: PostgresTarget
  let ticket: PostgresJob.Ticket

  /// An open connection, which the caller ends by `PQfinish`.
  func connect() throws(PostgresError) -> OpaquePointer {
    guard !target.applicationName.utf8.contains(0) else {
      throw PostgresError(.badTarget, parameter: "application_name")
    }
    try checkSettings()
    let seconds = try Self.connectSeconds(of: target)
    let servers = try self.servers()
    let attributes = target.parameter("target_session_attrs") ?? "any"
    var failures: [PostgresError] = []
    // libpq finds a standby among several by walking the list twice; so do we.
    for wanted in attributes == "prefer-standby" && servers.count > 1 ? ["standby", "any"] : [attributes] {
      for server in servers {
        let text = try ConnectionText(
          target, replacing: server.merging(["target_session_attrs": wanted]) { _, new in new })
        do throws(PostgresError) {
          return try dial(text, seconds: seconds)
        } catch {
          guard error.kind == .cannotConnect || error.kind == .tls, !ticket.isCancelled else { throw error }
          failures.append(error)
        }
      }
    }
    throw failures.first { $0.kind == .tls } ?? failures.first { $0.sqlState != nil } ?? failures.first
      ?? PostgresError(.cannotConnect)
  }

  // MARK: Reading the target

  private func checkSettings() throws(PostgresError) {
    let fixed = Set(PostgresTarget.fixedSettings.map { $0.0.lowercased() } + ["client_encoding"])
    for (name, value) in target.settings
    where fixed.contains(name.lowercased()) || name.utf8.contains(0) || value.utf8.contains(0) {
      throw PostgresError(.badTarget, parameter: name)
    }
  }

  /// How long one server may take to let us in, and then to take our settings.
  static func connectSeconds(of target: PostgresTarget) throws(PostgresError) -> Int {
    guard let text = target.parameter("connect_timeout"), !text.isEmpty else {
      return PostgresTarget.defaultConnectSeconds
    }
    guard let seconds = Int(text), (1...PostgresTarget.maximumConnectSeconds).contains(seconds) else {
      throw PostgresError(.badTarget, parameter: "connect_timeout")
    }
    return seconds
  }

  /// One set of `host`, `hostaddr` and `port` for each server of the list.
  private func servers() throws(PostgresError) -> [[String: String]] {
    let hosts = list("host")
    let addresses = list("hostaddr")
    let ports = list("port")
    guard hosts.count == addresses.count || hosts.count == 1 || addresses.count == 1 else {
      throw PostgresError(.badTarget, parameter: "hostaddr")
    }
    let count = max(hosts.count, addresses.count)
    guard ports.count == count || ports.count == 1 else { throw PostgresError(.badTarget, parameter: "port") }
    return (0..<count).map { number in
      [
        "host": hosts.count == 1 ? hosts[0] : hosts[number],
        "hostaddr": addresses.count == 1 ? addresses[0] : addresses[number],
        "port": ports.count == 1 ? ports[0] : ports[number],
      ]
    }
  }

  private func list(_ keyword: String) -> [String] {
    (target.parameter(keyword) ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }

  // MARK: Dialling

  private func dial(_ text: ConnectionText, seconds: Int) throws(PostgresError) -> OpaquePointer {
    ConnectionText.clearEnvironment()
    let deadline = MonotonicTime.now.adding(milliseconds: seconds * 1_000)
    let started = text.bytes.withUnsafeBytes { bytes in
      bytes.bindMemory(to: CChar.self).baseAddress.flatMap { PQconnectStart($0) }
    }
    guard let connection = started else { throw PostgresError(.cannotConnect) }
    PQsetErrorVerbosity(connection, PQERRORS_SQLSTATE)
    PQsetNoticeProcessor(connection, { _, _ in }, nil)
    if let failure = advance(connection, deadline) {
      PQfinish(connection)
      throw failure
    }
    return connection
  }

  /// Goes on until the connection is open; the failure otherwise.
  private func advance(_ connection: OpaquePointer, _ deadline: MonotonicTime) -> PostgresError? {
    var phase = PQstatus(connection)
    var step = PGRES_POLLING_WRITING
    while phase != CONNECTION_BAD {
      if ticket.isCancelled || deadline.millisecondsLeft == 0 { return PostgresError(.cannotConnect) }
      let events = Int16(step == PGRES_POLLING_WRITING ? POLLOUT : POLLIN)
      var socket = pollfd(fd: PQsocket(connection), events: events, revents: 0)
      guard poll(&socket, 1, Int32(min(Self.slice, deadline.millisecondsLeft))) > 0 else { continue }
      phase = PQstatus(connection)
      step = PQconnectPoll(connection)
      if step == PGRES_POLLING_OK { return nil }
      if step == PGRES_POLLING_FAILED { break }
    }
    return PostgresError(refusedBy: connection, during: phase)
  }
}
