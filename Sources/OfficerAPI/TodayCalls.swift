public import ErasureDomain

/// What needs somebody today, as values without words. Counts for everybody; requests only for who may list them.
public struct ShowToday: OfficerCall {
  public typealias Answer = TodayView
  public static let name = "today"
  public init() {}
}

/// The first screen.
public struct TodayView: Codable, Hashable, Sendable {
  /// An open request in the list by days left.
  public struct Line: Codable, Hashable, Sendable {
    public var number: Int
    public var state: String
    public var waitsFor: RequestStage
    /// Its plan waits for a signature that the caller can give.
    public var isMine: Bool
    /// One of its jobs waits for a person.
    public var asks: Bool
    /// Days to the work-to date, negative when past, with both dates; nil while only closing is left.
    public var daysLeft: Int?
    public var workTo: CivilDate
    public var statutory: CivilDate
    public init(
      number: Int, state: String, waitsFor: RequestStage, isMine: Bool, asks: Bool, daysLeft: Int?, workTo: CivilDate,
      statutory: CivilDate
    ) {
      self.number = number
      self.state = state
      self.waitsFor = waitsFor
      self.isMine = isMine
      self.asks = asks
      self.daysLeft = daysLeft
      self.workTo = workTo
      self.statutory = statutory
    }
  }

  /// A company that has said nothing for four fifths of its time.
  public struct Silence: Codable, Hashable, Sendable {
    public var system: SystemName
    public var title: String
    public var jobs: Int
    public var since: UTCTime
    /// Until when the first of them has time.
    public var until: UTCTime
    public init(system: SystemName, title: String, jobs: Int, since: UTCTime, until: UTCTime) {
      self.system = system
      self.title = title
      self.jobs = jobs
      self.since = since
      self.until = until
    }
  }

  /// Something about a request; its number only for who may list requests.
  public struct Matter: Codable, Hashable, Sendable {
    public var number: Int?
    public var system: SystemName?
    /// Records that are there again.
    public var records: Int?
    /// The instant by which it is to be done, or the day.
    public var before: UTCTime?
    public var day: CivilDate?
    public init(
      number: Int?, system: SystemName? = nil, records: Int? = nil, before: UTCTime? = nil, day: CivilDate? = nil
    ) {
      self.number = number
      self.system = system
      self.records = records
      self.before = before
      self.day = day
    }
  }

  /// A system in which work waits for its owner's word.
  public struct Gate: Codable, Hashable, Sendable {
    public var system: SystemName
    public var title: String
    public var state: SystemView.State
    public var jobs: Int
    /// The caller may say the word.
    public var isMine: Bool
    public init(system: SystemName, title: String, state: SystemView.State, jobs: Int, isMine: Bool) {
      self.system = system
      self.title = title
      self.state = state
      self.jobs = jobs
      self.isMine = isMine
    }
  }

  /// A key that counts no more soon.
  public struct EndingKey: Codable, Hashable, Sendable {
    /// Whose it is; nil for nobody of the configuration.
    public var person: String?
    /// The line of `allowed_signers`.
    public var line: Int
    public var on: CivilDate
    public init(person: String?, line: Int, on: CivilDate) {
      self.person = person
      self.line = line
      self.on = on
    }
  }

  /// Who stopped everything, and when; nobody's name for an operator.
  public struct Stop: Codable, Hashable, Sendable {
    public var by: String?
    public var at: UTCTime
    public init(by: String?, at: UTCTime) {
      self.by = by
      self.at = at
    }
  }

  public var now: UTCTime
  public var today: CivilDate
  /// The first open ones by days left; nil for who may not list requests.
  public var requests: [Line]?
  /// Open requests, and those by what they wait for.
  public var open = 0
  public var stages: [RequestStage: Int] = [:]
  /// Past their work-to date, and due from today on within a week.
  public var overdue = 0
  public var week = 0
  /// Concluded, refused or withdrawn, and the person not informed for 14 days.
  public var keepsPerson = 0
  /// Objections to marketing that do not hold everywhere an hour after they were ordered.
  public var objections = 0
  /// Everything that waits for a person; of a system owner what waits in his systems.
  public var tasks = 0
  /// Among them jobs by what they ask, `failed` for those that gave up.
  public var questions: [String: Int] = [:]
  /// Plans that wait for signatures, and those of the oldest that the caller can sign.
  public var plans = 0
  public var plansToSign = 0
  /// Not all plans were looked at: there may be more to sign.
  public var mayBeMoreToSign = false
  /// Plans that have waited for signatures for too long.
  public var latePlans: [Matter] = []
  public var silent: [Silence] = []
  /// What was erased and is there again: seen after an erasure, by a weekly look, or after a restore.
  public var returned: [Matter] = []
  public var restored: [SystemName] = []
  public var incidents: [Matter] = []
  public var holds: [Matter] = []
  public var exceptions: [Matter] = []
  /// Of late plans, findings, incidents, holds and exceptions those beyond the first of each kind, which alone are named.
  public var further = 0
  public var gates: [Gate] = []
  /// Set when fewer than two people can approve today: how many can.
  public var approvers: Int?
  public var keys: [EndingKey] = []
  public var signersUnreadable = false
  public var stopped: Stop?
  /// Files that changed without two entitled signatures.
  public var changed: [String] = []
  /// Case files past their last day, and whether none can be written.
  public var caseFilesPast = 0
  public var caseFilesUnwritable = false
  /// Why nothing is appended any more, in English.
  public var journalFailure: String?
  /// Neither a witness nor a time-stamping authority is configured.
  public var isNotAnchored = false

  public init(now: UTCTime, today: CivilDate) {
    self.now = now
    self.today = today
  }
}
