import CCurl
import Synchronization

/// What callers on any thread hand to the thread of a loop, and the bell that wakes it.
final class LoopInbox: Sendable {
  /// libcurl's multi handle. Its thread alone uses it; `curl_multi_wakeup` is the one call that any thread may make.
  struct Multi: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
  }

  /// What came in since the last look.
  struct Delivery {
    var orders: [HTTPOrder] = []
    var hasCancellations = false
    var isClosing = false
  }

  private struct State {
    var delivery = Delivery()
    /// Orders handed in and not answered, which bounds the memory that waiting takes.
    var unanswered = 0
    /// `nil` once the thread has given the handle up: it may not be woken any more.
    var multi: Multi?
  }

  let multi: Multi?
  private let limit: Int
  private let state: Mutex<State>

  init(limit: Int) {
    multi = curl_multi_init().map(Multi.init)
    self.limit = limit
    state = Mutex(State(multi: multi))
  }

  /// Takes an order, or says at once why not; the order is then the caller's to answer.
  func add(_ order: HTTPOrder) -> HTTPFailure? {
    state.withLock { state in
      guard let multi = state.multi, !state.delivery.isClosing, !order.ticket.isCancelled else {
        return .interrupted(sent: false)
      }
      guard state.unanswered < limit else { return .overloaded }
      state.unanswered += 1
      state.delivery.orders.append(order)
      curl_multi_wakeup(multi.pointer)
      return nil
    }
  }

  /// Marks the ticket and wakes the thread.
  ///
  /// The mark comes first: an order handed in later is refused by `add`, one handed in before is found by the thread.
  func cancel(_ ticket: HTTPOrder.Ticket) {
    ticket.cancel()
    state.withLock { state in
      state.delivery.hasCancellations = true
      if let multi = state.multi { curl_multi_wakeup(multi.pointer) }
    }
  }

  /// Asks the thread to end; no order is taken from now on.
  func close() {
    state.withLock { state in
      state.delivery.isClosing = true
      if let multi = state.multi { curl_multi_wakeup(multi.pointer) }
    }
  }

  /// What came in since the last call. Only for the thread of the loop.
  func take() -> Delivery {
    state.withLock { state in
      let delivery = state.delivery
      state.delivery = Delivery(isClosing: delivery.isClosing)
      return delivery
    }
  }

  /// Answers an order that `add` took.
  func answer(_ order: HTTPOrder, _ answer: HTTPOrder.Answer) {
    state.withLock { $0.unanswered -= 1 }
    order.continuation.resume(returning: answer)
  }

  /// Says that the handle is about to go. Returns orders that came in at the last moment.
  func giveUp() -> [HTTPOrder] {
    state.withLock { state in
      state.multi = nil
      let orders = state.delivery.orders
      state.delivery.orders = []
      return orders
    }
  }
}
