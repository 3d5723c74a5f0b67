import Dispatch
import ErasureDomain
import Synchronization

/// What a caller asks of the writing thread, with whom to answer.
struct WriterTask {
  enum Order {
    case append(drafts: [EntryDraft], stream: EntryStream, revision: Int?)
    case checkpoint(note: [UInt8], size: UInt64)
    case anchor(CheckpointAnchor)
  }

  let order: Order
  let reply: CheckedContinuation<Result<Appended, JournalFailure>, Never>
}

/// Where callers on any thread leave their orders, and the bell that wakes the writing thread.
final class WriterInbox: Sendable {
  private struct State {
    var tasks: [WriterTask] = []
    var isClosed = false
    /// The bell has rung and the thread has not looked yet.
    var hasRung = false
    var hasEnded = false
    var awaitingEnd: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())
  private let bell = DispatchSemaphore(value: 0)

  /// Hands an order in and returns its answer. It is answered when it is durable, whether the caller is cancelled or not.
  func perform(_ order: WriterTask.Order) async -> Result<Appended, JournalFailure> {
    await withCheckedContinuation { reply in
      let isTaken = state.withLock { state in
        guard !state.isClosed else { return false }
        state.tasks.append(WriterTask(order: order, reply: reply))
        ring(&state)
        return true
      }
      if !isTaken { reply.resume(returning: .failure(.closed)) }
    }
  }

  /// No order is taken any more; those that are in are still carried out.
  func close() {
    state.withLock { state in
      state.isClosed = true
      ring(&state)
    }
  }

  var isClosed: Bool { state.withLock { $0.isClosed } }

  /// Returns when the thread has carried out the last order.
  func waitForEnd() async {
    await withCheckedContinuation { continuation in
      let hasEnded = state.withLock { state in
        if !state.hasEnded { state.awaitingEnd.append(continuation) }
        return state.hasEnded
      }
      if hasEnded { continuation.resume() }
    }
  }

  private func ring(_ state: inout State) {
    guard !state.hasRung else { return }
    state.hasRung = true
    bell.signal()
  }

  /// Waits for orders and takes the oldest ones; empty when the inbox is closed and nothing is left.
  func take(most: Int) -> [WriterTask] {
    while true {
      bell.wait()
      let (tasks, isClosed) = state.withLock { state in
        state.hasRung = false
        let tasks = Array(state.tasks.prefix(most))
        state.tasks.removeFirst(tasks.count)
        if !state.tasks.isEmpty { ring(&state) }
        return (tasks, state.isClosed)
      }
      if !tasks.isEmpty || isClosed { return tasks }
    }
  }

  /// The thread is done.
  func end() {
    let waiting = state.withLock { state in
      state.hasEnded = true
      defer { state.awaitingEnd = [] }
      return state.awaitingEnd
    }
    for continuation in waiting { continuation.resume() }
  }
}
