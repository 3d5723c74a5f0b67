public import ErasureDomain

/// Starts to look for the person of a confirmed request in every column of every database of the register.
public struct Discover: OfficerCall {
  public typealias Answer = Discovery
  public static let name = "discover"
  /// The longest time for all systems together.
  public static let mostMinutes = 60
  public static let usualMinutes = 10
  /// Rows read in a second, by a caller's wish.
  public static let leastRowsPerSecond = 100
  public static let mostRowsPerSecond = 1_000_000

  public var request: String
  /// For all systems together.
  public var minutes: Int?
  /// Rows read in a second at most.
  public var rowsPerSecond: Int?

  public init(request: String, minutes: Int? = nil, rowsPerSecond: Int? = nil) {
    self.request = request
    self.minutes = minutes
    self.rowsPerSecond = rowsPerSecond
  }
}

/// How far it is; the result when it is done, once. Only for who started it.
public struct DiscoverProgress: OfficerCall {
  public typealias Answer = Discovery
  public static let name = "discover.progress"
  public var search: String
  /// Answers when something is newer than this step, or after the seconds.
  public var after: Int
  public var waitSeconds: Int

  public init(search: String, after: Int, waitSeconds: Int) {
    self.search = search
    self.after = after
    self.waitSeconds = waitSeconds
  }
}

/// A search over every column, under way or done.
public struct Discovery: Codable, Hashable, Sendable {
  /// How far it is in one system.
  public struct Progress: Codable, Hashable, Sendable {
    public var system: SystemName
    public var columns: Int
    /// 0 as long as nobody has counted.
    public var columnsInAll: Int
    public var done: Bool

    public init(system: SystemName, columns: Int, columnsInAll: Int, done: Bool) {
      self.system = system
      self.columns = columns
      self.columnsInAll = columnsInAll
      self.done = done
    }
  }

  /// Names the search in `discover.progress`.
  public var search: String
  public var number: Int
  /// Grows with everything that happens.
  public var step: Int
  public var progress: [Progress]
  /// Absent while it goes on.
  public var result: DiscoveryResult?

  public init(search: String, number: Int, step: Int, progress: [Progress], result: DiscoveryResult? = nil) {
    self.search = search
    self.number = number
    self.step = step
    self.progress = progress
    self.result = result
  }
}

/// Where the person is: numbers by table and column, never content.
public struct DiscoveryResult: Codable, Hashable, Sendable {
  /// Lines for the register, with the table they are for.
  public struct Fragment: Codable, Hashable, Sendable {
    public var table: String
    public var text: String

    public init(table: String, text: String) {
      self.table = table
      self.text = text
    }
  }

  public struct System: Codable, Hashable, Sendable {
    public var system: SystemName
    public var title: String
    /// Absent when it could not be looked into.
    public var findings: SweepFindings?
    /// Why it could not.
    public var failure: String?
    public var fragments: [Fragment]

    public init(
      system: SystemName, title: String, findings: SweepFindings?, failure: String?, fragments: [Fragment]
    ) {
      self.system = system
      self.title = title
      self.findings = findings
      self.failure = failure
      self.fragments = fragments
    }
  }

  public var systems: [System]
  /// Systems of a kind that cannot be searched so.
  public var notSearched: [SystemName]

  public init(systems: [System], notSearched: [SystemName]) {
    self.systems = systems
    self.notSearched = notSearched
  }

  /// Every system was looked into as far as it can be.
  public var isComplete: Bool { systems.allSatisfy { $0.findings?.isComplete == true } }
}

/// Every statement that is sent to a database, with the server's plan and the rights it needs.
public struct ShowStatements: OfficerCall {
  public typealias Answer = ShownStatements
  public static let name = "register.sql"
  public var system: String
  public init(system: String) { self.system = system }
}

public struct ShownStatements: Codable, Hashable, Sendable {
  public var system: SystemName
  /// A script: rights as statements, everything else as comments and statements to read.
  public var text: String
  public init(system: SystemName, text: String) {
    self.system = system
    self.text = text
  }
}

/// Proposes the file of a system from its live catalogue.
public struct DraftRegister: OfficerCall {
  public typealias Answer = DraftedRegister
  public static let name = "register.draft"
  public var system: String
  public init(system: String) { self.system = system }
}

public struct DraftedRegister: Codable, Hashable, Sendable {
  public var system: SystemName
  /// The whole file.
  public var text: String
  public var datasets: Int
  public init(system: SystemName, text: String, datasets: Int) {
    self.system = system
    self.text = text
    self.datasets = datasets
  }
}
