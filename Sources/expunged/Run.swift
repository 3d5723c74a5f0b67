import ArgumentParser
import Connectors
import ErasureDomain
import ErasureEngine
import EvidencePublishing
import Foundation
import HTTPTransport
import Journal
import Listeners
import Logging
import OfficerDesk

/// Runs the daemon until SIGTERM or SIGINT.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs the daemon.",
    discussion: "Example: expunged run --config /etc/expunged/expunged.yaml")

  @OptionGroup var file: ConfigurationOption

  func run() async throws {
    Self.forbidCoreDumps()
    // From the first moment on: one that comes while we start must not end us.
    let hangups = HangupSignal()
    LoggingSystem.bootstrap { LineLogHandler(label: $0) }
    let logger = Logger(label: "expunged")
    let configuration = try Configuration.load(file.config)
    // Before anything else: a second daemon must not touch the stores, nor the socket of the first.
    let lock = try StateLock(path: configuration.state + "/lock")
    let notifier = SystemdNotifier(address: ProcessInfo.processInfo.environment["NOTIFY_SOCKET"])
    let wiring = try await Wiring(configuration, logger: logger)
    let engine = wiring.engine()
    guard wiring.journal.failure == nil else {
      return try await HaltedRun(wiring: wiring, engine: engine, notifier: notifier, logger: logger).run()
    }
    let lost = try await engine.recover()
    let started = DaemonStarted(version: Expunged.version, lost: lost, practice: configuration.practice)
    try await wiring.journal.append([try EntryDraft(started, about: .log)], to: .log, expecting: nil)
    do { try await wiring.publisher.publish() } catch {
      // Execution must not depend on a folder; signing behind a published log is refused by the publisher itself.
      logger.error("the log could not be published", metadata: ["error": "\(error)"])
    }
    let calls = CallbackIntake(wiring.surroundings())
    let desk = try wiring.desk(engine, calls)
    let recipients = try wiring.recipients(desk, calls)
    let page = try wiring.page(desk)
    let notices = wiring.notices
    let monthly = MonthlyList(desk: desk, logger: logger) { notices.send($0, $1) }
    let weekly = WeeklyLook(desk: desk, clock: wiring.clock, notices: wiring.notices, logger: logger)
    let alarms = DeadlineAlarms(
      desk: desk, clock: wiring.clock, notices: wiring.notices, post: wiring.post(),
      hasLadder: !configuration.ladder.isEmpty, logger: logger)
    let letters = Acknowledgements(desk: desk, clock: wiring.clock, notices: wiring.notices, logger: logger)
    let measures = MeasureWork(desk: desk, clock: wiring.clock, logger: logger)
    let cases = RetentionRound(desk: desk, clock: wiring.clock, logger: logger)
    let socket = CommandSocket(path: configuration.socket, handler: desk, logger: logger) {
      logger.info("ready", metadata: ["lost": "\(lost)", "practice": "\(configuration.practice)"])
      notifier.ready()
    }
    let anchors = AnchorRound(publisher: wiring.publisher, clock: wiring.clock)
    try await serve(
      socket, recipients, page, engine,
      [monthly.run, weekly.run, alarms.run, letters.run, measures.run, cases.run, anchors.run], wiring, logger
    ) {
      for await _ in hangups.stream { Self.reload(wiring, notifier, logger) }
    }
    notifier.stopping()
    try await stop(wiring, logger)
    withExtendedLifetime(lock) {}
  }

  /// Runs until a signal comes or a part fails; then stops taking calls and lets running attempts end.
  private func serve(
    _ socket: CommandSocket, _ recipients: RecipientListener?, _ page: OfficerPage?, _ engine: ErasureEngine,
    _ rounds: [@Sendable () async throws -> Void], _ wiring: Wiring, _ logger: Logger,
    reloading: @escaping @Sendable () async -> Void
  ) async throws {
    let signals = TerminationSignals()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await engine.run() }
      group.addTask { try await socket.run() }
      if let recipients { group.addTask { try await recipients.run() } }
      if let page { group.addTask { try await page.run() } }
      group.addTask { try await Self.checkWholeTree(wiring, logger) }
      for round in rounds { group.addTask { try await round() } }
      group.addTask { await reloading() }
      group.addTask { await signals.wait() }
      try await group.next()
      logger.info("stopping")
      group.cancelAll()
      while let result = await group.nextResult() {
        if case .failure(let error) = result, !(error is CancellationError) { throw error }
      }
    }
  }

  /// Reads the credentials anew; their names are logged, their values never.
  private static func reload(_ wiring: Wiring, _ notifier: SystemdNotifier, _ logger: Logger) {
    notifier.reloading()
    let changed = wiring.credentials.reread()
    logger.info("credentials read anew", metadata: ["changed": "\(changed.joined(separator: ","))"])
    let keys = changed.filter(Credentials.keys.contains)
    if !keys.isEmpty {
      logger.warning(
        "changed keys are used at the next start only", metadata: ["names": "\(keys.joined(separator: ","))"])
    }
    notifier.ready()
  }

  /// Recomputes the whole tree in the background, at start and then weekly. Damage stops appends and is loud.
  private static func checkWholeTree(_ wiring: Wiring, _ logger: Logger) async throws {
    while true {
      do {
        try await wiring.journal.verifyWholeTree()
      } catch {
        logger.critical("the log is damaged: nothing is executed or signed", metadata: ["error": "\(error)"])
      }
      try await wiring.clock.wait(until: wiring.clock.now().adding(seconds: wholeTreeSeconds))
    }
  }

  private static let wholeTreeSeconds: Int64 = 7 * 86_400

  private func stop(_ wiring: Wiring, _ logger: Logger) async throws {
    try await wiring.journal.append([try EntryDraft(DaemonStopped(), about: .log)], to: .log, expecting: nil)
    do { try await wiring.publisher.publishAnchored() } catch {
      logger.error("the log could not be published", metadata: ["error": "\(error)"])
    }
    wiring.loops.publicOnly.shutDown()
    wiring.loops.privateToo.shutDown()
    try await wiring.journal.close()
    logger.info("stopped")
  }

  /// A core file would hold the person.
  private static func forbidCoreDumps() {
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    _ = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
  }
}
