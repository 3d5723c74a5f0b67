import ConnectorKit
import Connectors
import Correspondence
import ErasureDomain
import ErasureEngine
import ErasurePlanning
import EvidenceLog
import Foundation
import Journal
import Logging
import OfficerAPI
import OfficerDesk
import SubjectVault
import Synchronization
import TestKit
import Testing

/// A desk with everything around it, in a folder of its own. Calls go in as a listener would bring them.
final class DeskScene: Sendable {
  struct Options: Sendable {
    var practice = false
    /// What did not come from witnesses and authorities; nil where nobody is asked.
    var anchorWarnings: [String]?
    var approvals = 2
    var people = Member.people
    var changed: [String] = []
    /// What the configuration says about people where that is not in force.
    var configured: PeopleConfiguration?
    /// Where officers reach the page.
    var pageURL: String?
    /// Whether keys in hardware must ask for a PIN.
    var requiresPIN = false
    var stopList = StopList(values: ["0000", "info@"])
    var flavour = HolidayFlavour.atw
    /// Copies of identity documents may be asked for.
    var identityDocuments = false
    /// In which capacities the back office knows people.
    var officeSubjects: [Capacity] = [.customer]
    /// When rows of the back office may be erased.
    var hours: AllowedHours?
    /// Dora has released the CRM and the back office.
    var released = true
    /// How the sister company does in the test of its contract; nil where it has none.
    var contract: TestedCompany.Answers?
    /// The rules that the log promised when it began; nil for the newest.
    var rules: Int?
    /// How the register names it.
    var sisterTitle: String?
    /// Hours between the last signature and the first step.
    var waitingHours = 0
    /// Who is told what.
    var ladder = AlarmLadder()
    /// How a copy of the CRM ends by itself; nil where it has none.
    var copy: EndsByItselfSettings?
    /// How the last looks see the CRM.
    var lastLook: LastLookKind?
    /// Makes an append fail, with nothing appended.
    var fault: @Sendable ([EntryDraft]) -> JournalFailure? = { _ in nil }
    /// The CRM has columns for restriction and marketing.
    var marks = false
    /// For how many months case files are kept; nil where there are none.
    var caseMonths: Int?
    /// For how many months what was signed about a request is kept; nil for ever.
    var artifactMonths: Int?
    /// The folder of age.
    var agePrograms = "/usr/bin"
    /// Whether there is a list of who must not be contacted.
    var doNotContact: DoNotContactSettings?
    /// Nobody writes letters to persons.
    var withoutLetters = false
    /// The controller has a mailbox that only people read.
    var mailbox = false

    /// What the log's first entry names as the people.
    var inForce: PeopleConfiguration {
      PeopleConfiguration(people: people, approvals: approvals, waitingHours: waitingHours, requiresPIN: requiresPIN)
    }
  }

  /// What the desk answered, to whom.
  struct Heard: Sendable {
    var member: Member
    var call: String
    var reply: CallReply
  }

  let folder: URL
  let keys: DeskKeys
  let options: Options
  let clock = ManualClock()
  let journal: MemoryJournal
  let vault: SubjectVault
  let keyring: Keyring
  let systems: DeskSystems
  let random = SeededRandom(seed: 5)
  let lines = LogLines()
  let discoveries = Discoveries()
  let postbox = Postbox()
  let room: ConfigurationRoom
  private let office: LetterOffice
  let caseFiles: CaseFileRoom?
  private let heardReplies = Mutex<[Heard]>([])
  private let noticed = Mutex<[String]>([])
  private let signers: Mutex<String>

  init(_ options: Options = Options()) async throws {
    self.options = options
    keys = try DeskKeys.shared()
    office = LetterOffice(
      organisation: Postbox.organisation, templates: try LetterTemplates(),
      post: LetterOffice.Post(sender: postbox, from: Postbox.address))
    signers = Mutex(try Member.signers(keys))
    // In memory where the machine has such a folder: what is on the disk is tested elsewhere.
    let memory = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
    folder = URL(filePath: memory).appending(path: "expunged-desk-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let cases = folder.appending(path: "cases").path
    caseFiles = options.caseMonths.map {
      CaseFileRoom(folder: cases, keepMonths: $0, record: "no. 14", programs: options.agePrograms)
    }
    journal = MemoryJournal(clock: clock, fault: options.fault)
    let key = [UInt8](repeating: 3, count: 32)
    vault = try SubjectVault(
      path: folder.appending(path: "vault.db").path, wrappingKey: key, random: SeededRandom(seed: 1))
    keyring = try Keyring(
      path: folder.appending(path: "keyring.db").path, wrappingKey: key, random: SeededRandom(seed: 2))
    systems = try DeskSystems(
      folder: folder.path, clock: clock, stopList: options.stopList, lastLook: options.lastLook, hours: options.hours,
      officeSubjects: options.officeSubjects, contract: options.contract, sisterTitle: options.sisterTitle,
      copy: options.copy, marks: options.marks, mailbox: options.mailbox)
    let listed = Array(signers.withLock { $0 }.utf8)
    room = ConfigurationRoom(folder: folder.appending(path: "configuration").path)
    let parts = [options.inForce.bytes, listed, systems.register.canonicalBytes].map { bytes in
      Artifact(digest: ContentDigest(hashing: bytes), bytes: bytes)
    }
    let opened = LogOpened(
      origin: JournalFixture.origin, vkey: "test+00000000+AQ==", people: parts[0].digest, signers: parts[1].digest,
      register: parts[2].digest, practice: options.practice, rules: options.rules ?? LogRules.newest)
    try await journal.append([try EntryDraft(opened, about: .log, artifacts: parts)], to: .log, expecting: nil)
    for part in parts { try room.keep(part.bytes) }
    guard options.released else { return }
    for system in [DeskSystems.crm, DeskSystems.office] {
      let digest = ContentDigest(hashing: try CanonicalJSON.encode(try #require(systems.register[system])))
      let word = try EntryDraft(SystemReleased(system: system, record: digest), about: .log, by: Member.dora.id)
      try await journal.append([word], to: .log, expecting: nil)
    }
  }

  deinit {
    vault.close()
    keyring.close()
    try? FileManager.default.removeItem(at: folder)
  }

  var heard: [Heard] { heardReplies.withLock { $0 } }
  var notices: [String] { noticed.withLock { $0 } }

  // MARK: The desk and the engine

  /// A desk over the same stores; a daemon that was started again has another.
  var desk: OfficerDesk {
    let settings = DeskSettings(
      version: "test", origin: JournalFixture.origin, practice: options.practice, people: options.people,
      register: systems.register, registerDigest: ContentDigest(hashing: systems.register.canonicalBytes),
      holidays: .netherlands(options.flavour), approvals: options.approvals, waitingHours: options.waitingHours,
      ladder: options.ladder, artifactMonths: options.artifactMonths, identityDocuments: options.identityDocuments,
      changedWithoutSignatures: options.changed,
      doNotContact: options.doNotContact, requiresPIN: options.requiresPIN, pageURL: options.pageURL,
      configuredPeople: options.configured)
    return makeDesk(settings)
  }

  /// A desk over the same stores under another configuration.
  func makeDesk(_ settings: DeskSettings) -> OfficerDesk {
    OfficerDesk(
      journal: journal, vault: vault, systems: systems.connected, clock: clock, random: random, settings: settings,
      logger: lines.logger, signers: { [weak self] in Array((self?.signers.withLock { $0 } ?? "").utf8) },
      publish: {},
      export: { [journal] request in
        let entries = try await journal.read { reader in try reader.entries(of: request) }
        return entries.map { (path: "entries/\($0.index)", bytes: $0.bytes) }
      },
      deepCheck: { [] }, moveClock: { [clock] seconds in clock.advance(seconds: seconds) },
      discoveries: discoveries, keyring: keyring, letterOffice: options.withoutLetters ? nil : office,
      caseFiles: caseFiles, room: room,
      listSigner: { [weak self] line in self?.signers.withLock { $0 += line + "\n" } },
      anchorWarnings: options.anchorWarnings.map { warnings in { @Sendable in warnings } })
  }

  func engine(_ settings: EngineSettings = EngineSettings()) -> ErasureEngine {
    ErasureEngine(
      ErasureEngine.Surroundings(
        journal: journal, vault: vault, keyring: keyring, systems: systems.connected, clock: clock, random: random,
        logger: lines.logger, publish: {},
        notice: { [weak self] code, reference in self?.noticed.withLock { $0.append("\(code) \(reference)") } }),
      settings: settings)
  }

  // MARK: Calls

  /// The reply to a call, as a listener hands it on.
  func reply(
    to name: String, _ body: [UInt8], from member: Member, as person: String? = nil, on desk: OfficerDesk? = nil
  ) async -> CallReply {
    let reply = await (desk ?? self.desk).answer(call: name, body: body, from: member.peer, as: person)
    heardReplies.withLock { $0.append(Heard(member: member, call: name, reply: reply)) }
    return reply
  }

  @discardableResult
  func say<C: OfficerCall>(
    _ call: C, by member: Member, as person: String? = nil, on desk: OfficerDesk? = nil
  ) async throws -> C.Answer {
    let reply = await reply(to: C.name, try CanonicalJSON.encode(call), from: member, as: person, on: desk)
    guard reply.status == 200 else { throw try CanonicalJSON.decode(Refusal.self, from: reply.body) }
    return try CanonicalJSON.decode(C.Answer.self, from: reply.body)
  }

  /// The refusal of a call that must be refused.
  func refusal<C: OfficerCall>(
    of call: C, by member: Member, as person: String? = nil, on desk: OfficerDesk? = nil,
    at location: SourceLocation = #_sourceLocation
  ) async throws -> Refusal {
    let reply = await reply(to: C.name, try CanonicalJSON.encode(call), from: member, as: person, on: desk)
    try #require(reply.status != 200, "\(C.name) was not refused", sourceLocation: location)
    let refusal = try CanonicalJSON.decode(Refusal.self, from: reply.body)
    #expect(refusal.reason.status == reply.status, sourceLocation: location)
    return refusal
  }

  func replaceSigners(_ text: String) { signers.withLock { $0 = text } }

  // MARK: The journal

  func entries(_ kind: EntryKind? = nil) async throws -> [EvidenceEntry] {
    let entries = try await journal.read { reader in try reader.entries(from: 0, to: try reader.size) }
    return entries.map(\.entry).filter { kind == nil || $0.kind == kind }
  }

  func request(_ number: Int = 1) async throws -> RequestRecord {
    try #require(try await journal.read { reader in try reader.request(number: number) })
  }

  func plan(_ number: Int = 1) async throws -> PlanRecord {
    let reference = try #require(try await request(number).plan)
    return try #require(try await journal.read { reader in try reader.plan(reference) })
  }

  /// The jobs of the newest plan.
  func jobs(_ number: Int = 1) async throws -> [JobRecord] {
    let reference = try #require(try await request(number).plan)
    return try await journal.read { reader in try reader.jobs(of: reference) }
  }

  func job(_ system: SystemName, _ verb: JobVerb = .erase, number: Int = 1) async throws -> JobRecord {
    try #require(try await jobs(number).first { $0.system == system && $0.verb == verb })
  }

  /// The evidence agrees with itself.
  func checkJournal() async throws {
    try await journal.verifyWholeTree()
    #expect(try await journal.compareAnswersWithFold() == [])
  }
}

/// Keeps what is logged.
final class LogLines: Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }

  var logger: Logger {
    var logger = Logger(label: "desk-tests") { _ in Handler(lines: self) }
    logger.logLevel = .trace
    return logger
  }

  private struct Handler: LogHandler {
    let lines: LogLines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      lines.lines.withLock { $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
    }
  }
}
