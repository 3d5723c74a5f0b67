import ConnectorKit
import Connectors
import Correspondence
import ErasureDomain
import ErasureEngine
import ErasurePlanning
import EvidenceLog
import EvidencePublishing
import ExternalPrograms
import Foundation
import HTTPTransport
import Journal
import Listeners
import Logging
import OfficerDesk
import SubjectVault

/// Builds the graph of the daemon from its configuration.
struct Wiring {
  let configuration: Configuration
  let credentials: Credentials
  let journal: SQLiteJournal
  let vault: SubjectVault
  let keyring: Keyring
  let clock: DaemonClock
  let logger: Logger
  let publisher: CheckpointPublisher
  let systems: ConnectedSystems
  let register: SystemRegister
  let loops: HTTPLoops
  let notices: NoticeCommand
  let inForce: ConfigurationInForce
  /// Signs our receipts, where the configuration names a key.
  let receipts: ReceiptSigner?

  static func clock(_ configuration: Configuration, offset: Int64) throws -> DaemonClock {
    guard let zone = TimeZone(identifier: configuration.timeZone) else {
      throw StartProblem("the time zone \(configuration.timeZone) is unknown on this machine")
    }
    return DaemonClock(zone: zone, practice: configuration.practice, offset: offset)
  }

  /// Opens the stores and makes every connector. The caller holds the state lock.
  init(_ configuration: Configuration, logger: Logger) async throws {
    self.configuration = configuration
    self.logger = logger
    let credentials = try Credentials(configured: configuration.credentials)
    self.credentials = credentials
    let path = configuration.state + "/journal.db"
    guard FileManager.default.fileExists(atPath: path) else {
      throw StartProblem(
        "\(path) is missing; make the log with `expunged init`, or get it back with `expunged recover`")
    }
    // The clock's offset is in the journal, and the journal needs a clock: the offset is set once it is known.
    clock = try Self.clock(configuration, offset: 0)
    journal = try SQLiteJournal(path: path, clock: clock)
    let log = try await journal.read { reader in try reader.log() }
    guard let opened = log.opened else {
      throw StartProblem("\(path) has no log in it; make one with `expunged init`")
    }
    clock.move(by: log.clockOffset)
    let signer = try Ed25519CheckpointSigner(name: configuration.origin, seed: try credentials.key("logkey"))
    guard opened.origin == configuration.origin, opened.vkey == signer.verifierKey.text else {
      throw StartProblem(
        "the log in \(path) is \(opened.origin) under another key; origin: and the credential logkey must be its own")
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
    publisher = CheckpointPublisher(
      journal: journal, signer: signer, folder: configuration.evidence, origin: configuration.origin)
    let vaultKey = try credentials.key("vaultkey")
    vault = try SubjectVault(
      path: configuration.state + "/vault.db", wrappingKey: vaultKey, random: SystemRandom())
    keyring = try Keyring(path: configuration.state + "/keyring.db", wrappingKey: vaultKey, random: SystemRandom())
    register = try SystemRegister.load(folder: configuration.register, organisation: configuration.organisation)
    try configuration.requireKnownSystems(register)
    loops = HTTPLoops(publicOnly: HTTPLoop(reach: .publicOnly), privateToo: HTTPLoop(reach: .privateToo))
    let folder = URL(fileURLWithPath: configuration.register).deletingLastPathComponent().path
    let (register, clock, publicURL) = (register, clock, configuration.recipients?.url)
    let mail: (any MailSending)? =
      if let command = MailCommand(configuration.mailCommand) { command } else {
        Self.carrier(configuration, credentials)
      }
    let post = LetterPost(mail: mail, printFolder: configuration.printFolder)
    systems = try ConnectedSystems(
      records: register.systems, registry: StandardConnectors.registry(loops: loops, post: post)
    ) { record in
      ConnectorContext(
        record: record, retention: register.retention, clock: clock, random: SystemRandom(), folder: folder,
        copiesOf: register.systems(copiedTo: record.system), secrets: credentials,
        publicURL: publicURL)
    }
    receipts = try Self.receipts(configuration, credentials, logger)
    notices = NoticeCommand(program: ExternalProgram(configuration.notice), logger: logger)
    inForce = try await ConfigurationInForce(configuration, register, journal, log, logger)
  }

  func engine() -> ErasureEngine {
    var settings = EngineSettings()
    if let seconds = configuration.settlingSeconds { settings.settlingSeconds = seconds }
    if let ladder = configuration.pollSeconds { settings.pollLadder = ladder }
    // Practice against real systems: plans are made and nothing is claimed.
    if configuration.practice, configuration.organisation != "demo" { settings.concurrentJobs = 0 }
    return ErasureEngine(surroundings(), settings: settings)
  }

  func surroundings() -> ErasureEngine.Surroundings {
    let (publisher, notices) = (publisher, notices)
    return ErasureEngine.Surroundings(
      journal: journal, vault: vault, keyring: keyring, systems: systems, clock: clock, random: SystemRandom(),
      logger: logger, publish: { try await publisher.publish() },
      notice: { code, reference in notices.send(code, reference) },
      receipts: receipts)
  }

  func desk(_ engine: ErasureEngine, _ calls: CallbackIntake) throws -> OfficerDesk {
    let settings = DeskSettings(
      version: Expunged.version, origin: configuration.origin, practice: configuration.practice,
      people: inForce.people.people, register: register,
      registerDigest: ContentDigest(hashing: register.canonicalBytes),
      holidays: configuration.calendar, approvals: inForce.people.approvals,
      waitingHours: inForce.people.waitingHours, alarmLeads: configuration.alarmWorkingDays,
      ladder: configuration.ladder, correspondenceMonths: configuration.correspondenceMonths,
      identityDocuments: configuration.identityDocuments,
      changedWithoutSignatures: inForce.changed,
      changesNothing: configuration.practice && configuration.organisation != "demo",
      doNotContact: configuration.doNotContact, requiresPIN: inForce.people.requiresPIN,
      configuredPeople: inForce.configured)
    let (publisher, journal, clock, path) = (publisher, journal, clock, configuration.allowedSigners)
    let office = try letterOffice()
    let listSigner: @Sendable (String) throws -> Void = { line in try ConfigurationInForce.add(line, to: path) }
    return OfficerDesk(
      journal: journal, vault: vault, systems: systems, clock: clock, random: SystemRandom(), settings: settings,
      logger: logger, signers: { try Array(Data(contentsOf: URL(fileURLWithPath: path))) },
      publish: { try await publisher.publish() },
      export: { request in try await EvidenceBundle.export(request: request, from: journal) },
      deepCheck: {
        do { try await journal.verifyWholeTree() } catch { return ["\(error)"] }
        return try await journal.compareAnswersWithFold()
      },
      moveClock: { seconds in
        clock.move(by: seconds)
        await engine.clockMoved()
      }, letters: LetterIntake(surroundings(), calls: calls), tests: calls.tests, keyring: keyring,
      letterOffice: office,
      caseFiles: configuration.caseFiles.map {
        CaseFileRoom(folder: $0.folder, keepMonths: $0.keepMonths, record: $0.record)
      },
      room: ConfigurationRoom(folder: configuration.room),
      listSigner: configuration.practice ? listSigner : nil)
  }
}
