/// What `locate` found in one system: counts, keys of root records and further identifiers.
///
/// Keys and identifiers are for the vault; `counts` alone may leave it.
public struct Findings: Hashable, Sendable, Codable {
  public var counts: [DatasetCount]
  public var roots: [RootRecord]
  public var yields: [FoundIdentifier]
  /// Why nothing may be erased here as the register stands; an empty list is a promise that it can.
  public var obstacles: [Obstacle]
  /// Blockers that count more than zero.
  public var blocked: [String]
  /// How much each of them counts, by name, where the system tells; nil where none does, and then in no bytes either.
  public var blockedCounts: [String: Int]?
  /// What else will happen there, in sentences with names of tables and counts; never a value of a row.
  public var sideEffects: [String]

  public init(
    counts: [DatasetCount] = [], roots: [RootRecord] = [], yields: [FoundIdentifier] = [],
    obstacles: [Obstacle] = [], blocked: [String] = [], blockedCounts: [String: Int] = [:], sideEffects: [String] = []
  ) {
    self.counts = counts
    self.roots = roots
    self.yields = yields
    self.obstacles = obstacles
    self.blocked = blocked
    self.blockedCounts = blockedCounts.isEmpty ? nil : blockedCounts
    self.sideEffects = sideEffects
  }

  public var total: Int { counts.reduce(0) { $0 + $1.going + $1.kept.reduce(0) { $0 + $1.count } } }
}

/// How many rows of a dataset would go, be reduced, and stay.
public struct DatasetCount: Hashable, Sendable, Codable {
  public let dataset: String
  public let isRoot: Bool
  /// Rows that go.
  public var erase: Int
  /// Rows of which only the columns stay that kept rows need.
  public var reduce: Int
  public var kept: [KeptCount]
  /// Rows that are anonymised instead of erased; nil where none is, and then in no bytes either.
  public var anonymised: Int?
  /// Of the kept rows those that are minimised or restricted now; nil where none is.
  public var minimised: Int?
  /// Rows that are only taken out of ordinary use, where the system can do no more (soft delete); nil where none is.
  public var restricted: Int?

  public init(
    dataset: String, isRoot: Bool, erase: Int, reduce: Int = 0, kept: [KeptCount] = [], anonymised: Int? = nil,
    minimised: Int? = nil, restricted: Int? = nil
  ) {
    self.dataset = dataset
    self.isRoot = isRoot
    self.erase = erase
    self.reduce = reduce
    self.kept = kept
    self.anonymised = anonymised == 0 ? nil : anonymised
    self.minimised = minimised == 0 ? nil : minimised
    self.restricted = restricted == 0 ? nil : restricted
  }

  /// Rows that go in some way: deleted, reduced, anonymised or taken out of use. Kept rows that are minimised stay.
  public var going: Int { erase + reduce + (anonymised ?? 0) + (restricted ?? 0) }
}

/// Rows that stay, on which rule, and the first day on which they must go.
public struct KeptCount: Hashable, Sendable, Codable {
  public let rule: String
  /// First day on which erasure is due; for conditional rows the day on which they are looked at again.
  public let until: CivilDate
  public var count: Int
  /// True for rows whose start event has not happened (the start column is empty); nil for dated ones.
  public let conditional: Bool?

  public init(rule: String, until: CivilDate, count: Int, conditional: Bool? = nil) {
    self.rule = rule
    self.until = until
    self.count = count
    self.conditional = conditional == true ? true : nil
  }

  /// Whether the start event has not happened yet.
  public var isConditional: Bool { conditional == true }

  /// The same rule, day and marker without a number: what makes two counts belong together.
  public var group: KeptCount { KeptCount(rule: rule, until: until, count: 0, conditional: conditional) }
}

/// The key of a row found by an identifier. Sealed in the vault; the log carries a count and an HMAC.
public struct RootRecord: Hashable, Sendable, Codable, Comparable {
  public let dataset: String
  /// Column and value of each part of the key, in the table's order.
  public let key: [KeyPart]

  public struct KeyPart: Hashable, Sendable, Codable {
    public let column: String
    public let value: String

    public init(column: String, value: String) {
      self.column = column
      self.value = value
    }
  }

  public init(dataset: String, key: [KeyPart]) {
    self.dataset = dataset
    self.key = key
  }

  private var order: [String] { [dataset] + key.flatMap { [$0.column, $0.value] } }

  public static func < (left: Self, right: Self) -> Bool { left.order.lexicographicallyPrecedes(right.order) }
}

/// An identifier found on the way, with what decides whether it may be searched further without asking.
public struct FoundIdentifier: Hashable, Sendable, Codable {
  public let identifier: SubjectIdentifier
  public let dataset: String
  /// How many distinct persons (root records) of the dataset it points to; more than one is ambiguous.
  public let pointsTo: Int

  public init(identifier: SubjectIdentifier, dataset: String, pointsTo: Int) {
    self.identifier = identifier
    self.dataset = dataset
    self.pointsTo = pointsTo
  }
}

/// A reason found while looking why the plan cannot work; names what to change.
public struct Obstacle: Hashable, Sendable, Codable, CustomStringConvertible {
  public let code: FailureCode
  /// Tables, columns and the line of YAML that would settle it; never a value of a row.
  public let message: String

  public init(code: FailureCode, message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { message }
}

/// What the officer saw of all systems, without the person: an artifact of the log.
///
/// `rootsMAC` is an HMAC-SHA256 under a key of the vault, so it cannot be used to test a guessed key.
public struct FindingsSummary: Hashable, Sendable, Codable {
  public struct System: Hashable, Sendable, Codable {
    public let system: SystemName
    public let at: UTCTime
    public let counts: [DatasetCount]
    public let roots: Int
    public let rootsMAC: String

    public init(system: SystemName, at: UTCTime, counts: [DatasetCount], roots: Int, rootsMAC: String) {
      self.system = system
      self.at = at
      self.counts = counts
      self.roots = roots
      self.rootsMAC = rootsMAC
    }
  }

  public var v = 1
  public let request: RequestReference
  public let systems: [System]

  public init(request: RequestReference, systems: [System]) {
    self.request = request
    self.systems = systems
  }
}
