import Synchronization

/// One call of `perform` or `finish` on its way to the connection's thread.
struct PostgresJob: Sendable {
  let ticket: Ticket
  /// Carries it out and answers the caller. Only for the connection's thread.
  let run: @Sendable (PostgresSession) -> Void
  /// Answers the caller without carrying it out.
  let fail: @Sendable (any Error) -> Void

  /// The identity of a job, and whether its caller gave up.
  final class Ticket: Sendable {
    private let cancelled = Atomic(false)

    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    func cancel() { cancelled.store(true, ordering: .releasing) }
  }
}
