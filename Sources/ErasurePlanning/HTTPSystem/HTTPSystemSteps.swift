public import ErasureDomain

/// How one kind of record is found. Only exact matches count; the rest of an answer is dropped unseen.
public struct HTTPSystemLocator: Hashable, Sendable, Codable {
  /// The most exact matches of one search, where nothing is said.
  public static let usualMost = 10
  /// The most records of one kind that belong to one other.
  public static let mostDependents = 10_000

  /// A kind of identifier and where it stands in a record.
  public struct Found: Hashable, Sendable, Codable {
    public let kind: IdentifierKind
    public let path: String

    public init(kind: IdentifierKind, path: String) {
      self.kind = kind
      self.path = path
    }
  }

  /// Where a record says that it is a mail or a ticket of the request itself, which stays.
  public struct OwnCase: Hashable, Sendable, Codable {
    public let kind: CaseRecord.Kind
    public let path: String

    public init(kind: CaseRecord.Kind, path: String) {
      self.kind = kind
      self.path = path
    }
  }

  public let name: String
  /// The kind of record it belongs to; nil when it is found by an identifier.
  public let parent: String?
  public let call: HTTPSystemCall
  /// Path of the list of records in the answer.
  public let items: String
  /// Paths and templates of the text that must stand there, exactly.
  public let keep: [String: String]
  /// Paths of the values that name a record for good: they are sealed, and nothing else of it is used later.
  public let key: [String]
  public let next: HTTPSystemPaging?
  /// More exact matches than this are a question.
  public let atMost: Int
  /// Kinds of identifiers and the paths of those that other systems are searched with.
  public let yields: [String: String]
  public let review: HTTPSystemReview?
  /// Nil where records are neither mails nor tickets.
  public let ownCase: OwnCase?

  public init(
    name: String, parent: String?, call: HTTPSystemCall, items: String, keep: [String: String], key: [String],
    next: HTTPSystemPaging?, atMost: Int, yields: [String: String], review: HTTPSystemReview?,
    ownCase: OwnCase? = nil
  ) {
    self.name = name
    self.parent = parent
    self.call = call
    self.items = items
    self.keep = keep
    self.key = key
    self.next = next
    self.atMost = atMost
    self.yields = yields
    self.review = review
    self.ownCase = ownCase
  }

  /// Where identifiers stand, by what must match exactly.
  public var found: [Found] {
    keep.sorted { $0.key < $1.key }.compactMap { path, text in
      guard let template = try? HTTPTemplate(text), let field = template.only, field.root == .subject else {
        return nil
      }
      return Found(kind: IdentifierKind(rawValue: field.path), path: path)
    }
  }

  /// The kind of identifier it searches by; nil for what belongs to something.
  public var kind: IdentifierKind? { parent == nil ? found.first?.kind : nil }
}

/// How the next page of an answer is asked for.
public enum HTTPSystemPaging: Hashable, Sendable, Codable {
  /// Path of the next page's URL, on the same origin.
  case link(path: String)
  /// Path of a cursor in the answer, and where it is sent.
  case cursor(path: String, sendAs: String)
  /// Path, in the last record, of a value that is sent as cursor while the truth value at `more` says that there are
  /// more.
  case last(path: String, more: String, sendAs: String)
  /// The number of records had so far is sent, until a page is empty.
  case offset(sendAs: String)
}

/// What an approver sees of a record before he signs.
public struct HTTPSystemReview: Hashable, Sendable, Codable {
  public let call: HTTPSystemCall
  /// Paths in the answer; shown, never stored.
  public let fields: [String]

  public init(call: HTTPSystemCall, fields: [String]) {
    self.call = call
    self.fields = fields
  }
}

/// One step of an erasure, carried out for each located record of a kind.
public struct HTTPSystemStep: Hashable, Sendable, Codable {
  /// How far a step goes.
  public enum Level: String, Hashable, Sendable, Codable, CaseIterable {
    /// Out of ordinary use: an administrator can still bring it back.
    case soft
    /// Gone for the vendor's ordinary means.
    case hard
  }

  public let dataset: String
  /// Requests before it that change nothing of the person; their values are used in it.
  public let first: [HTTPSystemCall]
  public let call: HTTPSystemCall
  /// Answers that mean that the record was gone already.
  public let gone: [HTTPSystemCondition]
  public let level: Level

  public init(
    dataset: String, first: [HTTPSystemCall], call: HTTPSystemCall, gone: [HTTPSystemCondition], level: Level
  ) {
    self.dataset = dataset
    self.first = first
    self.call = call
    self.gone = gone
    self.level = level
  }
}

/// How a record is looked for again. Where a kind has several looks, all must say that it is gone.
public struct HTTPSystemLook: Hashable, Sendable, Codable {
  public let dataset: String
  public let call: HTTPSystemCall
  /// Answers that mean that it is erased; any other answer that is no failure means that it is still there.
  public let erasedWhen: [HTTPSystemCondition]
  /// Seconds the service may take to erase, where it does so later; nil where it erases at once.
  public let withinSeconds: Int64?
  /// Seconds between looks meanwhile.
  public let everySeconds: Int64?

  public init(
    dataset: String, call: HTTPSystemCall, erasedWhen: [HTTPSystemCondition], withinSeconds: Int64?,
    everySeconds: Int64?
  ) {
    self.dataset = dataset
    self.call = call
    self.erasedWhen = erasedWhen
    self.withinSeconds = withinSeconds
    self.everySeconds = everySeconds
  }
}
