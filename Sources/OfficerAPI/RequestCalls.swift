public import ErasureDomain

/// Registers a request. Identifiers and texts go to the vault; the answer repeats none of them.
public struct AddRequest: OfficerCall {
  public typealias Answer = RequestView
  public static let name = "request.add"

  /// How it reached us: `mail`, `phone`, `letter`, `form`, `counter`.
  public var channel: String
  /// When it reached an official channel; now when absent. Never later than now.
  public var receivedAt: UTCTime?
  public var capacities: [Capacity]
  public var identifiers: [SubjectIdentifier]
  /// The request's own words.
  public var text: String?
  /// Where the answer goes.
  public var contact: String?
  /// The rights that are invoked; erasure alone when absent.
  public var rights: [DataRight]?
  public var language: PersonLanguage?
  /// Who asks for the person, when he does not do it himself.
  public var requester: Requester?
  /// `Message-ID`s of the request's own mails and numbers of its tickets, by kind: they are spared.
  public var caseRecords: [CaseRecord.Kind: [String]]?

  public init(
    channel: String, receivedAt: UTCTime? = nil, capacities: [Capacity], identifiers: [SubjectIdentifier],
    text: String? = nil, contact: String? = nil, rights: [DataRight]? = nil, language: PersonLanguage? = nil,
    requester: Requester? = nil, caseRecords: [CaseRecord.Kind: [String]]? = nil
  ) {
    self.channel = channel
    self.receivedAt = receivedAt
    self.capacities = capacities
    self.identifiers = identifiers
    self.text = text
    self.contact = contact
    self.rights = rights
    self.language = language
    self.requester = requester
    self.caseRecords = caseRecords
  }
}

/// A page of a list of requests.
public struct ListRequests: OfficerCall {
  public typealias Answer = [RequestView]
  public static let name = "request.list"

  /// Which requests, each in the order in which it is looked at.
  public enum Show: String, Codable, Sendable, CaseIterable {
    /// Open ones by the day that people work to; those of which only closing is left come last.
    case open
    /// Past that day.
    case overdue
    /// Due from today on within a week.
    case week
    /// By what they wait for, as `RequestStage`.
    case identity
    case plan
    case signatures
    case questions
    case running
    /// Concluded, refused or withdrawn, and not closed.
    case concluded
    /// Closed and ended, the newest first.
    case closed
    /// Every one, the newest first.
    case all
  }

  /// A place in a list.
  public struct Position: Codable, Hashable, Sendable {
    public var number: Int
    /// Of a list that goes by days, the day that people work to; nil where only closing is left.
    public var workTo: CivilDate?
    public init(number: Int, workTo: CivilDate?) {
      self.number = number
      self.workTo = workTo
    }
  }

  /// Also those that are closed and ended. With `after` it is for a list by number, which is what nil in `show` gives.
  public var all: Bool
  public var after: Int
  public var limit: Int
  public var show: Show?
  /// With `show`: those behind this place, or backwards the nearest ones before it.
  public var from: Position?
  public var backwards: Bool?

  public init(
    all: Bool = false, after: Int = 0, limit: Int = 100, show: Show? = nil, from: Position? = nil,
    backwards: Bool? = nil
  ) {
    self.all = all
    self.after = after
    self.limit = limit
    self.show = show
    self.from = from
    self.backwards = backwards
  }
}

/// Every call on one request names it by its reference or its number.
public struct ShowRequest: OfficerCall {
  public typealias Answer = RequestDetail
  public static let name = "request.show"
  public var request: String
  /// In which language its dates and its history are put into words; English when absent.
  public var language: PersonLanguage?
  /// Which part of its history; all of it when absent.
  public var history: HistoryPart?
  public init(request: String, language: PersonLanguage? = nil, history: HistoryPart? = nil) {
    self.request = request
    self.language = language
    self.history = history
  }
}

public struct ConfirmRequest: OfficerCall {
  public typealias Answer = RequestView
  public static let name = "request.confirm"
  public var request: String
  /// How identity was established: `known-channel`, `knowledge`, `counter`, …
  public var method: String
  /// On which ground; for a person younger than 16 the ground of a child's consent when absent.
  public var ground: ErasureGround?
  /// When the proof that was asked for came; today when absent.
  public var provedOn: CivilDate?
  public init(request: String, method: String, ground: ErasureGround?, provedOn: CivilDate? = nil) {
    self.request = request
    self.method = method
    self.ground = ground
    self.provedOn = provedOn
  }
}

public struct RefuseRequest: OfficerCall {
  public typealias Answer = RequestView
  public static let name = "request.refuse"
  public var request: String
  /// A code of the ground; the letter's words are kept elsewhere.
  public var ground: String
  public init(request: String, ground: String) {
    self.request = request
    self.ground = ground
  }
}

public struct WithdrawRequest: OfficerCall {
  public typealias Answer = RequestView
  public static let name = "request.withdraw"
  public var request: String
  public init(request: String) { self.request = request }
}

/// Records that the person was informed, and destroys what the vault holds of him.
public struct CloseRequest: OfficerCall {
  public typealias Answer = ClosedRequest
  public static let name = "request.close"
  public var request: String
  /// When and how the person was informed; nil for what the letter says that was sent about the end of the request.
  public var informedOn: CivilDate?
  public var channel: String?
  /// Where case files are kept: none of this request.
  public var withoutCaseFile: Bool?
  public init(
    request: String, informedOn: CivilDate? = nil, channel: String? = nil, withoutCaseFile: Bool? = nil
  ) {
    self.request = request
    self.informedOn = informedOn
    self.channel = channel
    self.withoutCaseFile = withoutCaseFile
  }
}

public struct ClosedRequest: Codable, Hashable, Sendable {
  public var request: RequestView
  /// The `expunged-subject/v1` text for the person: with it, and only with it, the request can be found in the log.
  /// The daemon has already destroyed its own copy.
  public var subjectCode: String
  /// The last day on which its case file is kept; nil where there is none.
  public var caseFileUntil: CivilDate?
  public init(request: RequestView, subjectCode: String, caseFileUntil: CivilDate? = nil) {
    self.request = request
    self.subjectCode = subjectCode
    self.caseFileUntil = caseFileUntil
  }
}

/// A request in a table.
public struct RequestView: Codable, Hashable, Sendable {
  public var request: RequestReference
  public var number: Int
  public var state: String
  public var channel: String
  public var receivedOn: CivilDate
  public var capacities: [Capacity]
  /// As in the request; erasure alone when absent.
  public var rights: [DataRight]?
  public var language: PersonLanguage?
  public var requester: Requester?
  /// The dates of the first entry, whatever moved them since.
  public var dueDates: DueDates
  /// Every date with its reason, and where the clocks of reply and erasure stand.
  public var clocks: RequestClocks
  /// Days to the work-to date; negative when past.
  public var daysLeft: Int
  public var plan: PlanReference?
  public var practice: Bool
  /// Concluded and not closed for 14 days: it keeps the person in the vault.
  public var keepsPerson: Bool
  /// Nil once it is closed.
  public var waitsFor: RequestStage?
  /// Whether one of its clocks still runs, so that days are left.
  public var hasOpenClock: Bool

  public init(
    request: RequestReference, number: Int, state: String, channel: String, receivedOn: CivilDate,
    capacities: [Capacity], rights: [DataRight]? = nil, language: PersonLanguage? = nil,
    requester: Requester? = nil, dueDates: DueDates, clocks: RequestClocks, daysLeft: Int, plan: PlanReference?,
    practice: Bool, keepsPerson: Bool, waitsFor: RequestStage? = nil, hasOpenClock: Bool = true
  ) {
    self.request = request
    self.number = number
    self.state = state
    self.channel = channel
    self.receivedOn = receivedOn
    self.capacities = capacities
    self.dueDates = dueDates
    self.rights = rights
    self.language = language
    self.requester = requester
    self.clocks = clocks
    self.daysLeft = daysLeft
    self.plan = plan
    self.practice = practice
    self.keepsPerson = keepsPerson
    self.waitsFor = waitsFor
    self.hasOpenClock = hasOpenClock
  }
}

/// A request on a page of its own.
public struct RequestDetail: Codable, Hashable, Sendable {
  public var request: RequestView
  /// From the vault, while it holds them; shown and forgotten.
  public var identifiers: [SubjectIdentifier]?
  public var text: String?
  public var plan: PlanView?
  public var jobs: [JobView]
  public var history: [HistoryLine]
  /// The entry with which the request was accepted, wherever in its history; nil before.
  public var confirmed: HistoryLine?
  /// The code for the person's letter, once only closing is left; closing prints it too, and destroys it.
  public var subjectCode: String?
  public var removal: Removal?
  /// What people wrote about its dates, from the vault while it holds it.
  public var notes: [Note]
  /// Numbers of other requests of the same person.
  public var linked: [Int]
  /// What the looks after the conclusion saw or will see, a line for each system; nil before.
  public var reprobes: [String]?
  /// Where the answer goes, from the vault while it holds it.
  public var contact: String?
  /// Letters that were sent to the person; nil where none was.
  public var letters: [LetterSent]?

  /// A text from the vault with a title.
  public struct Note: Codable, Hashable, Sendable {
    /// What a note is about.
    public enum Topic: String, Codable, Sendable, CaseIterable {
      /// The doubt for which identity was asked for, on a day.
      case doubt
      /// Why the term was extended, on a day.
      case `extension`
      /// Why what a system has is kept, on a ground, to be looked at again before a day.
      case hold
      /// Where a measure, the ground's place, holds; ordered on a day. The text is ours, in English.
      case measure
    }

    public var title: String
    public var text: String
    /// The same as the title, for who says it in another language.
    public var topic: Topic?
    public var day: CivilDate?
    public var system: SystemName?
    /// Code of a ground or a measure.
    public var code: String?
    public var by: String?
    /// When a measure was lifted.
    public var lifted: CivilDate?
    public init(
      title: String, text: String, topic: Topic? = nil, day: CivilDate? = nil, system: SystemName? = nil,
      code: String? = nil, by: String? = nil, lifted: CivilDate? = nil
    ) {
      self.title = title
      self.text = text
      self.topic = topic
      self.day = day
      self.system = system
      self.code = code
      self.by = by
      self.lifted = lifted
    }
  }

  /// When what may go was removed from our systems, and when the last backup that can hold the person goes, or went.
  public struct Removal: Codable, Hashable, Sendable {
    public var removedAt: UTCTime
    /// The last day of the last backup set; nil where none can hold the person.
    public var lastBackup: CivilDate?
    /// When we saw that the last of them is gone, of those that we look at.
    public var backupsGoneAt: UTCTime?
    /// Copies that ended as their setting or two people say: we did not look.
    public var endedUnseen: Int
    /// One was still there after its day.
    public var lingering: Bool
    public init(
      removedAt: UTCTime, lastBackup: CivilDate?, backupsGoneAt: UTCTime?, endedUnseen: Int = 0, lingering: Bool
    ) {
      self.removedAt = removedAt
      self.lastBackup = lastBackup
      self.backupsGoneAt = backupsGoneAt
      self.endedUnseen = endedUnseen
      self.lingering = lingering
    }
  }

  public init(
    request: RequestView, identifiers: [SubjectIdentifier]?, text: String?, plan: PlanView?, jobs: [JobView],
    history: [HistoryLine], subjectCode: String? = nil, removal: Removal? = nil,
    notes: [Note] = [], linked: [Int] = [], reprobes: [String]? = nil, contact: String? = nil,
    letters: [LetterSent]? = nil, confirmed: HistoryLine? = nil
  ) {
    self.confirmed = confirmed
    self.contact = contact
    self.letters = letters
    self.request = request
    self.identifiers = identifiers
    self.text = text
    self.plan = plan
    self.jobs = jobs
    self.history = history
    self.subjectCode = subjectCode
    self.removal = removal
    self.notes = notes
    self.linked = linked
    self.reprobes = reprobes
  }
}

/// A part of a history: the newest lines of it, before or behind an entry.
public struct HistoryPart: Codable, Hashable, Sendable {
  /// At most so many lines.
  public var limit: Int
  /// The nearest ones before this entry.
  public var before: Int64?
  /// The first ones from this entry on; counts where `before` is absent.
  public var from: Int64?
  public init(limit: Int, before: Int64? = nil, from: Int64? = nil) {
    self.limit = limit
    self.before = before
    self.from = from
  }
}

/// One entry of the log in a history.
public struct HistoryLine: Codable, Hashable, Sendable {
  public var index: Int64
  public var at: UTCTime
  public var kind: String
  public var by: String?
  public var system: SystemName?
  /// A few words made from the entry's facts.
  public var words: String
  /// True where words in another language were asked for and these are English; nil otherwise.
  public var onlyEnglish: Bool?
  public init(
    index: Int64, at: UTCTime, kind: String, by: String?, system: SystemName?, words: String, onlyEnglish: Bool? = nil
  ) {
    self.onlyEnglish = onlyEnglish
    self.index = index
    self.at = at
    self.kind = kind
    self.by = by
    self.system = system
    self.words = words
  }
}
