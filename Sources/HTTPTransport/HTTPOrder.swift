import Synchronization

/// One call of `send` on its way to the thread that carries it out.
struct HTTPOrder: Sendable {
  typealias Answer = Result<HTTPResponse, HTTPFailure>

  let request: HTTPRequest
  let ticket: Ticket
  /// When the whole must be over, waiting for a place included.
  let deadline: MonotonicTime
  let continuation: CheckedContinuation<Answer, Never>

  /// The identity of an order, and whether its caller gave up, which may be known before the order is handed in.
  final class Ticket: Sendable {
    private let cancelled = Atomic(false)

    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    func cancel() { cancelled.store(true, ordering: .releasing) }
  }
}
