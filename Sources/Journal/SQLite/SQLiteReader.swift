import ErasureDomain
import EvidenceLog
import Foundation
import GRDB

/// A view of `journal.db` within one read transaction.
struct SQLiteReader: JournalReader {
  /// How many jobs of a system that fell due since the last write are looked at, at least.
  private static let dueLimit = 256

  let db: Database
  let known: KnownRecords
  private var answers: SQLiteAnswers { SQLiteAnswers(db: db, known: known) }

  init(_ db: Database, known: KnownRecords = KnownRecords()) {
    self.db = db
    self.known = known
  }

  /// The same view, without what is remembered of the stored texts.
  var remembersNothing: SQLiteReader { SQLiteReader(db) }

  func log() throws -> LogRecord { try answers.log() }
  func request(_ reference: RequestReference) throws -> RequestRecord? { try answers.request(reference) }
  func plan(_ reference: PlanReference) throws -> PlanRecord? { try answers.plan(reference) }
  func job(_ reference: JobReference) throws -> JobRecord? { try answers.job(reference) }
  func jobs(of plan: PlanReference) throws -> [JobRecord] { try answers.jobs(of: plan) }
  func artifact(_ digest: ContentDigest) throws -> [UInt8]? { try answers.artifact(digest) }

  func origin(of plan: PlanReference) throws -> (proposal: ContentDigest, receivedOn: CivilDate)? {
    let found = try Row.fetchOne(db.cachedStatement(sql: JobQueries.origin), arguments: [plan.text])
    guard let found else { return nil }
    guard let digest = (found[0] as String?).flatMap({ ContentDigest($0) }),
      let day = (found[1] as String?).flatMap({ CivilDate($0) })
    else { throw JournalFailure.corrupt(at: nil) }
    return (digest, day)
  }

  func states(of plan: PlanReference) throws -> (plan: String, jobs: [(job: JobReference, state: String)])? {
    let own = try String.fetchOne(
      db.cachedStatement(sql: "SELECT state FROM plan_answer WHERE plan = ?"), arguments: [plan.text])
    guard let own else { return nil }
    let jobs = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT job, state FROM job_answer WHERE plan = ? ORDER BY ordinal"),
      arguments: [plan.text])
    return (
      own,
      try jobs.map { row in
        guard let job = JobReference(row[0] as String) else { throw JournalFailure.corrupt(at: nil) }
        return (job, row[1])
      }
    )
  }

  func request(number: Int) throws -> RequestRecord? {
    try db.record(RequestRecord.self, "SELECT record FROM request_answer WHERE number = ?", [number], known)
  }

  func requests(after number: Int, limit: Int) throws -> [RequestRecord] {
    try db.records(
      RequestRecord.self, "SELECT record FROM request_answer WHERE number > ? ORDER BY number LIMIT ?",
      [number, limit], known)
  }

  func references(in states: [String]) throws -> [RequestReference] {
    try Set(states).sorted().flatMap { state in
      try String.fetchAll(
        db.cachedStatement(sql: "SELECT request FROM request_answer WHERE state = ? ORDER BY number"),
        arguments: [state])
    }.map { text in
      guard let request = RequestReference(text) else { throw JournalFailure.corrupt(at: nil) }
      return request
    }
  }

  func plans(in states: [String], limit: Int) throws -> [PlanRecord] {
    let found = try Set(states).flatMap { state in
      try Row.fetchAll(
        db.cachedStatement(sql: "SELECT ordinal, record FROM plan_answer WHERE state = ? ORDER BY ordinal LIMIT ?"),
        arguments: [state, limit]
      ).map { row in (ordinal: row[0] as Int64, text: row[1] as String) }
    }
    return try found.sorted { $0.ordinal < $1.ordinal }.prefix(limit).map {
      try StoredRecord.decode(PlanRecord.self, $0.text, known)
    }
  }

  func plans(of request: RequestReference) throws -> [PlanRecord] {
    try db.records(
      PlanRecord.self, "SELECT record FROM plan_answer WHERE request = ? ORDER BY ordinal", [request.text], known)
  }

  func ready(
    at time: UTCTime, excluding systems: Set<SystemName>, besides jobs: Set<JobReference>, limit: Int,
    mayChange: (SystemName) -> Bool
  ) throws -> [JobRecord] {
    let excluded = Set(jobs.map(\.text))
    // As many more as are left out may come first.
    let most = limit + min(excluded.count, Int.max - limit)
    let now = time.secondsSince1970
    var found: [(deadline: Int64, job: String)] = []
    for name in try String.fetchAll(db.cachedStatement(sql: JobQueries.systems)) {
      guard let system = SystemName(name), !systems.contains(system) else { continue }
      for changes in mayChange(system) ? [false, true] : [false] {
        found += try keys(JobQueries.ready, [name, changes, now, most])
        found += try keys(JobQueries.due, [name, changes, now, max(most, Self.dueLimit)])
      }
    }
    found.removeAll { excluded.contains($0.job) }
    return try found.sorted { ($0.deadline, $0.job) < ($1.deadline, $1.job) }.prefix(limit).compactMap {
      try job(named: $0.job)
    }
  }

  func changing(_ system: SystemName, at time: UTCTime) throws -> Int {
    let (name, now) = (system.description, time.secondsSince1970)
    return try Int.fetchOne(db.cachedStatement(sql: JobQueries.changing), arguments: [name, now, name, now]) ?? 0
  }

  func job(named text: String) throws -> JobRecord? {
    try db.record(JobRecord.self, JobQueries.byReference, [text], known)
  }

  /// Times and references of jobs.
  func keys(_ sql: String, _ arguments: StatementArguments) throws -> [(deadline: Int64, job: String)] {
    try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments).map { (deadline: $0[0], job: $0[1]) }
  }

  func nextWake(after time: UTCTime) throws -> UTCTime? {
    try Int64.fetchOne(
      db.cachedStatement(sql: JobQueries.nextWake), arguments: [time.secondsSince1970, time.secondsSince1970]
    )
    .map { UTCTime(secondsSince1970: $0) }
  }

  func running() throws -> [JobRecord] { try jobs(in: ["running"], limit: Int.max) }

  func counts() throws -> JournalCounts {
    JournalCounts(
      requests: try counts("SELECT state, count(*) FROM request_answer GROUP BY state"),
      jobs: try counts("SELECT state, count(*) FROM job_answer GROUP BY state"))
  }

  private func counts(_ sql: String) throws -> [String: Int] {
    let rows = try Row.fetchAll(db.cachedStatement(sql: sql))
    return Dictionary(uniqueKeysWithValues: rows.map { ($0[0] as String, $0[1] as Int) })
  }
}

extension SQLiteReader {
  func entries(from: UInt64, to: UInt64) throws -> [IndexedEntry] {
    try indexed(
      "SELECT idx, bytes FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx", [from.clamped, to.clamped])
  }

  func entryBytes(from: UInt64, to: UInt64) throws -> [[UInt8]] {
    try Data.fetchAll(
      db.cachedStatement(sql: "SELECT bytes FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx"),
      arguments: [from.clamped, to.clamped]
    ).map { Array($0) }
  }

  func entries(of request: RequestReference) throws -> [IndexedEntry] {
    try indexed(
      """
      SELECT entry.idx, entry.bytes FROM request_entry JOIN entry ON entry.idx = request_entry.idx
      WHERE request_entry.request = ? ORDER BY request_entry.idx
      """, [request.text])
  }

  func entries(of job: JobReference) throws -> [IndexedEntry] {
    try indexed(
      """
      SELECT entry.idx, entry.bytes FROM job_entry JOIN entry ON entry.idx = job_entry.idx
      WHERE job_entry.job = ? ORDER BY job_entry.idx
      """, [job.text])
  }

  func entries(of request: RequestReference, kinds: [EntryKind]) throws -> [IndexedEntry] {
    try entries("request", request.text, kinds)
  }

  func entries(of job: JobReference, kinds: [EntryKind]) throws -> [IndexedEntry] {
    try entries("job", job.text, kinds)
  }

  /// Canonical JSON writes a member in one way, so the text finds the kind.
  private func entries(_ of: String, _ reference: String, _ kinds: [EntryKind]) throws -> [IndexedEntry] {
    guard !kinds.isEmpty else { return [] }
    let texts = kinds.map { Data("\"kind\":\"\($0)\"".utf8) }
    return try indexed(
      WorkQueries.entries(of, ofKinds: kinds.count), [reference] + StatementArguments(texts)
    ).filter { kinds.contains($0.entry.kind) }
  }

  func entries(of request: RequestReference, from index: UInt64, limit: Int) throws -> [IndexedEntry] {
    try indexed(WorkQueries.entries("request", backwards: false), [request.text, index.clamped, limit])
  }

  func entries(of request: RequestReference, before index: UInt64, limit: Int) throws -> [IndexedEntry] {
    try indexed(WorkQueries.entries("request", backwards: true), [request.text, index.clamped, limit]).reversed()
  }

  func entries(of job: JobReference, before index: UInt64, limit: Int) throws -> [IndexedEntry] {
    try indexed(WorkQueries.entries("job", backwards: true), [job.text, index.clamped, limit]).reversed()
  }

  func entries(from index: UInt64, holding texts: [String]) throws -> [IndexedEntry] {
    guard !texts.isEmpty else { return [] }
    let any = texts.map { _ in "instr(bytes, ?) > 0" }.joined(separator: " OR ")
    var arguments: StatementArguments = [index.clamped]
    arguments += StatementArguments(texts.map { Data($0.utf8) })
    return try indexed("SELECT idx, bytes FROM entry WHERE idx >= ? AND (\(any)) ORDER BY idx", arguments)
  }

  private func indexed(_ sql: String, _ arguments: StatementArguments) throws -> [IndexedEntry] {
    try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments).map { row in
      let index = UInt64(clamping: row[0] as Int64)
      let bytes = Array(row[1] as Data)
      do {
        return IndexedEntry(index: index, bytes: bytes, entry: try EvidenceEntry(decoding: bytes))
      } catch EntryProblem.newerVersion(let version) {
        throw JournalFailure.unavailable("entry-version-\(version)")
      } catch {
        throw JournalFailure.corrupt(at: index)
      }
    }
  }

  var size: UInt64 {
    get throws {
      UInt64(try Int64.fetchOne(db.cachedStatement(sql: "SELECT coalesce(max(idx) + 1, 0) FROM entry")) ?? 0)
    }
  }

  func node(level: Int, index: UInt64) throws -> MerkleHash {
    try SQLiteNodes(db: db).node(level: level, index: index)
  }

  func newestCheckpoint() throws -> (size: UInt64, note: [UInt8])? {
    try checkpoints("SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1", []).first
  }

  func checkpoint(atLeast size: UInt64) throws -> (size: UInt64, note: [UInt8])? {
    try checkpoints("SELECT size, note FROM checkpoint WHERE size >= ? ORDER BY size LIMIT 1", [size.clamped]).first
  }

  func checkpoints(from size: UInt64, limit: Int) throws -> [(size: UInt64, note: [UInt8])] {
    try checkpoints(
      "SELECT size, note FROM checkpoint WHERE size >= ? ORDER BY size DESC LIMIT ?", [size.clamped, limit]
    ).reversed()
  }

  func checkpoints() throws -> [(size: UInt64, note: [UInt8])] {
    try checkpoints("SELECT size, note FROM checkpoint ORDER BY size", [])
  }

  private func checkpoints(
    _ sql: String, _ arguments: StatementArguments
  ) throws -> [(size: UInt64, note: [UInt8])] {
    try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments).map { row in
      (size: UInt64(clamping: row[0] as Int64), note: Array(row[1] as Data))
    }
  }

  func cosignatures(of size: UInt64) throws -> [(witness: String, line: String)] {
    try AnchorTables.cosignatures(of: size, in: db)
  }

  func newestCosigned(by witness: String) throws -> UInt64? {
    try AnchorTables.newestCosigned(by: witness, in: db)
  }

  func timeStamp(of size: UInt64, imprint: ContentDigest) throws -> StoredTimeStamp? {
    try AnchorTables.timeStamp(of: size, imprint: imprint, in: db)
  }

  var artifactDigests: [ContentDigest] {
    get throws {
      try Data.fetchAll(db.cachedStatement(sql: "SELECT digest FROM artifact ORDER BY digest")).map {
        guard $0.count == 32 else { throw JournalFailure.corrupt(at: nil) }
        return ContentDigest(bytes: Array($0))
      }
    }
  }
}

extension UInt64 {
  /// The number as SQLite holds it; nothing there is larger.
  fileprivate var clamped: Int64 { Int64(clamping: self) }
}
