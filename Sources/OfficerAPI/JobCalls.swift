public import ErasureDomain

public struct ListJobs: OfficerCall {
  /// What open jobs have in common.
  public enum Group: String, Codable, Sendable, CaseIterable {
    case running
    /// They go on by themselves, or when somebody else is ready.
    case waiting
    /// They failed, or ask a person.
    case stuck
    /// Of those the ones that gave up.
    case failed
    /// A company has said nothing for four fifths of its time.
    case silent
    /// Follow-ups, on their later days.
    case later
  }

  public typealias Answer = [JobView]
  public static let name = "job.list"
  /// Of one request (reference or number); of all open ones when absent.
  public var request: String?
  public var limit: Int
  /// Only the open ones of this group.
  public var group: Group?
  /// Of open ones: those behind this job's `place`, or backwards the nearest ones before it.
  public var from: String?
  public var backwards: Bool?
  public init(
    request: String? = nil, limit: Int = 200, group: Group? = nil, from: String? = nil, backwards: Bool? = nil
  ) {
    self.request = request
    self.limit = limit
    self.group = group
    self.from = from
    self.backwards = backwards
  }
}

/// Rows that stay for now: by job, rule and day.
public struct ListKept: OfficerCall {
  public typealias Answer = [KeptView]
  public static let name = "job.kept"
  /// Only rows of which nobody knows yet how long they stay.
  public var withoutEnd: Bool
  public init(withoutEnd: Bool = false) { self.withoutEnd = withoutEnd }
}

/// Rows of one system that stay by one rule until one day.
public struct KeptView: Codable, Hashable, Sendable {
  public var job: JobReference
  public var number: Int
  public var system: SystemName
  public var rule: String
  public var citation: String?
  /// The day on which they go; of rows whose start event has not happened the day on which they are looked at again.
  public var until: CivilDate
  public var isConditional: Bool
  /// As approved.
  public var rows: Int
  public init(
    job: JobReference, number: Int, system: SystemName, rule: String, citation: String?, until: CivilDate,
    isConditional: Bool, rows: Int
  ) {
    self.job = job
    self.number = number
    self.system = system
    self.rule = rule
    self.citation = citation
    self.until = until
    self.isConditional = isConditional
    self.rows = rows
  }
}

public struct ShowJob: OfficerCall {
  public typealias Answer = JobDetail
  public static let name = "job.show"
  public var job: String
  /// Which part of its history; all of it when absent.
  public var history: HistoryPart?
  public init(job: String, history: HistoryPart? = nil) {
    self.job = job
    self.history = history
  }
}

/// Reopens a failed job, or answers its question with "again".
public struct RetryJob: OfficerCall {
  public typealias Answer = JobView
  public static let name = "job.retry"
  public var job: String
  /// Why; kept in the vault.
  public var reason: String
  public init(job: String, reason: String) {
    self.job = job
    self.reason = reason
  }
}

public struct CancelJob: OfficerCall {
  public typealias Answer = JobView
  public static let name = "job.cancel"
  public var job: String
  public var reason: String
  public init(job: String, reason: String) {
    self.job = job
    self.reason = reason
  }
}

/// Enters what a recipient answered to a letter on paper or by mail; once, as on the page that the letter's link leads to.
public struct AnswerLetter: OfficerCall {
  public typealias Answer = JobView
  public static let name = "job.answer"
  public var job: String
  /// `done`, `nothing-found` or `kept`.
  public var said: String
  /// How many records went, where he counted.
  public var records: Int?
  /// With `kept`: what stays, on which ground, until when, and in his own words.
  public var category: String?
  public var basis: String?
  public var until: CivilDate?
  public var text: String?
  /// Of a processor: `none` or `included` (Art. 28(4) GDPR).
  public var subProcessors: String?
  /// Who answered, and the day on his answer.
  public var by: String
  public var on: CivilDate

  public init(
    job: String, said: String, records: Int? = nil, category: String? = nil, basis: String? = nil,
    until: CivilDate? = nil, text: String? = nil, subProcessors: String? = nil, by: String, on: CivilDate
  ) {
    self.job = job
    self.said = said
    self.records = records
    self.category = category
    self.basis = basis
    self.until = until
    self.text = text
    self.subProcessors = subProcessors
    self.by = by
    self.on = on
  }
}

/// A job in a table.
public struct JobView: Codable, Hashable, Sendable {
  /// What keeps a job from running although its time has come.
  public enum WaitsFor: String, Codable, Sendable, CaseIterable {
    /// The owner of the system has not released it, or it was stopped.
    case owner
    /// Its hours have not begun; `next` says when they do.
    case hours
    /// A hold keeps what the system has of the person.
    case hold
  }

  public var job: JobReference
  public var request: RequestReference
  public var plan: PlanReference
  public var system: SystemName
  public var title: String
  public var role: SystemRole
  public var verb: JobVerb
  public var state: String
  /// Retry, check or due time.
  public var next: UTCTime?
  public var attempts: Int
  public var lastCode: FailureCode?
  public var question: Question?
  public var outcome: JobOutcome?
  public var held: Bool
  public var deadline: UTCTime
  public var approvedRows: Int
  public var waitsFor: WaitsFor?
  /// On which terms what it should erase stays, by an officer's decision.
  public var exception: ExceptionTerms?
  /// The request's number.
  public var number: Int?
  /// Set when a company was told and has said nothing for four fifths of its time.
  public var silent: Bool?
  /// Where it stands in a list of open jobs, for going on from there.
  public var place: String?
  public init(
    job: JobReference, request: RequestReference, plan: PlanReference, system: SystemName, title: String,
    role: SystemRole, verb: JobVerb, state: String, next: UTCTime?, attempts: Int, lastCode: FailureCode?,
    question: Question?, outcome: JobOutcome?, held: Bool, deadline: UTCTime, approvedRows: Int,
    waitsFor: WaitsFor? = nil, exception: ExceptionTerms? = nil, number: Int? = nil, silent: Bool? = nil,
    place: String? = nil
  ) {
    self.place = place
    self.number = number
    self.silent = silent
    self.exception = exception
    self.job = job
    self.request = request
    self.plan = plan
    self.system = system
    self.title = title
    self.role = role
    self.verb = verb
    self.state = state
    self.next = next
    self.attempts = attempts
    self.lastCode = lastCode
    self.question = question
    self.outcome = outcome
    self.held = held
    self.deadline = deadline
    self.approvedRows = approvedRows
    self.waitsFor = waitsFor
  }
}

public struct JobDetail: Codable, Hashable, Sendable {
  public var job: JobView
  public var history: [HistoryLine]
  /// What the company wrote, while the vault has it; for those who work on requests.
  public var theirWords: [String]?
  public init(job: JobView, history: [HistoryLine], theirWords: [String] = []) {
    self.job = job
    self.history = history
    self.theirWords = theirWords.isEmpty ? nil : theirWords
  }
}

/// A page of everything that waits for a person: jobs by their deadlines, then requests by the day that people work to, then
/// what a look or an exception asks later.
public struct ListTasks: OfficerCall {
  public typealias Answer = [TaskView]
  public static let name = "task.list"
  /// At most 1,000.
  public var limit: Int
  /// Those behind this task's `place`, or backwards the nearest ones before it.
  public var from: String?
  public var backwards: Bool?
  public init(limit: Int = 1_000, from: String? = nil, backwards: Bool? = nil) {
    self.limit = limit
    self.from = from
    self.backwards = backwards
  }
}

public struct ShowTask: OfficerCall {
  public typealias Answer = TaskView
  public static let name = "task.show"
  /// The job's reference, or the request's for a question about it.
  public var task: String
  public init(task: String) { self.task = task }
}

/// Answers a question. For found identifiers, `ordinals` says which; all of them when empty.
public struct AnswerTask: OfficerCall {
  public typealias Answer = Done
  public static let name = "task.answer"
  public var task: String
  public var answer: Question.Answer
  public var ordinals: [Int]
  /// Reason or ground; kept in the vault. Required for `except` and `cancel`.
  public var note: String?
  /// With `except`, which needs it: on which ground, by which statute and until when it stays.
  public var terms: ExceptionTerms?
  public init(
    task: String, answer: Question.Answer, ordinals: [Int] = [], note: String? = nil, terms: ExceptionTerms? = nil
  ) {
    self.terms = terms
    self.task = task
    self.answer = answer
    self.ordinals = ordinals
    self.note = note
  }
}

/// The attestation text of a manual task, to be signed by two different people.
public struct PrepareAttestation: OfficerCall {
  public typealias Answer = AttestationPrepared
  public static let name = "task.prepare"
  public var task: String
  /// What was done: `destroyed`, `erased`; `nothing-found` when the place was searched and nothing was there.
  public var done: String
  public var medium: String
  /// By NIST SP 800-88: `clear`, `purge`, `destroy`.
  public var method: String
  public init(task: String, done: String, medium: String, method: String) {
    self.task = task
    self.done = done
    self.medium = medium
    self.method = method
  }
}

public struct AttestationPrepared: Codable, Hashable, Sendable {
  public var text: String
  public init(text: String) { self.text = text }
}

public struct SubmitAttestation: OfficerCall {
  public typealias Answer = TaskView
  public static let name = "task.done"
  public var task: String
  public var text: String
  public var signature: String
  public var principal: String
  public init(task: String, text: String, signature: String, principal: String) {
    self.task = task
    self.text = text
    self.signature = signature
    self.principal = principal
  }
}

/// Something that waits for a person.
public struct TaskView: Codable, Hashable, Sendable {
  /// The job's reference, or the request's.
  public var task: String
  public var request: RequestReference
  public var number: Int
  public var system: SystemName?
  public var title: String?
  public var question: Question
  public var answers: [Question.Answer]
  /// What to do, in words: for a manual task the register's instruction.
  public var instruction: String?
  /// Identifiers to look for, from the vault, shown to whoever does a manual task.
  public var identifiers: [SubjectIdentifier]?
  public var undecided: [UndecidedIdentifier]?
  /// People who have already attested.
  public var attestedBy: [String]
  public var deadline: UTCTime?
  public var open: Bool
  /// Of an exception that is to be looked at again: on which terms it stays.
  public var terms: ExceptionTerms?
  /// What a look after the conclusion recognised.
  public var recognised: Recognised?
  /// Where it stands in the list, for going on from there.
  public var place: String?

  /// Records that were erased before and are there again.
  public struct Recognised: Codable, Hashable, Sendable {
    public var certain: Int
    public var possible: Int
    /// So many days after the erasure.
    public var day: Int
    public init(certain: Int, possible: Int, day: Int) {
      self.certain = certain
      self.possible = possible
      self.day = day
    }
  }

  public init(
    task: String, request: RequestReference, number: Int, system: SystemName?, title: String?, question: Question,
    answers: [Question.Answer], instruction: String? = nil, identifiers: [SubjectIdentifier]? = nil,
    undecided: [UndecidedIdentifier]? = nil, attestedBy: [String] = [], deadline: UTCTime? = nil, open: Bool = true,
    terms: ExceptionTerms? = nil, recognised: Recognised? = nil
  ) {
    self.terms = terms
    self.recognised = recognised
    self.task = task
    self.request = request
    self.number = number
    self.system = system
    self.title = title
    self.question = question
    self.answers = answers
    self.instruction = instruction
    self.identifiers = identifiers
    self.undecided = undecided
    self.attestedBy = attestedBy
    self.deadline = deadline
    self.open = open
  }
}
