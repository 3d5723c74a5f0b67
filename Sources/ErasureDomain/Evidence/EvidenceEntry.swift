/// What an entry says happened: a word such as `plan.approved`. Kinds may be added, never changed; a reader keeps
/// unknown ones and says so.
public struct EntryKind: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }
  public init(_ word: String) { rawValue = word }

  public var description: String { rawValue }
}

/// The facts of one kind of entry. Their names must not be those of the entry's own header.
public protocol EntryFacts: Codable, Sendable, Hashable {
  static var kind: EntryKind { get }
}

/// What an entry is about. The most specific reference is the entry's stream.
public struct EntrySubject: Hashable, Sendable {
  public var request: RequestReference?
  public var plan: PlanReference?
  public var job: JobReference?

  public init(request: RequestReference? = nil, plan: PlanReference? = nil, job: JobReference? = nil) {
    self.request = request
    self.plan = plan
    self.job = job
  }

  /// The daemon and the log themselves.
  public static let log = EntrySubject()

  public var stream: EntryStream {
    if let job { return .job(job) }
    if let plan { return .plan(plan) }
    if let request { return .request(request) }
    return .log
  }
}

/// One request, plan or job, or the log itself: what a writer expects a revision of.
public enum EntryStream: Hashable, Sendable, CustomStringConvertible {
  case log
  case request(RequestReference)
  case plan(PlanReference)
  case job(JobReference)

  public var description: String {
    switch self {
    case .log: "log"
    case .request(let reference): reference.text
    case .plan(let reference): reference.text
    case .job(let reference): reference.text
    }
  }
}

/// One leaf of the log: who decided or what happened, when, about which request, plan and job. It holds no person.
///
/// Its bytes are canonical JSON on one line; a verifier hashes them as stored and never encodes them again.
public struct EvidenceEntry: Hashable, Sendable {
  public static let version: Int64 = 1
  static let header: Set<String> = ["at", "by", "job", "kind", "plan", "request", "v"]

  public let at: UTCTime
  public let kind: EntryKind
  public let subject: EntrySubject
  /// Who decided; nothing when the daemon acted.
  public let by: PersonReference?
  public let facts: [String: CanonicalJSON]

  public init(
    at: UTCTime, kind: EntryKind, subject: EntrySubject, by: PersonReference?, facts: [String: CanonicalJSON]
  ) {
    self.at = at
    self.kind = kind
    self.subject = subject
    self.by = by
    self.facts = facts
  }

  /// Reads an entry from its bytes, unknown kinds included.
  public init(decoding bytes: [UInt8]) throws(EntryProblem) {
    let tree: CanonicalJSON
    do { tree = try CanonicalJSON(decoding: bytes) } catch { throw .notCanonical(String(describing: error)) }
    guard let object = tree.object else { throw .notCanonical("not an object") }
    guard let version = object["v"]?.integer else { throw .missing("v") }
    guard version == Self.version else { throw .newerVersion(version) }
    guard let at = object["at"]?.string.flatMap({ UTCTime($0) }) else { throw .missing("at") }
    guard let kind = object["kind"]?.string else { throw .missing("kind") }
    self.at = at
    self.kind = EntryKind(kind)
    subject = EntrySubject(
      request: try Self.reference(object["request"], "request"), plan: try Self.reference(object["plan"], "plan"),
      job: try Self.reference(object["job"], "job"))
    by = try Self.reference(object["by"], "by")
    facts = object.filter { !Self.header.contains($0.key) }
  }

  private static func reference<Kind>(
    _ value: CanonicalJSON?, _ name: String
  ) throws(EntryProblem) -> Reference<Kind>? {
    guard let value else { return nil }
    guard let text = value.string, let reference = Reference<Kind>(text) else { throw .missing(name) }
    return reference
  }

  /// The canonical bytes of the leaf.
  public func encoded() -> [UInt8] {
    var object = facts
    object["at"] = .string(at.description)
    object["kind"] = .string(kind.rawValue)
    object["v"] = .integer(Self.version)
    object["request"] = subject.request.map { .string($0.text) }
    object["plan"] = subject.plan.map { .string($0.text) }
    object["job"] = subject.job.map { .string($0.text) }
    object["by"] = by.map { .string($0.text) }
    return CanonicalJSON.object(object).encoded()
  }

  /// The facts as the kind's own type; throws when a fact is missing or has another form.
  public func facts<Facts: EntryFacts>(as type: Facts.Type) throws(EntryProblem) -> Facts {
    guard kind == Facts.kind else { throw .otherKind(wanted: Facts.kind, found: kind) }
    do {
      return try CanonicalJSON.decode(type, from: .object(facts))
    } catch {
      throw .malformedFacts(kind, String(describing: error))
    }
  }
}

/// Why an entry could not be read.
public enum EntryProblem: Error, Hashable, Sendable, CustomStringConvertible {
  case notCanonical(String)
  case missing(String)
  case newerVersion(Int64)
  case otherKind(wanted: EntryKind, found: EntryKind)
  case malformedFacts(EntryKind, String)

  public var description: String {
    switch self {
    case .notCanonical(let why): "the entry is not canonical JSON: \(why)"
    case .missing(let name): "the entry lacks a well-formed \"\(name)\""
    case .newerVersion(let version): "the entry has version \(version); this program reads 1: use a newer one"
    case .otherKind(let wanted, let found): "the entry is \(found), not \(wanted)"
    case .malformedFacts(let kind, let why): "the facts of \(kind) do not read: \(why)"
    }
  }
}

/// An entry that has no time and index yet; the journal's writer assigns them.
public struct EntryDraft: Hashable, Sendable {
  public let kind: EntryKind
  public let subject: EntrySubject
  public let by: PersonReference?
  public let facts: [String: CanonicalJSON]
  /// Larger things the entry names by digest, stored in the same transaction.
  public let artifacts: [Artifact]

  public init<Facts: EntryFacts>(
    _ facts: Facts, about subject: EntrySubject, by: PersonReference? = nil, artifacts: [Artifact] = []
  ) throws(CanonicalJSONError) {
    guard case .object(let object) = try CanonicalJSON.tree(of: facts) else {
      preconditionFailure("facts of \(Facts.kind) are no object")
    }
    // A fact of that name would be overwritten by the entry's own member, and nobody could read it back.
    precondition(EvidenceEntry.header.isDisjoint(with: object.keys), "facts of \(Facts.kind) use a name of the entry")
    self.kind = Facts.kind
    self.subject = subject
    self.by = by
    self.facts = object
    self.artifacts = artifacts
  }

  /// The entry as it will stand at a time.
  public func entry(at time: UTCTime) -> EvidenceEntry {
    EvidenceEntry(at: time, kind: kind, subject: subject, by: by, facts: facts)
  }
}

/// A larger thing that an entry names by its SHA-256: a plan, findings, an approval, a report. Holds no person.
public struct Artifact: Hashable, Sendable {
  /// 1 MiB.
  public static let largest = 1 << 20

  public let digest: ContentDigest
  public let bytes: [UInt8]

  /// The caller has computed the digest of exactly these bytes.
  public init(digest: ContentDigest, bytes: [UInt8]) {
    self.digest = digest
    self.bytes = bytes
  }
}
