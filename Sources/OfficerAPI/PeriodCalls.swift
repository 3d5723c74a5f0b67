public import ErasureDomain

/// Figures about the requests that were received in a period, as they stand now; names nobody.
public struct ReportPeriod: OfficerCall {
  public typealias Answer = PeriodReport
  public static let name = "report"
  /// The controller's days, both included.
  public var from: CivilDate
  public var to: CivilDate
  public init(from: CivilDate, to: CivilDate) {
    self.from = from
    self.to = to
  }
}

public struct PeriodReport: Codable, Hashable, Sendable {
  /// So many that are so many days old at most; the last class has no end.
  public struct Age: Codable, Hashable, Sendable {
    public var atMostDays: Int?
    public var count: Int
    public init(atMostDays: Int?, count: Int) {
      self.atMostDays = atMostDays
      self.count = count
    }
  }

  /// Days from the receipt to something. The median is the later of the two in the middle.
  public struct Times: Codable, Hashable, Sendable {
    public var done: Int
    public var notYet: Int
    public var medianDays: Int?
    public var worstDays: Int?
    /// The number of the slowest request.
    public var worstNumber: Int?
    public init(done: Int, notYet: Int, medianDays: Int?, worstDays: Int?, worstNumber: Int?) {
      self.done = done
      self.notYet = notYet
      self.medianDays = medianDays
      self.worstDays = worstDays
      self.worstNumber = worstNumber
    }
  }

  /// A request whose reply, or whose erasure, is or was later than the last day by law.
  public struct Late: Codable, Hashable, Sendable {
    public var number: Int
    public var days: Int
    /// `reply` or `erasure`.
    public var clock: String
    public var isOpen: Bool
    public init(number: Int, days: Int, clock: String, isOpen: Bool) {
      self.number = number
      self.days = days
      self.clock = clock
      self.isOpen = isOpen
    }
  }

  /// Rows of one system of ours, counted where they went.
  public struct Rows: Codable, Hashable, Sendable {
    public var system: SystemName
    public var deleted: Int
    /// Of these only the columns that are needed stay.
    public var reduced: Int
    public var anonymised: Int
    public var restricted: Int
    public init(system: SystemName, deleted: Int = 0, reduced: Int = 0, anonymised: Int = 0, restricted: Int = 0) {
      self.system = system
      self.deleted = deleted
      self.reduced = reduced
      self.anonymised = anonymised
      self.restricted = restricted
    }
  }

  /// The register as it is now.
  public struct Coverage: Codable, Hashable, Sendable {
    public var systems: Int
    /// Erased or searched through a connector.
    public var connected: Int
    public var byHand: Int
    /// Connected, and only looked at: the owner has not released it.
    public var notReleased: [SystemName]
    public init(systems: Int, connected: Int, byHand: Int, notReleased: [SystemName]) {
      self.systems = systems
      self.connected = connected
      self.byHand = byHand
      self.notReleased = notReleased
    }
  }

  public var from: CivilDate
  public var to: CivilDate
  public var today: CivilDate
  public var practice: Bool
  /// Entries that the log had when the figures were begun.
  public var logSize: Int64
  /// The newest number of the log, and numbers up to it that no request has.
  public var newestNumber: Int
  public var missingNumbers: [Int]
  /// The numbers of the period's requests, as ranges: `4-17,20`.
  public var numbers: String
  public var received: Int
  public var closed: Int
  public var byState: [String: Int]
  public var byRight: [String: Int]
  public var byChannel: [String: Int]
  /// Not closed, by days since the receipt.
  public var open: [Age]
  /// Reply or erasure outstanding after the last day by law, by days since.
  public var overdue: [Age]
  public var late: [Late]
  public var reply: Times
  public var erasure: Times
  public var extended: Int
  public var suspended: Int
  public var withdrawn: Int
  public var refusedByGround: [String: Int]
  /// Jobs and records that stay by a decision.
  public var exceptionsByGround: [String: Int]
  public var rows: [Rows]
  /// Jobs of companies that never confirmed, and that are silent now.
  public var unconfirmed: [String: Int]
  public var silentNow: [String: Int]
  /// Tagged copies past their day and not seen gone; kept rows past their day and not erased.
  public var lingeringCopies: Int
  public var keptPastTheirDay: Int
  public var openQuestions: Int
  public var failedJobs: Int
  /// Opened in the period; of these, not dealt with within the hours of Article 33.
  public var incidents: Int
  public var lateIncidents: Int
  public var coverage: Coverage

  public init(from: CivilDate, to: CivilDate, today: CivilDate, practice: Bool, coverage: Coverage) {
    self.from = from
    self.to = to
    self.today = today
    self.practice = practice
    self.coverage = coverage
    (logSize, newestNumber, missingNumbers, numbers) = (0, 0, [], "")
    (received, closed, byState, byRight, byChannel) = (0, 0, [:], [:], [:])
    (open, overdue, late) = ([], [], [])
    reply = Times(done: 0, notYet: 0, medianDays: nil, worstDays: nil, worstNumber: nil)
    erasure = reply
    (extended, suspended, withdrawn, refusedByGround, exceptionsByGround) = (0, 0, 0, [:], [:])
    (rows, unconfirmed, silentNow) = ([], [:], [:])
    (lingeringCopies, keptPastTheirDay, openQuestions, failedJobs, incidents, lateIncidents) = (0, 0, 0, 0, 0, 0)
  }
}
