import ConnectorKit
import Correspondence
import ErasureDomain
import EvidencePublishing
import Journal
import OfficerAPI

/// Everything that the log and its artifacts say about one request, read in one view. It names nobody.
struct DossierRecord: Sendable {
  /// One plan that people approved, with where its jobs stand.
  struct Work: Sendable {
    let plan: ErasurePlan
    let record: PlanRecord
    let jobs: [JobRecord]
  }

  /// An entry with its facts.
  struct Found<Facts: EntryFacts>: Sendable {
    let index: UInt64
    let entry: EvidenceEntry
    let facts: Facts
    /// Where it can be read.
    let pointer: String
  }

  let request: RequestRecord
  /// Of the request, its plans and jobs, in order.
  let entries: [IndexedEntry]
  /// Of the log itself, since the request came: about it, about restores, and denied attempts.
  let around: [IndexedEntry]
  let work: [Work]
  let log: LogRecord
  /// Plans that were proposed, of which those that nobody approved have no jobs.
  let proposed: Int
  /// Texts of attestations, by digest.
  let attestations: [ContentDigest: [UInt8]]
  let logSize: UInt64
  let checkpointSize: UInt64?

  let people: People
  let clock: any CivilClock
  let asOf: UTCTime
  let practice: Bool
  let origin: String
  /// Of the register that is in force now.
  let register: ContentDigest
  /// Signatures of witnesses under the newest checkpoint.
  let cosignatures: Int
  /// Whether a time-stamping authority has seen the newest checkpoint.
  let isStamped: Bool
  /// Entries of the request in which something looks like an e-mail address.
  let suspicious: [UInt64]

  var jobs: [JobRecord] { work.flatMap(\.jobs) }
  /// The newest plan that was approved.
  var newest: Work? { work.last }
  var today: CivilDate { clock.day(of: asOf) }

  /// The dates that count: a full refusal keeps the first deadline, also after closing.
  var due: DueDates {
    first(RequestRefused.self) == nil ? request.dueInForce : request.received.dueDates
  }

  // MARK: Finding

  /// Entries of a kind, of the request or around it. One that does not read is left out, and the auditor's program says so.
  func all<Facts: EntryFacts>(_ type: Facts.Type) -> [Found<Facts>] {
    found(type, in: entries, where: "evidence/entries/") + found(type, in: around, where: nil)
  }

  func first<Facts: EntryFacts>(_ type: Facts.Type) -> Found<Facts>? { all(type).first }

  private func found<Facts: EntryFacts>(
    _ type: Facts.Type, in list: [IndexedEntry], where folder: String?
  ) -> [Found<Facts>] {
    list.compactMap { indexed in
      guard indexed.entry.kind == Facts.kind, let facts = try? indexed.entry.facts(as: type) else { return nil }
      let pointer = folder.map { "entry \(indexed.index) (\($0)\(indexed.index).json)" }
      return Found(
        index: indexed.index, entry: indexed.entry, facts: facts,
        pointer: pointer ?? "entry \(indexed.index) of the whole log")
    }
  }

  // MARK: Words

  func day(_ time: UTCTime) -> CivilDate { clock.day(of: time) }

  func name(_ person: PersonReference?) -> String { people.name(of: person) ?? "the daemon" }

  static func artifact(_ digest: ContentDigest) -> String { "evidence/artifacts/sha256/\(digest.hex)" }

  static func count(_ number: Int, _ one: String, _ many: String) -> String { "\(number) \(number == 1 ? one : many)" }

  /// `a, b and c`; the word for none where there is none.
  static func list(_ items: [String], none: String = "none") -> String {
    guard let last = items.last else { return none }
    return items.count == 1 ? last : items.dropLast().joined(separator: ", ") + " and " + last
  }

  /// A job's line of its plan.
  func planned(_ job: JobRecord) -> PlannedJob? { work.first { $0.record.plan == job.plan }?.plan.job(job.job) }

  func title(_ job: JobRecord) -> String { planned(job)?.title ?? job.system.description }

  /// What stays, what was done, who was told, from the same facts as letters to the person.
  var facts: LetterFacts {
    LetterFacts(
      request, work: work.map { LetterFacts.Worked(plan: $0.plan, jobs: $0.jobs) },
      exceptions: all(ExceptionGranted.self).map(\.facts), from: LetterParty(name: "", address: []), clock: clock)
  }
}

extension OfficerDesk {
  func dossierRecord(of record: RequestRecord) async throws -> DossierRecord {
    let (people, clock, settings) = (settings.people, clock, settings)
    let now = clock.now()
    return try await journal.read { reader in
      let entries = try reader.entries(of: record.request)
      var work: [DossierRecord.Work] = []
      var attestations: [ContentDigest: [UInt8]] = [:]
      for plan in try reader.plans(of: record.request) {
        let jobs = try reader.jobs(of: plan.plan)
        guard !jobs.isEmpty else { continue }
        guard let bytes = try reader.artifact(plan.proposal.digest) else {
          throw Refusal(
            .unavailable, "\(plan.plan) is not in the journal any more: a dossier would leave out what was done by it")
        }
        work.append(
          DossierRecord.Work(plan: try CanonicalJSON.decode(ErasurePlan.self, from: bytes), record: plan, jobs: jobs))
      }
      for stored in entries where stored.entry.kind == TaskAttested.kind {
        let digest = try stored.entry.facts(as: TaskAttested.self).text
        attestations[digest] = try reader.artifact(digest)
      }
      let around = try reader.entries(
        from: entries.first?.index ?? 0, holding: Self.texts(around: record))
      return DossierRecord(
        request: try reader.request(record.request) ?? record, entries: entries,
        around: try around.filter { try Self.isAround($0, record, work.flatMap(\.jobs)) }, work: work,
        log: try reader.log(),
        proposed: record.plans.count, attestations: attestations, logSize: try reader.size,
        checkpointSize: try reader.newestCheckpoint()?.size, people: people, clock: clock, asOf: now,
        practice: settings.practice, origin: settings.origin, register: settings.registerDigest,
        cosignatures: try reader.newestCheckpoint().map { try reader.cosignatures(of: $0.size).count } ?? 0,
        isStamped: try reader.newestIsStamped,
        suspicious: entries.filter { $0.bytes.contains(0x40) }.map(\.index))
    }
  }

  /// What an entry has in it that is about a request and stands elsewhere: canonical JSON has one form. Few texts, since each
  /// is looked for in every entry.
  private static func texts(around record: RequestRecord) -> [String] {
    [
      "\"about\":\"\(record.request)\"", "\"again\":{\"request\":\"\(record.request)\"", "\"kind\":\"restore.",
      "\"kind\":\"\(AccessDenied.kind)\"", "\"kind\":\"\(AlarmSent.kind)\"",
    ]
  }

  /// Alarms about other requests are none of ours.
  private static func isAround(_ stored: IndexedEntry, _ record: RequestRecord, _ jobs: [JobRecord]) throws -> Bool {
    guard stored.entry.subject.request != record.request else { return false }
    guard stored.entry.kind == AlarmSent.kind else { return true }
    let about = try stored.entry.facts(as: AlarmSent.self).about
    return about == record.request.text || record.plans.contains { $0.text == about }
      || jobs.contains { $0.job.text == about }
  }
}
