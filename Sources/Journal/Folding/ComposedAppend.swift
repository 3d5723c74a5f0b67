import ErasureDomain
import EvidenceLog

/// One append made ready: its entries in their final bytes, and what they change.
struct ComposedAppend {
  private(set) var entries: [(bytes: [UInt8], entry: EvidenceEntry)] = []
  /// How many entries at the front the writer put in itself.
  private(set) var ownEntries = 0
  private(set) var changes = AnswerChanges()

  /// The most by which a clock may be behind the last entry without an entry that says so, in seconds.
  static let clockTolerance: Int64 = 1

  /// Checks and folds an append without writing anything.
  ///
  /// Throws `conflict`, `refused` or `tooLarge` where this append is at fault, and the source's errors.
  init(
    _ drafts: [EntryDraft], to stream: EntryStream, expecting revision: Int?, at now: UTCTime,
    over source: some JournalAnswers
  ) throws {
    try Self.check(revision, of: stream, in: source)
    var pending = PendingAnswers(over: source)
    let time = try startingTime(now, &pending)
    for draft in drafts {
      guard draft.subject.stream == stream else {
        throw JournalFailure.refused("\(draft.kind) is about \(draft.subject.stream), not \(stream)")
      }
      try Self.check(draft)
      for artifact in draft.artifacts { pending.changes.artifacts[artifact.digest] = artifact.bytes }
      var facts = draft.facts
      if draft.kind == RequestReceived.kind {
        facts["number"] = .integer(Int64(try pending.log().lastNumber + 1))
      }
      let entry = EvidenceEntry(at: time, kind: draft.kind, subject: draft.subject, by: draft.by, facts: facts)
      try add(entry, &pending)
    }
    changes = pending.changes
  }

  private mutating func add(_ entry: EvidenceEntry, _ pending: inout PendingAnswers<some JournalAnswers>) throws {
    let bytes = entry.encoded()
    guard bytes.count <= EntryBundle.maximumEntryBytes else { throw JournalFailure.tooLarge }
    try Self.requireNobody(in: bytes, entry.kind)
    try JournalFold.apply(entry, to: &pending)
    if entry.kind == ArtifactsDestroyed.kind {
      pending.changes.destroyed.formUnion(try entry.facts(as: ArtifactsDestroyed.self).digests)
    }
    entries.append((bytes: bytes, entry: entry))
  }

  /// The time of the entries: never before the last entry's, unless an entry says that the clock was set back.
  private mutating func startingTime(
    _ now: UTCTime, _ pending: inout PendingAnswers<some JournalAnswers>
  ) throws -> UTCTime {
    guard let last = try pending.log().lastAt, now < last else { return now }
    let behind = last.seconds(since: now)
    guard behind > Self.clockTolerance else { return last }
    let draft = try EntryDraft(ClockStepped(seconds: -behind, practice: false), about: .log)
    try add(draft.entry(at: now), &pending)
    ownEntries = 1
    return now
  }

  private static func check(
    _ revision: Int?, of stream: EntryStream, in source: some JournalAnswers
  ) throws {
    let found: Int
    switch stream {
    case .log: found = try source.log().revision
    case .request(let reference): found = try source.request(reference)?.revision ?? 0
    case .plan(let reference): found = try source.plan(reference)?.revision ?? 0
    case .job(let reference): found = try source.job(reference)?.revision ?? 0
    }
    guard let revision else {
      guard stream == .log else { throw JournalFailure.refused("an append to \(stream) expects a revision") }
      return
    }
    guard revision == found else {
      throw JournalFailure.conflict(stream: stream.description, expected: revision, found: found)
    }
  }

  private static func check(_ draft: EntryDraft) throws {
    // Without the request's name an entry would be missing from the request's evidence.
    if draft.subject.request == nil, draft.subject.stream != .log {
      throw JournalFailure.refused("\(draft.kind): an entry about a plan or a job names its request")
    }
    for artifact in draft.artifacts {
      guard artifact.bytes.count <= Artifact.largest else { throw JournalFailure.tooLarge }
      guard ContentDigest(hashing: artifact.bytes) == artifact.digest else {
        throw JournalFailure.refused("\(draft.kind): an artifact's bytes do not have the digest \(artifact.digest)")
      }
      guard names(artifact.digest, .object(draft.facts)) else {
        throw JournalFailure.refused("\(draft.kind) does not name its artifact \(artifact.digest)")
      }
      try requireNobody(in: artifact.bytes, draft.kind)
    }
  }

  /// What is written stays for good, and every verifier would call a log wrong that holds an address.
  private static func requireNobody(in bytes: [UInt8], _ kind: EntryKind) throws {
    guard !PersonalDataScan.isConfiguration(kind), let hit = PersonalDataScan.hit(in: bytes), hit.kind == .address
    else {
      return
    }
    throw JournalFailure.refused("\(kind) holds \(hit): evidence names nobody")
  }

  private static func names(_ digest: ContentDigest, _ value: CanonicalJSON) -> Bool {
    switch value {
    case .string(let text): text == digest.description
    case .integer, .boolean: false
    case .array(let elements): elements.contains { names(digest, $0) }
    case .object(let members): members.values.contains { names(digest, $0) }
    }
  }
}
