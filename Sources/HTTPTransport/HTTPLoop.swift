import CCurl

/// Sends HTTP requests by libcurl, all on one thread of its own, never on Swift's cooperative pool.
///
/// A daemon has two: one that dials only public addresses, for those another company gave us, and one for systems
/// that are registered as internal. They share no connection, so a kept one cannot carry a request past the guard.
/// Nothing is logged. Redirects are not followed, TLS is 1.2 or newer, and the only proxy is the one a request names:
/// those of the environment are not used.
public final class HTTPLoop: Sendable {
  /// The largest number of requests that may wait for an answer or a place; one more is `HTTPFailure.overloaded`.
  public static let maximumWaiting = 10_000
  /// Requests under way at the same time where nothing is said.
  public static let defaultConcurrent = 64

  private let inbox: LoopInbox
  private let reach: Reach

  /// Starts the thread; it ends by `shutDown` or with the last reference to this object.
  ///
  /// - Parameters:
  ///   - reach: Which addresses may be dialled.
  ///   - maxConcurrent: Requests under way at the same time, at least 1; further ones wait in order.
  public init(reach: Reach, maxConcurrent: Int = HTTPLoop.defaultConcurrent) {
    _ = Self.library
    self.reach = reach
    inbox = LoopInbox(limit: Self.maximumWaiting)
    LoopThread.start(inbox: inbox, reach: reach, maxConcurrent: max(maxConcurrent, 1))
  }

  deinit { inbox.close() }

  /// Sends the request and returns the final answer, whatever its status.
  ///
  /// Cancelling the task ends the transfer and throws `interrupted`. A failure says by `mayHaveArrived` whether the
  /// effect of the request is unknown.
  public func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
    try request.validated()
    guard reach.mayAsk(request) else { throw .refusedByPolicy }
    let ticket = HTTPOrder.Ticket()
    let deadline = MonotonicTime.now.adding(seconds: HTTPLimits.bounded(request.limits.totalSeconds))
    let answer = await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<HTTPOrder.Answer, Never>) in
        let order = HTTPOrder(request: request, ticket: ticket, deadline: deadline, continuation: continuation)
        if let refusal = inbox.add(order) { continuation.resume(returning: .failure(refusal)) }
      }
    } onCancel: {
      inbox.cancel(ticket)
    }
    return try answer.get()
  }

  /// Ends every request under way and every waiting one with `interrupted`, and the thread; later ones fail likewise.
  ///
  /// Returns at once and may be called more than once.
  public func shutDown() { inbox.close() }

  /// libcurl's process-wide start, once.
  private static let library: CURLcode = curl_global_init(Int(CURL_GLOBAL_DEFAULT))
}
