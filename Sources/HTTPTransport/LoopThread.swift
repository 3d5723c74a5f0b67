import CCurl
import Glibc

/// The one thread that owns a multi handle and all transfers on it.
final class LoopThread {
  /// How long the thread sleeps when nothing is due, in milliseconds.
  private static let longestSleep = 60_000

  private let inbox: LoopInbox
  private let multi: UnsafeMutableRawPointer
  private let reach: Reach
  private let maxConcurrent: Int
  /// Orders without a place, the oldest at `waitingStart`.
  private var waiting: [HTTPOrder] = []
  private var waitingStart = 0
  private var transfers: [UnsafeMutableRawPointer: Transfer] = [:]
  private var idle: [UnsafeMutableRawPointer] = []
  /// No time limit of ours passes before this.
  private var nextDeadline: MonotonicTime?

  private init(inbox: LoopInbox, multi: UnsafeMutableRawPointer, reach: Reach, maxConcurrent: Int) {
    self.inbox = inbox
    self.multi = multi
    self.reach = reach
    self.maxConcurrent = maxConcurrent
    // As many kept connections as there can be transfers; libcurl's own number shrinks with the load.
    ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, maxConcurrent)
  }

  /// What the new thread needs, handed over through C.
  private final class Start: Sendable {
    let inbox: LoopInbox
    let reach: Reach
    let maxConcurrent: Int

    init(inbox: LoopInbox, reach: Reach, maxConcurrent: Int) {
      self.inbox = inbox
      self.reach = reach
      self.maxConcurrent = maxConcurrent
    }
  }

  /// Starts the thread. Where the machine has no more threads or memory the inbox is closed, and every request fails.
  static func start(inbox: LoopInbox, reach: Reach, maxConcurrent: Int) {
    let start = Unmanaged.passRetained(Start(inbox: inbox, reach: reach, maxConcurrent: maxConcurrent))
    var thread = pthread_t()
    let status = pthread_create(&thread, nil, { LoopThread.main($0) }, start.toOpaque())
    if status == 0 {
      pthread_detach(thread)
    } else {
      start.release()
      inbox.close()
    }
  }

  private static func main(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    let start = Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
    blockSignals()
    guard let multi = start.inbox.multi?.pointer else {
      start.inbox.close()
      return nil
    }
    LoopThread(inbox: start.inbox, multi: multi, reach: start.reach, maxConcurrent: start.maxConcurrent).run()
    return nil
  }

  /// With CURLOPT_NOSIGNAL libcurl leaves SIGPIPE to us, and OpenSSL writes without MSG_NOSIGNAL: a peer that hangs up
  /// would end the process. The signals of the daemon belong to other threads anyway.
  private static func blockSignals() {
    var signals = sigset_t()
    sigfillset(&signals)
    for fault in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT] { sigdelset(&signals, fault) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  private func run() {
    while true {
      let delivery = inbox.take()
      if delivery.isClosing { return end(with: delivery.orders) }
      waiting.append(contentsOf: delivery.orders)
      for order in delivery.orders { note(order.deadline) }
      if delivery.hasCancellations { removeCancelled() }
      removeOverdue()
      startWaiting()
      var running: Int32 = 0
      curl_multi_perform(multi, &running)
      // A finished transfer frees a place, and may have left readable bytes behind: look again before sleeping.
      if collectFinished() { continue }
      let now = MonotonicTime.now
      let sleep = nextDeadline.map { min($0.milliseconds(from: now), Self.longestSleep) } ?? Self.longestSleep
      curl_multi_poll(multi, nil, 0, Int32(sleep), nil)
    }
  }

  // MARK: Starting

  private func startWaiting() {
    while waitingStart < waiting.count, transfers.count < maxConcurrent {
      let order = waiting[waitingStart]
      waitingStart += 1
      begin(order)
    }
    if waitingStart == waiting.count || waitingStart > 1_024 {
      waiting.removeFirst(waitingStart)
      waitingStart = 0
    }
  }

  private func begin(_ order: HTTPOrder) {
    guard let easy = idle.popLast() ?? curl_easy_init() else {
      return inbox.answer(order, .failure(.other(code: Int(CURLE_OUT_OF_MEMORY.rawValue), sent: false)))
    }
    let transfer = Transfer(order: order, easy: easy, reach: reach)
    let code = transfer.configure()
    guard code == CURLE_OK, curl_multi_add_handle(multi, easy) == CURLM_OK else {
      recycle(transfer)
      let failure = HTTPFailure(curl: code, sent: false, overflowed: false, refused: false)
      return inbox.answer(order, .failure(failure))
    }
    transfers[easy] = transfer
    note(transfer.nextDeadline)
  }

  private func note(_ deadline: MonotonicTime) {
    nextDeadline = nextDeadline.map { min($0, deadline) } ?? deadline
  }

  // MARK: Ending

  private func collectFinished() -> Bool {
    var hasFinished = false
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard ccurl_message_is_done(message) != 0, let easy = message.pointee.easy_handle,
        let transfer = transfers[easy]
      else { continue }
      // The message lives inside the handle: read it before the handle is taken out.
      let answer = transfer.answer(after: ccurl_message_result(message))
      finish(transfer, answer)
      hasFinished = true
    }
    return hasFinished
  }

  private func removeCancelled() {
    for transfer in transfers.values where transfer.order.ticket.isCancelled {
      finish(transfer, .failure(.interrupted(sent: transfer.hasSent)))
    }
    dropWaiting(.interrupted(sent: false)) { $0.ticket.isCancelled }
  }

  /// Ends what waited too long for a place or for a first byte; libcurl itself watches the other limits.
  private func removeOverdue() {
    let now = MonotonicTime.now
    guard let next = nextDeadline, next <= now else { return }
    nextDeadline = nil
    for transfer in transfers.values {
      if transfer.nextDeadline <= now {
        finish(transfer, .failure(.timedOut(sent: transfer.hasSent)))
      } else {
        note(transfer.nextDeadline)
      }
    }
    dropWaiting(.timedOut(sent: false)) { $0.deadline <= now }
    for order in waiting { note(order.deadline) }
  }

  private func dropWaiting(_ failure: HTTPFailure, where matches: (HTTPOrder) -> Bool) {
    var kept: [HTTPOrder] = []
    for order in waiting[waitingStart...] {
      if matches(order) { inbox.answer(order, .failure(failure)) } else { kept.append(order) }
    }
    waiting = kept
    waitingStart = 0
  }

  private func finish(_ transfer: Transfer, _ answer: HTTPOrder.Answer) {
    curl_multi_remove_handle(multi, transfer.easy)
    transfers[transfer.easy] = nil
    recycle(transfer)
    inbox.answer(transfer.order, answer)
  }

  /// Empties the handle of everything of the request and keeps it for the next.
  private func recycle(_ transfer: Transfer) {
    transfer.release()
    idle.append(transfer.easy)
  }

  private func end(with orders: [HTTPOrder]) {
    for transfer in transfers.values { finish(transfer, .failure(.interrupted(sent: transfer.hasSent))) }
    waiting.append(contentsOf: orders)
    dropWaiting(.interrupted(sent: false)) { _ in true }
    for order in inbox.giveUp() { inbox.answer(order, .failure(.interrupted(sent: false))) }
    for easy in idle { curl_easy_cleanup(easy) }
    curl_multi_cleanup(multi)
  }
}
