public import ErasureDomain

/// What needs attention; sees no person.
public struct ShowStatus: OfficerCall {
  public typealias Answer = StatusView
  public static let name = "status"
  public init() {}
}

public struct StatusView: Codable, Hashable, Sendable {
  public var version: String
  public var practice: Bool
  public var now: UTCTime
  public var today: CivilDate
  public var origin: String
  public var logSize: Int64
  public var checkpointSize: Int64
  public var requests: [String: Int]
  public var jobs: [String: Int]
  public var tasks: Int
  public var overdue: Int
  /// Concluded, and the person not informed for 14 days.
  public var keepsPerson: Int
  public var manual: Int
  public var connected: Int
  /// Sentences about what is wrong; empty on a healthy day.
  public var warnings: [String]
  public init(
    version: String, practice: Bool, now: UTCTime, today: CivilDate, origin: String, logSize: Int64,
    checkpointSize: Int64, requests: [String: Int], jobs: [String: Int], tasks: Int, overdue: Int, keepsPerson: Int,
    manual: Int, connected: Int, warnings: [String]
  ) {
    self.version = version
    self.practice = practice
    self.now = now
    self.today = today
    self.origin = origin
    self.logSize = logSize
    self.checkpointSize = checkpointSize
    self.requests = requests
    self.jobs = jobs
    self.tasks = tasks
    self.overdue = overdue
    self.keepsPerson = keepsPerson
    self.manual = manual
    self.connected = connected
    self.warnings = warnings
  }
}

/// Everything stands still until `ResumeWork`: no attempt begins, and what is not committed is not.
public struct StopWork: OfficerCall {
  public typealias Answer = Done
  public static let name = "work.stop"
  public init() {}
}

/// Work goes on after `StopWork`.
public struct ResumeWork: OfficerCall {
  public typealias Answer = Done
  public static let name = "work.resume"
  public init() {}
}

/// Checks the stores; `deep` recomputes the whole tree and rebuilds the answering tables.
public struct Check: OfficerCall {
  public typealias Answer = CheckView
  public static let name = "check"
  public var deep: Bool
  public init(deep: Bool) { self.deep = deep }
}

public struct CheckView: Codable, Hashable, Sendable {
  public struct Line: Codable, Hashable, Sendable {
    public var name: String
    public var healthy: Bool
    public var words: String
    public init(name: String, healthy: Bool, words: String) {
      self.name = name
      self.healthy = healthy
      self.words = words
    }
  }
  public var lines: [Line]
  public init(lines: [Line]) { self.lines = lines }
}

/// The evidence bundle of one request, all files.
public struct ExportEvidence: OfficerCall {
  public typealias Answer = ExportedEvidence
  public static let name = "evidence.export"
  public var request: String
  public init(request: String) { self.request = request }
}

public struct ExportedEvidence: Codable, Hashable, Sendable {
  public struct File: Codable, Hashable, Sendable {
    public var path: String
    /// Base64.
    public var content: String
    public init(path: String, content: String) {
      self.path = path
      self.content = content
    }
  }
  public var files: [File]
  public init(files: [File]) { self.files = files }
}

/// A page of the published log: some of its files.
public struct ExportLog: OfficerCall {
  public typealias Answer = ExportedLog
  public static let name = "evidence.log"
  /// What the page before said comes next; the first page when absent.
  public var after: String?
  public init(after: String? = nil) { self.after = after }
}

public struct ExportedLog: Codable, Hashable, Sendable {
  /// Paths are within the log folder. A file may come twice, with the same bytes.
  public var files: [ExportedEvidence.File]
  /// Nil after the last page.
  public var next: String?
  public init(files: [ExportedEvidence.File], next: String?) {
    self.files = files
    self.next = next
  }
}

/// New entries of the log, as lines; answers when there are some or the time is over.
public struct WatchLog: OfficerCall {
  public typealias Answer = Watched
  public static let name = "watch"
  public var request: String?
  /// The first index wanted.
  public var from: Int64
  /// At most 30.
  public var waitSeconds: Int
  public init(request: String?, from: Int64, waitSeconds: Int) {
    self.request = request
    self.from = from
    self.waitSeconds = waitSeconds
  }
}

public struct Watched: Codable, Hashable, Sendable {
  public var lines: [HistoryLine]
  public var next: Int64
  public init(lines: [HistoryLine], next: Int64) {
    self.lines = lines
    self.next = next
  }
}

/// Practice mode only: moves the calendar forward to a day, or by a number of seconds.
public struct MoveCalendar: OfficerCall {
  public typealias Answer = StatusView
  public static let name = "calendar.move"
  public var to: CivilDate?
  public var seconds: Int64?
  public init(to: CivilDate? = nil, seconds: Int64? = nil) {
    self.to = to
    self.seconds = seconds
  }
}
