import Connectors
import ErasureDomain
import EvidenceLog
import EvidencePublishing
import Foundation
import HTTPTransport
import Journal
import Logging

/// The log as the programs open it: the journal, the keys that sign it, and those outside who know how far it was signed.
///
/// The caller holds the state lock.
struct LogAccess {
  let configuration: Configuration
  let credentials: Credentials
  let journal: SQLiteJournal
  let clock: DaemonClock
  /// As it was when it was opened.
  let log: LogRecord
  let publisher: CheckpointPublisher
  let anchors: CheckpointAnchors
  let loops: HTTPLoops
  /// Whom a bundle names: every key of the log, the witnesses, and how many of them must have cosigned.
  let policy: TrustPolicy

  init(_ configuration: Configuration, logger: Logger) async throws {
    self.configuration = configuration
    let credentials = try Credentials(configured: configuration.credentials)
    self.credentials = credentials
    let path = configuration.state + "/journal.db"
    guard FileManager.default.fileExists(atPath: path) else {
      throw StartProblem(
        "\(path) is missing; make the log with `expunged init`, or get it back with `expunged recover`")
    }
    // The clock's offset is in the journal, and the journal needs a clock: the offset is set once it is known.
    let clock = try Wiring.clock(configuration, offset: 0)
    self.clock = clock
    let journal = try SQLiteJournal(path: path, clock: clock)
    self.journal = journal
    log = try await journal.read { reader in try reader.log() }
    guard let opened = log.opened else {
      throw StartProblem("\(path) has no log in it; make one with `expunged init`")
    }
    clock.move(by: log.clockOffset)
    guard opened.origin == configuration.origin else {
      throw StartProblem("the log in \(path) is \(opened.origin), and origin: in the configuration another")
    }
    let rules = opened.rules ?? LogRules.first
    guard rules <= LogRules.newest else {
      throw StartProblem(
        "the log keeps rules \(rules), and expunged \(Expunged.version) knows those up to \(LogRules.newest); use the "
          + "newer program that made it")
    }
    guard opened.practice == configuration.practice else {
      throw StartProblem("the log was opened \(opened.practice ? "in" : "outside") practice mode and stays so")
    }
    loops = HTTPLoops(publicOnly: HTTPLoop(reach: .publicOnly), privateToo: HTTPLoop(reach: .privateToo))
    let logKeys = try log.allKeys.map { try NoteVerifierKey(parsing: $0) }
    policy = try Self.policy(configuration, logKeys)
    anchors = try Self.anchors(configuration, journal, clock, loops.privateToo, logger)
    publisher = CheckpointPublisher(
      journal: journal,
      signers: try LogKeys(configuration, credentials).signers(inForce: log.keysInForce, logger: logger),
      logKeys: logKeys, folder: configuration.evidence, secondPlace: configuration.highWaterMark,
      origin: configuration.origin, anchors: anchors)
    if let closedAt = log.closedAt {
      journal.halt(
        .refused("the log was closed for ever at \(closedAt); begin a new one (docs/operating/keys.md)"))
    }
    // Before the first append: a database that was set back must not grow.
    do { try await publisher.compareWithOutside() } catch PublishingFailure.journal(let failure) {
      logger.critical("nothing is executed or signed", metadata: ["error": "\(failure)"])
    } catch {
      // A folder that cannot be read stops nothing; the publisher refuses to write it.
      logger.error("the published log cannot be compared", metadata: ["error": "\(error)"])
    }
  }

  private static func policy(_ configuration: Configuration, _ logKeys: [NoteVerifierKey]) throws -> TrustPolicy {
    let logs = logKeys.map { TrustPolicy.Log(key: $0) }
    let witnesses = configuration.anchors?.witnesses ?? []
    guard let quorum = configuration.anchors?.quorum, !witnesses.isEmpty else { return try TrustPolicy(logs: logs) }
    return try TrustPolicy(
      logs: logs, witnesses: witnesses.map { .init(name: $0.name, key: $0.key, url: $0.url) },
      groups: [.init(name: "cosigned", threshold: quorum, members: witnesses.map(\.name))], quorum: "cosigned")
  }

  private static func anchors(
    _ configuration: Configuration, _ journal: SQLiteJournal, _ clock: DaemonClock, _ loop: HTTPLoop, _ logger: Logger
  ) throws -> CheckpointAnchors {
    let named = configuration.anchors
    let authority = try named?.timeStamp.map { stamp in
      let authorities = try stamp.authorities.map { path in
        guard let data = FileManager.default.contents(atPath: path) else {
          throw StartProblem("\(path) cannot be read; time-stamp: names it as ca:")
        }
        return Array(data)
      }
      return TimeStampAuthority(
        url: stamp.url, authorities: authorities ?? [], revocations: stamp.revocations, loop: loop,
        random: SystemRandom())
    }
    let refusals = AnchorRefusals(journal: journal, clock: clock, logger: logger)
    return CheckpointAnchors(
      witnesses: named?.witnesses.map { WitnessClient(name: $0.name, key: $0.key, prefix: $0.url, loop: loop) } ?? [],
      authority: authority
    ) { await refusals.note($0) }
  }
}

/// What witnesses and the authority did not give: each is logged, and a wrong answer is an entry, once a day for each.
actor AnchorRefusals {
  private let journal: SQLiteJournal
  private let clock: DaemonClock
  private let logger: Logger
  private var lastDays: [String: CivilDate] = [:]

  init(journal: SQLiteJournal, clock: DaemonClock, logger: Logger) {
    self.journal = journal
    self.clock = clock
    self.logger = logger
  }

  func note(_ trouble: CheckpointAnchors.Trouble) async {
    let metadata: Logger.Metadata = ["anchor": "\(trouble.anchor)", "code": "\(trouble.code)"]
    guard trouble.isWrongAnswer else {
      return logger.warning("the checkpoint is not anchored everywhere", metadata: metadata)
    }
    logger.error("an anchor answered wrongly", metadata: metadata)
    let today = clock.today
    guard lastDays[trouble.anchor] != today, journal.failure == nil else { return }
    lastDays[trouble.anchor] = today
    do {
      let facts = AnchorRefused(anchor: FailureCode(trouble.anchor), code: FailureCode(trouble.code))
      try await journal.append([try EntryDraft(facts, about: .log)], to: .log, expecting: nil)
    } catch {
      logger.error("the wrong answer is in no entry", metadata: ["error": "\(error)"])
    }
  }
}
