public import ErasureDomain

/// Everything a plan follows from. Nothing of it names the person.
public struct PlanInput: Sendable {
  /// The new plan's own reference.
  public let plan: PlanReference
  /// The request that is to be carried out.
  public let request: RequestReference
  /// Its first entry: capacities, kinds of identifiers, due dates.
  public let received: RequestReceived
  /// The dates that count now: an extension or a suspension has moved those of the first entry.
  public let dueDates: DueDates
  /// Kinds of identifiers that were given, with the request or later; the others of `knownKinds` were found.
  public let givenKinds: Set<IdentifierKind>
  /// The ground it was accepted on.
  public let ground: ErasureGround
  /// Who accepted it; the drafter where nobody is known.
  public let acceptedBy: PersonReference
  /// What officers decided about single categories since.
  public let decisions: [CategoryDecision]
  /// The systems and retention rules as they stand now.
  public let register: SystemRegister
  /// SHA-256 of `register.canonicalBytes`.
  public let registerDigest: ContentDigest
  /// SHA-256 of each system's canonical record.
  public let recordDigests: [SystemName: ContentDigest]
  /// The wire contracts by which companies are told, whose test each must have passed.
  public let contracts: [SystemName: String]
  /// Companies that have passed it, as the register describes them now.
  public let passed: Set<SystemName>
  /// Systems whose connector can read what the person takes along.
  public let exporting: Set<SystemName>
  /// What was seen in each system that was searched; one that is missing here refuses the plan.
  public let searched: [SystemName: SearchedSystem]
  /// SHA-256 of the canonical findings.
  public let findingsDigest: ContentDigest
  /// Kinds of identifiers of the person we hold: those of the request and those accepted on the way.
  public let knownKinds: Set<IdentifierKind>
  /// The origin of the log the approval will stand in.
  public let log: String
  /// Who makes the plan; another person must approve it.
  public let drafter: PersonReference
  /// When the plan is made.
  public let at: UTCTime
  /// Whether nothing in it is meant for real people.
  public let practice: Bool
  /// By how much dependent rows may grow until a job runs.
  public let margin: Margin
  /// Job references are drawn from it.
  public let random: any RandomSource
  /// The first instant of a day where the controller is (`CivilClock.start(of:)`).
  public let startOfDay: @Sendable (CivilDate) -> UTCTime

  /// An input from its parts.
  public init(
    plan: PlanReference, request: RequestReference, received: RequestReceived,
    dueDates: DueDates? = nil, givenKinds: Set<IdentifierKind>? = nil, ground: ErasureGround,
    acceptedBy: PersonReference? = nil, decisions: [CategoryDecision] = [],
    register: SystemRegister, registerDigest: ContentDigest, recordDigests: [SystemName: ContentDigest] = [:],
    contracts: [SystemName: String] = [:], passed: Set<SystemName> = [],
    exporting: Set<SystemName> = [], searched: [SystemName: SearchedSystem],
    findingsDigest: ContentDigest, knownKinds: Set<IdentifierKind>, log: String, drafter: PersonReference,
    at: UTCTime, practice: Bool, margin: Margin, random: any RandomSource,
    startOfDay: @escaping @Sendable (CivilDate) -> UTCTime
  ) {
    self.plan = plan
    self.request = request
    self.received = received
    self.dueDates = dueDates ?? received.dueDates
    self.givenKinds = givenKinds ?? Set(received.identifierKinds)
    self.ground = ground
    self.acceptedBy = acceptedBy ?? drafter
    self.decisions = decisions
    self.register = register
    self.registerDigest = registerDigest
    self.recordDigests = recordDigests
    self.contracts = contracts
    self.passed = passed
    self.exporting = exporting
    self.searched = searched
    self.findingsDigest = findingsDigest
    self.knownKinds = knownKinds
    self.log = log
    self.drafter = drafter
    self.at = at
    self.practice = practice
    self.margin = margin
    self.random = random
    self.startOfDay = startOfDay
  }
}

/// What a search of one system gave, without keys and identifiers.
public struct SearchedSystem: Hashable, Sendable {
  /// Rows that go, are reduced and stay, per dataset.
  public let counts: [DatasetCount]
  /// Why the register cannot be followed there; each refuses the plan.
  public let obstacles: [Obstacle]
  /// Names of blockers that count more than zero.
  public let blocked: [String]
  /// How much they count, where the system tells.
  public let blockedCounts: [String: Int]
  /// Records found, per root dataset.
  public let roots: [String: Int]
  /// Root records that an officer has left out, per dataset.
  public let leftOut: [PlannedJob.LeftOut]
  /// What else will happen there, in sentences.
  public let sideEffects: [String]

  /// What was seen, from its parts.
  public init(
    counts: [DatasetCount], obstacles: [Obstacle] = [], blocked: [String] = [], blockedCounts: [String: Int] = [:],
    roots: [String: Int] = [:], leftOut: [PlannedJob.LeftOut] = [], sideEffects: [String] = []
  ) {
    self.counts = counts
    self.obstacles = obstacles
    self.blocked = blocked
    self.blockedCounts = blockedCounts
    self.roots = roots
    self.leftOut = leftOut
    self.sideEffects = sideEffects
  }

  /// The part of findings that may leave the vault.
  public init(_ findings: Findings, leftOut: [PlannedJob.LeftOut] = []) {
    self.init(
      counts: findings.counts, obstacles: findings.obstacles, blocked: findings.blocked,
      blockedCounts: findings.blockedCounts ?? [:],
      roots: Dictionary(grouping: findings.roots, by: \.dataset).mapValues(\.count), leftOut: leftOut,
      sideEffects: findings.sideEffects)
  }

  /// Rows that go now.
  var going: Int { counts.reduce(0) { $0 + $1.going } }

  /// Whether anything was seen; records an officer left out were seen too.
  var hasHits: Bool {
    going > 0 || counts.contains { $0.kept.contains { $0.count > 0 } } || leftOut.contains { $0.count > 0 }
  }
}
