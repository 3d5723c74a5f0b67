import CPostgres
import Glibc

/// What the connection's thread shares with its callers: the jobs that wait, and which statement runs at the moment.
///
/// A statement may be cancelled from any thread, and only while it runs: the thread sends no further statement while a
/// cancel request is on its way, so that none hits the statement after the one that was meant.
final class ConnectionLine: Sendable {
  /// What is needed to reach the server beside the connection itself, once there is one.
  final class Reach: @unchecked Sendable {
    /// Names the server process; `PQcancel` only reads it, from any thread.
    private let key: OpaquePointer?
    /// A duplicate of the connection's socket, so that its number cannot come to mean another file.
    private let socket: Int32

    init(_ connection: OpaquePointer) {
      key = PQgetCancel(connection)
      socket = fcntl(PQsocket(connection), F_DUPFD_CLOEXEC, 0)
    }

    deinit {
      PQfreeCancel(key)
      if socket >= 0 { Glibc.close(socket) }
    }

    /// Asks the server to cancel what runs; returns when the server has passed it on, or cannot be reached.
    func cancel() {
      var text = [CChar](repeating: 0, count: 256)
      PQcancel(key, &text, Int32(text.count))
    }

    /// Ends the connection under the running statement: every read and write on it fails from now on.
    func breakOff() { shutdown(socket, Int32(SHUT_RDWR)) }
  }

  private struct State: Sendable {
    var jobs: [PostgresJob] = []
    var isClosing = false
    var hasEnded = false
    var closers: [CheckedContinuation<Void, Never>] = []

    /// The job that is carried out.
    var current: PostgresJob.Ticket?
    /// The cancelling of the current job has ended a statement: what follows is its tidying up.
    var isHeeded = false
    /// The statement that runs, counted from 1; `nil` between statements.
    var running: Int?
    var started = 0
    /// A `PQcancel` is under way.
    var isCalling = false
    /// The statement that a thread is busy cancelling.
    var watched: Int?
    var reach: Reach?
  }

  /// How long a server has to end a cancelled statement before the connection is broken off, in milliseconds.
  static let cancelMilliseconds = 10_000
  /// A request that reaches the server before its statement does is lost, so it is repeated, in milliseconds.
  private static let repeatMilliseconds = 250

  private let limit: Int
  private let monitor = Monitor(State())

  init(limit: Int) {
    self.limit = limit
  }

  // MARK: For callers

  /// Takes a job, or says at once why not; the job is then the caller's to answer.
  func add(_ job: PostgresJob) -> (any Error)? {
    monitor.withLock { state in
      if job.ticket.isCancelled { return CancellationError() }
      if state.isClosing || state.hasEnded { return PostgresError(.connectionLost) }
      if state.jobs.count >= limit { return PostgresError(.overloaded) }
      state.jobs.append(job)
      return nil
    }
  }

  /// Takes the job out of the queue, or cancels its statement.
  ///
  /// The mark comes first: a job handed in later is refused by `add`, a statement begun later by `beginStatement`.
  func cancel(_ ticket: PostgresJob.Ticket) {
    ticket.cancel()
    let job = monitor.withLock { state in
      state.jobs.firstIndex { $0.ticket === ticket }.map { state.jobs.remove(at: $0) }
    }
    job?.fail(CancellationError())
    interrupt { $0.current === ticket && !$0.isHeeded }
  }

  /// No job is taken from now on; those that wait are carried out.
  func close() { monitor.withLock { $0.isClosing = true } }

  /// Returns when the connection has ended.
  func closed() async {
    await withCheckedContinuation { continuation in
      let hasEnded = monitor.withLock { state in
        state.isClosing = true
        if !state.hasEnded { state.closers.append(continuation) }
        return state.hasEnded
      }
      if hasEnded { continuation.resume() }
    }
  }

  // MARK: For the connection's thread

  /// The connection is open; what comes first still belongs to its opening.
  func connected(_ connection: OpaquePointer, _ opening: PostgresJob.Ticket) {
    let reach = Reach(connection)
    monitor.withLock { state in
      state.reach = reach
      state.current = opening
    }
  }

  /// Waits for the next job; `nil` when there will be none.
  func next() -> PostgresJob? {
    let job: PostgresJob?? = monitor.wait { state in
      state.current = nil
      state.isHeeded = false
      if state.jobs.isEmpty { return state.isClosing ? .some(nil) : nil }
      let job = state.jobs.removeFirst()
      state.current = job.ticket
      return job
    }
    return job ?? nil
  }

  /// The connection is gone: answers what came in at the last moment and whoever waits for the end.
  func end() {
    let (jobs, closers) = monitor.withLock { state in
      defer {
        state.jobs = []
        state.closers = []
        state.hasEnded = true
        state.reach = nil
      }
      return (state.jobs, state.closers)
    }
    for job in jobs { job.fail(PostgresError(.connectionLost)) }
    for closer in closers { closer.resume() }
  }

  /// Marks that a statement begins; `false` if the job was cancelled and the body does not know yet.
  ///
  /// A statement that is `tidying` only ends a transaction without effect, and is let through.
  func beginStatement(tidying: Bool) -> Bool {
    monitor.withLock { state in
      if let current = state.current, current.isCancelled, !state.isHeeded, !tidying {
        state.isHeeded = true
        return false
      }
      state.started += 1
      state.running = state.started
      return true
    }
  }

  /// Marks that it has ended, `cancelled` if the server says so, and waits until no cancel request is on its way; on a
  /// connection that is `lost` there is no further statement that one could hit.
  func endStatement(cancelled: Bool, lost: Bool) {
    monitor.withLock { state in
      state.running = nil
      if cancelled, state.current?.isCancelled == true { state.isHeeded = true }
    }
    let deadline = MonotonicTime.now.adding(milliseconds: Self.cancelMilliseconds)
    if !lost, monitor.wait(until: deadline, { $0.isCalling ? nil : true }) == nil {
      breakOffOwn()
    }
  }

  /// Cancels the statement of the calling thread itself, which goes on to read what the server still sends.
  func interruptOwn() { interrupt { _ in true } }

  /// Breaks the connection off under the statement of the calling thread itself.
  func breakOffOwn() { monitor.withLock { $0.reach }?.breakOff() }

  // MARK: Cancelling

  private func interrupt(if applies: (State) -> Bool) {
    let (statement, reach) = monitor.withLock { state -> (Int?, Reach?) in
      guard let statement = state.running, state.watched != statement, applies(state) else { return (nil, nil) }
      state.watched = statement
      return (statement, state.reach)
    }
    guard let statement, let reach else { return }
    // `PQcancel` dials the server and blocks, so it stands neither on the caller's thread nor on the connection's.
    if !OwnThread.start({ self.watch(statement, reach) }) { breakOff(statement, reach) }
  }

  /// Asks until the statement has ended, and breaks the connection off when the server does not hear.
  private func watch(_ statement: Int, _ reach: Reach) {
    let deadline = MonotonicTime.now.adding(milliseconds: Self.cancelMilliseconds)
    while startCall(statement, reach) {
      let answer = monitor.wait(until: deadline) { state -> Bool? in
        state.running != statement ? true : state.isCalling ? nil : false
      }
      if answer == true { return }
      let pause = min(deadline, MonotonicTime.now.adding(milliseconds: Self.repeatMilliseconds))
      if monitor.wait(until: pause, { $0.running != statement ? true : nil }) != nil { return }
      if deadline <= MonotonicTime.now { return breakOff(statement, reach) }
    }
  }

  /// Sends one request from a thread of its own; `false` if the statement has ended.
  private func startCall(_ statement: Int, _ reach: Reach) -> Bool {
    let isRunning = monitor.withLock { state in
      guard state.running == statement else { return false }
      state.isCalling = true
      return true
    }
    guard isRunning else { return false }
    let isStarted = OwnThread.start {
      reach.cancel()
      self.monitor.withLock { $0.isCalling = false }
    }
    if !isStarted {
      monitor.withLock { $0.isCalling = false }
      breakOff(statement, reach)
    }
    return true
  }

  private func breakOff(_ statement: Int, _ reach: Reach) {
    monitor.withLock { state in
      if state.running == statement { reach.breakOff() }
    }
  }
}
