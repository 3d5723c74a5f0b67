import Connectors
import ErasureEngine
import HTTPTransport
import Journal
import Listeners
import Logging
import OfficerDesk

/// The daemon over a journal that must not be written: damaged, set back, or forked. Nothing is executed, signed or
/// appended; people can still read, and are told loudly.
struct HaltedRun {
  let wiring: Wiring
  /// Never started: the desk only asks it about the clock.
  let engine: ErasureEngine
  let notifier: SystemdNotifier
  let logger: Logger

  func run() async throws {
    logger.critical(
      "the daemon only answers questions: nothing is executed or signed",
      metadata: ["error": "\(wiring.journal.failure.map { "\($0)" } ?? "")"])
    wiring.notices.send("journal-halted", "")
    let desk = try wiring.desk(engine, CallbackIntake(wiring.surroundings()))
    let notifier = notifier
    let socket = CommandSocket(path: wiring.configuration.socket, handler: desk, logger: logger) { notifier.ready() }
    let signals = TerminationSignals()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await socket.run() }
      group.addTask { await signals.wait() }
      try await group.next()
      group.cancelAll()
      while let result = await group.nextResult() {
        if case .failure(let error) = result, !(error is CancellationError) { throw error }
      }
    }
    notifier.stopping()
    wiring.loops.publicOnly.shutDown()
    wiring.loops.privateToo.shutDown()
    try await wiring.journal.close()
    logger.info("stopped")
  }
}
