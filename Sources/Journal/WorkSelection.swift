public import ErasureDomain

/// Which requests a list shows, and in which order.
public enum RequestSelection: Hashable, Sendable {
  /// Open ones by the day that people work to, those of which only closing is left last; of all stages when empty.
  case open(Set<RequestStage>)
  /// Open ones by number.
  case numbered
  /// Closed ones, the newest first.
  case closed
  /// Every one, the newest first.
  case all
  /// Those with a measure that waits somewhere, by number.
  case measured
  /// Those to be acknowledged by themselves, by number.
  case unacknowledged
}

/// Which jobs a list shows, and in which order.
public enum JobSelection: Hashable, Sendable {
  /// Those in one of the states, by the states' words (a settled job's word is its outcome's), nearest deadline first.
  case inStates([String])
  /// Those that wait for a person and are not held, nearest deadline first.
  case waitingForPerson
  /// Those about which a company's silence is somebody's worry at that time, the longest first.
  case silent(at: UTCTime)
}

/// A place in a list of jobs: the one before which, or behind which, it goes on.
public struct JobPosition: Hashable, Sendable {
  /// The deadline; of silent jobs since when the silence is a worry.
  public var at: UTCTime
  public var job: JobReference

  public init(at: UTCTime, job: JobReference) {
    self.at = at
    self.job = job
  }

  /// Where a job stands in such a list.
  public init(of record: JobRecord, in selection: JobSelection) {
    job = record.job
    switch selection {
    case .inStates, .waitingForPerson: at = record.deadline
    case .silent: at = record.worriesAt ?? record.deadline
    }
  }
}

/// A place in a list of requests: the one before which, or behind which, it goes on.
public struct RequestPosition: Hashable, Sendable, Codable {
  /// Looked at where a list goes by days alone.
  public var workTo: CivilDate
  public var number: Int

  public init(workTo: CivilDate, number: Int) {
    self.workTo = workTo
    self.number = number
  }

  /// Behind every request whose day comes before this one.
  public init(startOf day: CivilDate) { self.init(workTo: day, number: 0) }
}

/// What waits for people, counted from indexes that hold nothing else.
public struct WorkCounts: Sendable, Hashable {
  /// Open requests by what they wait for.
  public var stages: [RequestStage: Int]
  /// Jobs that wait for a person, by system and by what they ask.
  public var questions: [SystemName: [String: Int]]
  /// Plans that wait for signatures.
  public var plans: Int

  public init(stages: [RequestStage: Int] = [:], questions: [SystemName: [String: Int]] = [:], plans: Int = 0) {
    self.stages = stages
    self.questions = questions
    self.plans = plans
  }

  /// Open requests.
  public var open: Int { stages.values.reduce(0, +) }
}

/// A company that has said nothing about some jobs for four fifths of its time.
public struct SilentCompany: Sendable, Hashable {
  public var system: SystemName
  public var jobs: Int
  /// Since when the first of them is a worry, and until when the first has time.
  public var since: UTCTime
  public var until: UTCTime

  public init(system: SystemName, jobs: Int, since: UTCTime, until: UTCTime) {
    self.system = system
    self.jobs = jobs
    self.since = since
    self.until = until
  }
}
