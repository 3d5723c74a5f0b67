import CPostgres

/// What runs on the thread of one connection, from dialling to goodbye.
struct ConnectionThread {
  let line: ConnectionLine

  /// Connects, says so, and carries out jobs until there will be no more.
  func run(_ target: PostgresTarget, _ ticket: PostgresJob.Ticket, _ opened: (_ failure: (any Error)?) -> Void) {
    let connection: OpaquePointer
    let seconds: Int
    do {
      seconds = try PostgresDialling.connectSeconds(of: target)
      connection = try PostgresDialling(target: target, ticket: ticket).connect()
    } catch {
      line.end()
      return opened(ticket.isCancelled ? CancellationError() : error)
    }
    line.connected(connection, ticket)
    let session = PostgresSession(connection: connection, line: line)
    do {
      let deadline = MonotonicTime.now.adding(milliseconds: seconds * 1_000)
      try session.apply(PostgresTarget.fixedSettings + target.settings, until: deadline)
      opened(nil)
      while let job = line.next() { job.run(session) }
    } catch {
      opened(ticket.isCancelled ? CancellationError() : error)
    }
    // The duplicate of the socket goes with `end`, after libpq has said goodbye on its own.
    PQfinish(connection)
    line.end()
  }
}
