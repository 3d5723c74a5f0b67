public import Correspondence
public import ErasureDomain

/// What a person may do. A role never gives more than its calls; deciding needs a signature besides.
public enum Role: String, Codable, Sendable, CaseIterable {
  /// Registers requests, establishes identity, drafts plans.
  case clerk
  /// All a clerk may, and approves, refuses, grants exceptions.
  case officer
  /// Reads, and signs plans beside officers, never alone: a data protection officer.
  case coSigner = "co-signer"
  /// Releases and stops his systems, confirms manual tasks.
  case systemOwner = "system-owner"
  /// Reads.
  case auditor
  /// Runs the daemon; sees no person and decides nothing.
  case `operator`
}

/// One of the people of the configuration.
public struct Person: Hashable, Sendable {
  public let name: String
  public let id: PersonReference
  public let roles: Set<Role>
  /// Unix users he works as.
  public let userIDs: Set<UInt32>
  /// His names in `allowed_signers`.
  public let principals: Set<String>
  /// The systems he answers for.
  public let owns: Set<SystemName>
  /// Where alarms reach him; nil where the notice command must.
  public let mail: MailAddress?
  /// The local days on which he is not there, the last one included.
  public let absent: [ClosedRange<CivilDate>]

  public init(
    name: String, id: PersonReference, roles: Set<Role>, userIDs: Set<UInt32>, principals: Set<String>,
    owns: Set<SystemName> = [], mail: MailAddress? = nil, absent: [ClosedRange<CivilDate>] = []
  ) {
    self.name = name
    self.id = id
    self.roles = roles
    self.userIDs = userIDs
    self.principals = principals
    self.owns = owns
    self.mail = mail
    self.absent = absent
  }

  /// Whether he is there on a local day.
  public func isPresent(on day: CivilDate) -> Bool { !absent.contains { $0.contains(day) } }
}

/// The people of the configuration, and the Unix group of the operators.
public struct People: Sendable {
  public let persons: [Person]
  public let operatorGroups: Set<UInt32>

  public init(persons: [Person], operatorGroups: Set<UInt32> = []) {
    self.persons = persons
    self.operatorGroups = operatorGroups
  }

  public func name(of id: PersonReference?) -> String? {
    guard let id else { return nil }
    return persons.first { $0.id == id }?.name ?? id.text
  }

  /// Who may release a system.
  public func owners(of system: SystemName) -> [Person] {
    persons.filter { $0.roles.contains(.systemOwner) && $0.owns.contains(system) }
  }

  /// Who signs under a principal.
  ///
  /// Who has no principal of his own signs under his name.
  public func signer(_ principal: String) -> Person? {
    persons.first { $0.principals.contains(principal) }
      ?? persons.first { $0.principals.isEmpty && $0.name == principal }
  }
}

/// Who is calling, and in what roles.
struct Caller: Sendable {
  let person: Person?
  let roles: Set<Role>

  var id: PersonReference? { person?.id }
}

/// Which roles may make which call. Every call is here; one that is not is refused.
enum Permissions {
  private static let desk: Set<Role> = [.clerk, .officer]
  private static let readers: Set<Role> = [.clerk, .officer, .coSigner, .auditor]
  private static let signers: Set<Role> = [.officer, .coSigner]
  private static let tasks: Set<Role> = [.clerk, .officer, .systemOwner]

  static let roles: [String: Set<Role>] = [
    "request.add": desk, "request.list": readers, "request.show": desk, "request.confirm": desk,
    "request.refuse": [.officer], "request.withdraw": desk, "request.close": [.officer],
    "request.identifiers": desk, "request.link": desk,
    "request.look": desk, "request.import": desk,
    "request.extend": [.officer], "request.ask-identity": desk, "request.receipt": desk, "request.reply": desk,
    "letter.show": desk, "letter.send": [.officer], "letter.printed": [.officer],
    "plan.make": desk, "plan.decide": [.officer], "plan.show": readers, "plan.pause": [.officer],
    "plan.resume": [.officer],
    "approval.prepare": signers, "approval.leave-out": [.officer], "approval.submit": [.clerk, .officer, .coSigner],
    "job.list": readers, "job.kept": readers, "job.show": readers, "job.answer": [.officer], "job.retry": [.officer],
    "job.cancel": [.officer],
    "task.list": tasks, "task.show": tasks, "task.answer": [.officer], "task.prepare": tasks, "task.done": tasks,
    "status": Set(Role.allCases), "today": Set(Role.allCases), "check": [.officer, .auditor, .operator],
    "watch": readers,
    "measure.order": [.officer], "measure.lift": [.officer], "measure.done": [.officer, .systemOwner],
    "do-not-contact.add": desk, "do-not-contact.check": desk, "do-not-contact.export": [.officer],
    "do-not-contact.remove": [.officer],
    "hold.set": desk, "hold.release": desk, "hold.list": readers,
    "package.show": readers, "package.add": tasks, "package.make": [.officer], "package.delivered": [.officer],
    "package.waived": [.officer],
    "incident.open": desk, "incident.show": readers, "incident.close": [.officer],
    "work.stop": [.clerk, .officer, .systemOwner, .operator], "work.resume": [.officer],
    "system.list": Set(Role.allCases), "system.release": [.systemOwner], "system.stop": [.systemOwner, .officer],
    "recipient.list": Set(Role.allCases), "recipient.test": [.officer, .systemOwner, .operator],
    "restore.announce": [.clerk, .officer, .operator], "restore.drill": [.officer, .operator],
    "standing.prepare": [.officer], "standing.submit": desk, "standing.withdraw": [.officer],
    "configuration.show": [.officer, .auditor, .operator], "configuration.prepare": [.officer],
    "configuration.submit": desk, "people.list": [.officer, .auditor, .operator], "people.invite": [.officer],
    "people.compromised": [.officer],
    "discover": desk, "discover.progress": desk, "register.draft": tasks,
    "register.sql": tasks,
    "evidence.export": [.officer, .auditor], "evidence.log": [.officer, .auditor],
    "dossier.make": [.officer, .auditor], "report": readers,
    "case.open": [.officer], "case.hand": [.officer],
    "calendar.move": [.clerk, .officer],
  ]

  static func allow(_ call: String, _ caller: Caller) -> Bool {
    !(roles[call] ?? []).isDisjoint(with: caller.roles)
  }
}
