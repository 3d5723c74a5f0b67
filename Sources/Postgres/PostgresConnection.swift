import CPostgres

/// A connection on a dedicated thread of its own, never on Swift's cooperative pool. One call at a time; calls queue.
///
/// A transaction may span several calls. Nothing is logged, and the server's notices are dropped: they may quote what
/// is stored about a person.
public final class PostgresConnection: Sendable {
  /// The largest number of calls that may wait for their turn; one more is `PostgresError.Kind.overloaded`.
  public static let maximumWaiting = 1_000

  private let line: ConnectionLine

  private init(line: ConnectionLine) {
    self.line = line
  }

  deinit { line.close() }

  /// Connects, applies `PostgresTarget.fixedSettings` and the target's own settings.
  ///
  /// Where the target names several servers they are tried in order, each for `connect_timeout`; after a server has
  /// refused us no further one is asked. Cancelling the task ends it within a moment with `CancellationError`; only the
  /// resolution of a name runs to its end.
  public static func open(_ target: PostgresTarget) async throws -> PostgresConnection {
    let line = ConnectionLine(limit: maximumWaiting)
    let ticket = PostgresJob.Ticket()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<PostgresConnection, any Error>) in
        let isStarted = OwnThread.start {
          ConnectionThread(line: line).run(target, ticket) { failure in
            if let failure {
              continuation.resume(throwing: failure)
            } else {
              continuation.resume(returning: PostgresConnection(line: line))
            }
          }
        }
        if !isStarted { continuation.resume(throwing: PostgresError(.cannotConnect)) }
      }
    } onCancel: {
      line.cancel(ticket)
    }
  }

  /// Takes over the application name and the settings of a target that differs in nothing else from the one it was
  /// opened with; settings of the earlier target that are not among them stay.
  ///
  /// A server that does not answer in `connect_timeout` seconds, or has ended the connection meanwhile, loses it with
  /// `PostgresError.Kind.cannotConnect`; on one that was closed it is `connectionLost`.
  public func adopt(_ target: PostgresTarget) async throws {
    let seconds = try PostgresDialling.connectSeconds(of: target)
    try await perform { session in
      try session.apply(
        [("application_name", target.applicationName)] + target.settings,
        until: MonotonicTime.now.adding(milliseconds: seconds * 1_000))
    }
  }

  /// Runs the blocking body on the connection's thread and returns what it returns or throws.
  ///
  /// Cancelling the task takes a waiting call out of the queue and cancels a running statement, which then throws
  /// SQLSTATE 57014; if none runs, the next one does so without being sent, unless it is a `ROLLBACK`. What the body
  /// does after that runs to its end, so that it can tidy up. When the body throws that error, `perform` throws
  /// `CancellationError`; what a body returns in spite of cancelling is returned. A server that does not end a
  /// cancelled statement within ten seconds loses the connection, with `PostgresError.Kind.connectionLost`.
  @discardableResult public func perform<T: Sendable>(_ body: @escaping @Sendable (PostgresSession) throws -> T)
    async throws -> T
  {
    let ticket = PostgresJob.Ticket()
    do {
      return try await withTaskCancellationHandler {
        try await run(ticket, body)
      } onCancel: {
        line.cancel(ticket)
      }
    } catch let error as PostgresError where error.sqlState == PostgresError.queryCanceled && ticket.isCancelled {
      throw CancellationError()
    }
  }

  /// As `perform`, but its end must be known, as that of a `COMMIT`: cancelling the task does not cancel it.
  @discardableResult public func finish<T: Sendable>(_ body: @escaping @Sendable (PostgresSession) throws -> T)
    async throws -> T
  {
    try await run(PostgresJob.Ticket(), body)
  }

  /// Carries out what waits, says goodbye to the server, and returns when the thread has let go of the connection.
  ///
  /// An open transaction is rolled back by the server. Later calls throw `PostgresError.Kind.connectionLost`.
  /// The last reference does the same without being waited for.
  public func close() async { await line.closed() }

  private func run<T: Sendable>(
    _ ticket: PostgresJob.Ticket, _ body: @escaping @Sendable (PostgresSession) throws -> T
  ) async throws -> T {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<T, any Error>) in
      let job = PostgresJob(
        ticket: ticket, run: { session in continuation.resume(with: Result { try body(session) }) },
        fail: { continuation.resume(throwing: $0) })
      if let refusal = line.add(job) { continuation.resume(throwing: refusal) }
    }
  }
}
