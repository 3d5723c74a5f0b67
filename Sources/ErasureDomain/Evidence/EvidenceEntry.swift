/// What an entry says happened: a word such as `plan.approved`. Kinds may be added, never changed; a reader keeps
/// unknown ones and says so.
public struct EntryKind: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
  public let rawValue: String
  /// Of the word: kinds are compared all the time, and are nearly always others.
  private let code: UInt64

  public init(rawValue: String) { self.init(rawValue) }

  public init(_ word: String) {
    rawValue = word
    code = Self.code(of: word.utf8)
  }

  /// FNV-1a.
  static func code(of word: some Sequence<UInt8>) -> UInt64 {
    word.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  public var description: String { rawValue }

  public static func == (left: EntryKind, right: EntryKind) -> Bool {
    left.code == right.code && left.rawValue == right.rawValue
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(code) }
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
public struct EvidenceEntry: Sendable {
  public static let version: Int64 = 1
  static let header: Set<String> = ["at", "by", "job", "kind", "plan", "request", "v"]

  public var at: UTCTime { held.at }
  public var kind: EntryKind { held.kind }
  public var subject: EntrySubject { held.subject }
  /// Who decided; nothing when the daemon acted.
  public var by: PersonReference? { held.by }
  private var content: Content { held.content }
  /// The facts as their kind's own type, where they were read with the entry.
  private var known: (any ReadFacts)? { held.known }

  /// Entries are handed around all the time: a copy is one reference.
  private let held: Held

  private final class Held: Sendable {
    let at: UTCTime
    let kind: EntryKind
    let subject: EntrySubject
    let by: PersonReference?
    let content: Content
    let known: (any ReadFacts)?

    init(
      _ at: UTCTime, _ kind: EntryKind, _ subject: EntrySubject, _ by: PersonReference?, _ content: Content,
      _ known: (any ReadFacts)?
    ) {
      self.at = at
      self.kind = kind
      self.subject = subject
      self.by = by
      self.content = content
      self.known = known
    }
  }

  private enum Content: Sendable {
    case tree([String: CanonicalJSON])
    case read(CanonicalJSONTape)
    /// Only what `known` has.
    case condensed
  }

  public init(
    at: UTCTime, kind: EntryKind, subject: EntrySubject, by: PersonReference?, facts: [String: CanonicalJSON]
  ) {
    self.init(at: at, kind: kind, subject: subject, by: by, .tree(facts), known: nil)
  }

  private init(
    at: UTCTime, kind: EntryKind, subject: EntrySubject, by: PersonReference?, _ content: Content,
    known: (any ReadFacts)?
  ) {
    held = Held(at, kind, subject, by, content, known)
  }

  /// Reads an entry from its bytes, unknown kinds included. The facts of a kind in `types` are read at once, so that
  /// `facts(as:)` reads them once however often it is asked; that they do not read is said by `facts(as:)`.
  public init(
    decoding bytes: [UInt8], types: EntryTypes = EntryTypes([])
  ) throws(EntryProblem) {
    let tape: CanonicalJSONTape
    do { tape = try CanonicalJSONTape(reading: bytes) } catch { throw .notCanonical(String(describing: error)) }
    guard tape.nodes[0].form == .object else { throw .notCanonical("not an object") }
    let header = EntryHeader(of: tape)
    guard let version = header.version else { throw .missing("v") }
    guard version == Self.version else { throw .newerVersion(version) }
    guard let at = header.at.flatMap({ tape.withText($0) { UTCTime(text: $0) } }) else { throw .missing("at") }
    guard let word = header.kind else { throw .missing("kind") }
    let type = tape.withText(word) { types.find($0) }
    let subject = EntrySubject(
      request: try header.reference(header.request, "request"), plan: try header.reference(header.plan, "plan"),
      job: try header.reference(header.job, "job"))
    let by: PersonReference? = try header.reference(header.by, "by")
    self.init(
      at: at, kind: type?.kind ?? EntryKind(tape.text(word)), subject: subject, by: by, .read(tape),
      known: type?.read(from: tape))
  }

  /// The facts by their names.
  public var facts: [String: CanonicalJSON] {
    switch content {
    case .tree(let facts): facts
    case .read(let tape): (tape.tree(0).object ?? [:]).filter { !Self.header.contains($0.key) }
    case .condensed: known?.tree ?? [:]
    }
  }

  /// The same entry in less memory, without facts that its kind's type does not know; unchanged where that was not read.
  public var condensed: EvidenceEntry {
    !isKnown ? self : EvidenceEntry(at: at, kind: kind, subject: subject, by: by, .condensed, known: known)
  }

  /// Whether the facts were read as one of the types that were given.
  public var isKnown: Bool { if case .some = held.known { true } else { false } }

  /// A number that entries with the same names of facts, at the same depths, have in common. 0 where it was not read.
  public var shape: UInt64 {
    guard case .read(let tape) = content else { return 0 }
    var shape: UInt64 = 0xCBF2_9CE4_8422_2325
    var ends: [Int32] = []
    func add(_ byte: UInt8) { shape = (shape ^ UInt64(byte)) &* 0x100_0000_01B3 }
    for byte in kind.rawValue.utf8 { add(byte) }
    for (place, node) in tape.nodes.enumerated() {
      while let end = ends.last, end <= place { ends.removeLast() }
      if node.form == .object { ends.append(node.next) }
      guard node.form == .key else { continue }
      add(UInt8(truncatingIfNeeded: ends.count))
      for byte in tape.bytes[Int(node.start)..<Int(node.end)] { add(byte) }
    }
    return shape
  }

  /// Facts that are there and not among those given, by their names: `a.b` for one in another.
  public func facts(besides known: [String: CanonicalJSON]) -> [String] {
    var names: [String] = []
    Self.compare(.object(facts), .object(known), "", &names)
    return names
  }

  private static func compare(
    _ found: CanonicalJSON, _ known: CanonicalJSON, _ path: String, _ names: inout [String]
  ) {
    switch (found, known) {
    case (.object(let found), .object(let known)):
      for (name, value) in found.sorted(by: { $0.key < $1.key }) {
        let place = path.isEmpty ? name : "\(path).\(name)"
        if let other = known[name] { compare(value, other, place, &names) } else { names.append(place) }
      }
    case (.array(let found), .array(let known)):
      for (one, other) in zip(found, known) { compare(one, other, path, &names) }
    default: break
    }
  }

  /// Every digest that stands in the facts as a text of its own, or in one of them.
  public func digests(in fact: String? = nil) -> [ContentDigest] {
    guard case .read(let tape) = content else {
      var found: [ContentDigest] = []
      for (name, value) in facts where fact == nil || name == fact { Self.collect(value, &found) }
      return found
    }
    var nodes = 0..<tape.nodes.count
    if let fact {
      guard let member = tape.member(fact, of: 0) else { return [] }
      nodes = member..<Int(tape.nodes[member].next)
    }
    return nodes.compactMap { node in
      let place = tape.nodes[node]
      guard place.form == .string, place.end &- place.start == 71 else { return nil }
      return tape.withText(node) { ContentDigest(text: $0) }
    }
  }

  private static func collect(_ value: CanonicalJSON, _ found: inout [ContentDigest]) {
    switch value {
    case .string(let text): if let digest = ContentDigest(text) { found.append(digest) }
    case .integer, .boolean: break
    case .array(let elements): for element in elements { collect(element, &found) }
    case .object(let members): for member in members.values { collect(member, &found) }
    }
  }

  /// The canonical bytes of the leaf.
  public func encoded() -> [UInt8] {
    if case .read(let tape) = content { return tape.bytes }
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
    if let known = held.known as? FactsRead<Facts> { return known.facts }
    do {
      if case .read(let tape) = content { return try CanonicalJSON.decode(type, from: tape) }
      return try CanonicalJSON.decode(type, from: .object(facts))
    } catch {
      throw .malformedFacts(kind, String(describing: error))
    }
  }
}

extension EvidenceEntry: Hashable {
  public static func == (left: EvidenceEntry, right: EvidenceEntry) -> Bool {
    left.at == right.at && left.kind == right.kind && left.subject == right.subject && left.by == right.by
      && left.facts == right.facts
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(at)
    hasher.combine(kind)
    hasher.combine(subject)
  }
}

/// Where the members that every entry has stand.
private struct EntryHeader {
  let tape: CanonicalJSONTape
  private(set) var at: Int?
  private(set) var by: Int?
  private(set) var job: Int?
  private(set) var kind: Int?
  private(set) var plan: Int?
  private(set) var request: Int?
  private(set) var version: Int64?

  init(of tape: CanonicalJSONTape) {
    let found = tape.withPlace { place -> Self? in
      guard var members = try? CanonicalMembers(of: place) else { return nil }
      var header = Self(tape)
      header.at = members.find("at").flatMap { $0.isText ? $0.node : nil }
      header.by = members.find("by")?.node
      header.job = members.find("job")?.node
      header.kind = members.find("kind").flatMap { $0.isText ? $0.node : nil }
      header.plan = members.find("plan")?.node
      header.request = members.find("request")?.node
      header.version = members.find("v").flatMap { try? $0.integer() }
      return header
    }
    self = found ?? Self(tape)
  }

  private init(_ tape: CanonicalJSONTape) { self.tape = tape }

  func reference<Kind>(_ node: Int?, _ name: String) throws(EntryProblem) -> Reference<Kind>? {
    guard let node else { return nil }
    guard tape.nodes[node].form == .string, let reference = tape.withText(node, { Reference<Kind>(text: $0) }) else {
      throw .missing(name)
    }
    return reference
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
