/// One system of the register: a place that holds personal data, and what is to be done there.
public struct SystemRecord: Hashable, Sendable, Codable {
  public let system: SystemName
  /// For people: "Customer relations".
  public let title: String
  public let role: SystemRole
  /// Who answers for it; a role or department, never a customer.
  public let owner: String
  public let subjects: [Capacity]
  public let connector: String
  /// The connector's own settings, decoded by it.
  public let settings: CanonicalJSON
  /// Kinds of identifiers that are sent to it (companies) or shown to the person who does the task.
  public let identifiers: [IdentifierKind]
  public let datasets: [DatasetRecord]
  public let blockers: [Blocker]
  /// Nothing means "none", said in the register by a named role on a date.
  public let copies: [CopyDeclaration]
  /// Jobs that may run at the same time in this system.
  public let concurrency: Int
  /// The day on which the system is switched off; nothing in it can be erased from that day on.
  public let retired: CivilDate?
  /// Where rows that must stay longer than that move, as the owner decided.
  public let movesTo: SystemName?
  /// For a system of a government body: where the selection list allows destruction.
  public let archive: ArchiveReference?
  /// How the last looks see it; absent when they look only where the datasets say.
  public let lastLook: LastLookKind?
  /// When its rows may be erased; at any time when absent.
  public let hours: AllowedHours?
  /// For companies: when it got data, where the register says so.
  public let got: DataPeriod?
  /// For companies: when it ceased to exist, and who can be told in its place.
  public let ceased: Cessation?
  /// The kind of data it holds, where its datasets do not say otherwise; nil where the register has no word for it.
  public let category: String?

  public init(
    system: SystemName, title: String, role: SystemRole, owner: String, subjects: [Capacity], connector: String,
    settings: CanonicalJSON, identifiers: [IdentifierKind], datasets: [DatasetRecord], blockers: [Blocker],
    copies: [CopyDeclaration], concurrency: Int, retired: CivilDate? = nil, movesTo: SystemName? = nil,
    archive: ArchiveReference? = nil, lastLook: LastLookKind? = nil, hours: AllowedHours? = nil,
    got: DataPeriod? = nil, ceased: Cessation? = nil, category: String? = nil
  ) {
    self.system = system
    self.title = title
    self.role = role
    self.owner = owner
    self.subjects = subjects
    self.connector = connector
    self.settings = settings
    self.identifiers = identifiers
    self.datasets = datasets
    self.blockers = blockers
    self.copies = copies
    self.concurrency = concurrency
    self.retired = retired
    self.movesTo = movesTo
    self.archive = archive
    self.lastLook = lastLook
    self.hours = hours
    self.got = got
    self.ceased = ceased
    self.category = category
  }
}

/// How thorough the last looks after an erasure are in a system.
public enum LastLookKind: String, Hashable, Sendable, Codable, CaseIterable {
  /// Every column of the database, as `discover` does.
  case sweep
}

extension SystemRecord {
  /// The kind of connector that leaves everything to a person; nothing can be searched through it.
  public static let manualConnector = "manual-task"

  /// The category of a dataset's rows: its own word or the system's; rows without identifiers go or stay with those that
  /// they belong to. The system's for no dataset at all.
  public func category(of dataset: String? = nil) -> String {
    var name = dataset
    // The register refuses circles; the bound is for one that was never read as a register.
    for _ in datasets {
      guard let found = datasets.first(where: { $0.name == name }) else { break }
      guard !found.isRoot, let parent = found.belongsTo.first else { return found.category ?? category ?? found.name }
      name = parent.dataset
    }
    return category ?? name ?? system.description
  }

  /// Other categories whose rows belong to rows of this one, or the other way round, sorted: what is decided about one of them
  /// cannot be kept from the other.
  public func categories(boundTo category: String) -> [String] {
    var bound: Set<String> = []
    for dataset in datasets {
      let own = self.category(of: dataset.name)
      for other in dataset.belongsTo.map({ self.category(of: $0.dataset) }) where other != own {
        if own == category { bound.insert(other) }
        if other == category { bound.insert(own) }
      }
    }
    return bound.sorted()
  }

  /// Whether rows of it are erased by us: then its owner must release it first.
  public var isErasedByUs: Bool { role.isSearched && connector != Self.manualConnector }
}

/// A table of a system: how a person's rows are found and what happens to them.
public struct DatasetRecord: Hashable, Sendable, Codable {
  public let name: String
  public let table: String
  /// Which column holds which kind of identifier; several columns of one kind are several entries.
  public let find: [IdentifiedColumn]
  /// Kinds that alone identify a person here; the others identify only when all that are given match together.
  public let suffices: [IdentifierKind]
  /// Identifiers found here that other systems are searched with.
  public let yields: [IdentifiedColumn]
  /// Columns shown live to the approver for each root record; never stored.
  public let review: [String]
  /// Rows that belong to rows of other datasets; none for a root dataset.
  public let belongsTo: [Belonging]
  public let treatment: Treatment
  /// For root datasets: the most records that one person may have here; more refuse the plan. Nil where the register
  /// sets none.
  public let atMost: Int?
  /// For root datasets: the kind of data they hold, with what belongs to them; nil where the register has no word for it.
  public let category: String?
  /// How rows are marked at once while they may only be stored, and when the person objects to marketing; nil where the
  /// system has nothing for it.
  public let restrict: Restriction?
  public let optOut: Restriction?
  /// What the person takes along; nil where the register says nothing: everything for access, nothing for portability.
  public let takeAlong: TakeAlong?

  public init(
    name: String, table: String, find: [IdentifiedColumn], suffices: [IdentifierKind], yields: [IdentifiedColumn],
    review: [String], belongsTo: [Belonging], treatment: Treatment, atMost: Int? = nil,
    category: String? = nil, restrict: Restriction? = nil, optOut: Restriction? = nil,
    takeAlong: TakeAlong? = nil
  ) {
    self.name = name
    self.table = table
    self.find = find
    self.suffices = suffices
    self.yields = yields
    self.review = review
    self.belongsTo = belongsTo
    self.treatment = treatment
    self.atMost = atMost
    self.category = category
    self.restrict = restrict
    self.optOut = optOut
    self.takeAlong = takeAlong
  }

  /// A root dataset's rows are found by an identifier; others are reached from them.
  public var isRoot: Bool { !find.isEmpty }
}

/// A column that holds a kind of identifier.
public struct IdentifiedColumn: Hashable, Sendable, Codable {
  public let kind: IdentifierKind
  public let column: String
  /// How the register says it is compared; nothing where it leaves that to the kind.
  public let compare: ColumnComparison?

  public init(kind: IdentifierKind, column: String, compare: ColumnComparison? = nil) {
    self.kind = kind
    self.column = column
    self.compare = compare
  }

  /// How it is compared: addresses as addresses are, everything else value for value.
  public var comparison: ColumnComparison { compare ?? (kind == .email ? .folded : .exact) }
}

/// How a column is compared with an identifier.
public enum ColumnComparison: String, Hashable, Sendable, Codable, CaseIterable {
  /// Value for value.
  case exact
  /// Without blanks around it, whatever the case of its letters, composed or not.
  case folded
}

/// How rows of one dataset belong to rows of another: pairs of columns, several for a composite key.
public struct Belonging: Hashable, Sendable, Codable {
  public struct Pair: Hashable, Sendable, Codable {
    /// Column of this dataset.
    public let child: String
    /// Column of the dataset it belongs to.
    public let parent: String

    public init(child: String, parent: String) {
      self.child = child
      self.parent = parent
    }
  }

  public let dataset: String
  public let columns: [Pair]

  public init(dataset: String, columns: [Pair]) {
    self.dataset = dataset
    self.columns = columns
  }
}

/// A count that must be zero before anything is erased; otherwise an officer is asked (open order, dispute).
public struct Blocker: Hashable, Sendable, Codable {
  public let name: String
  /// One SELECT that gives one number; `:dataset.column` stands for the located root records' values.
  public let query: String

  public init(name: String, query: String) {
    self.name = name
    self.query = query
  }
}

/// What a copy is (requirements H1; section 6 of the design lists those that end by themselves).
public enum CopyKind: String, Hashable, Sendable, Codable, CaseIterable {
  case backup
  case staging
  case warehouse
  case searchIndex = "search-index"
  case cache
  case topic
  case log
  case export
  case spreadsheet
}

/// A copy of the system that outlives the erasure for a while.
public struct CopyDeclaration: Hashable, Sendable, Codable {
  /// The set's name, for example `crm-nightly`.
  public let set: String
  public let kind: CopyKind
  /// The system of the register that looks after it: a backup, or for a copy that we erase ourselves the copy.
  public let system: SystemName
  /// How long a copy is kept, in days, as its owner says; nil where nobody has said.
  public let keepsDays: Int?
  /// How often one is made, where they lie, how they are encrypted: in the owner's words, nil where nobody has said.
  public let cycle: String?
  public let place: String?
  public let encryption: String?

  public init(
    set: String, kind: CopyKind, system: SystemName, keepsDays: Int? = nil, cycle: String? = nil, place: String? = nil,
    encryption: String? = nil
  ) {
    self.set = set
    self.kind = kind
    self.system = system
    self.keepsDays = keepsDays
    self.cycle = cycle
    self.place = place
    self.encryption = encryption
  }

  /// The most days that are read: a hundred years.
  public static let mostDays = 36_500
  /// Copies that are kept longer are pointed out in every plan.
  public static let longDays = 90
  /// Copies that are kept longer are too long for a backup.
  public static let tooLongDays = 180
}
