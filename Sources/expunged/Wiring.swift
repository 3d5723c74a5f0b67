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
  let access: LogAccess
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
    let access = try await LogAccess(configuration, logger: logger)
    self.access = access
    (credentials, journal, clock, publisher, loops) = (
      access.credentials, access.journal, access.clock, access.publisher, access.loops
    )
    let credentials = credentials
    let vaultKey = try credentials.key("vaultkey")
    vault = try SubjectVault(
      path: configuration.state + "/vault.db", wrappingKey: vaultKey, random: SystemRandom())
    keyring = try Keyring(path: configuration.state + "/keyring.db", wrappingKey: vaultKey, random: SystemRandom())
    register = try SystemRegister.load(folder: configuration.register, organisation: configuration.organisation)
    try configuration.requireKnownSystems(register)
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
    inForce = try await ConfigurationInForce(configuration, register, journal, access.log, logger)
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
      artifactMonths: configuration.artifactMonths,
      identityDocuments: configuration.identityDocuments,
      changedWithoutSignatures: inForce.changed,
      changesNothing: configuration.practice && configuration.organisation != "demo",
      doNotContact: configuration.doNotContact, requiresPIN: inForce.people.requiresPIN,
      pageURL: configuration.page?.url, configuredPeople: inForce.configured)
    let (publisher, journal, clock, path) = (publisher, journal, clock, configuration.allowedSigners)
    let (anchors, policy) = (access.anchors, access.policy)
    let office = try letterOffice()
    let listSigner: @Sendable (String) throws -> Void = { line in try ConfigurationInForce.add(line, to: path) }
    return OfficerDesk(
      journal: journal, vault: vault, systems: systems, clock: clock, random: SystemRandom(), settings: settings,
      logger: logger, signers: { try Array(Data(contentsOf: URL(fileURLWithPath: path))) },
      publish: { try await publisher.publish() },
      export: { request in
        // Evidence that is handed out waits for those outside, as long as they may take.
        await publisher.anchored()
        return try await EvidenceBundle.export(request: request, from: journal, policy: policy)
      },
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
      listSigner: configuration.practice ? listSigner : nil,
      anchorWarnings: { await anchors.warnings })
  }
}
