import ErasureDomain
import EvidenceLog

/// A view of the journal in memory.
struct MemoryReader: JournalReader {
  let store: MemoryStore

  func log() -> LogRecord { store.answers.log() }
  func request(_ reference: RequestReference) -> RequestRecord? { store.answers.request(reference) }

  func request(number: Int) -> RequestRecord? {
    let references = store.answers.requestsByNumber
    return references.indices.contains(number - 1) ? store.answers.request(references[number - 1]) : nil
  }

  func requests(after number: Int, limit: Int) -> [RequestRecord] {
    store.answers.requestsByNumber.dropFirst(max(number, 0)).prefix(limit).compactMap { store.answers.request($0) }
  }

  func references(in states: [String]) -> [RequestReference] {
    Set(states).sorted().flatMap { store.answers.requests(in: [$0]) }.map(\.request)
  }

  func plan(_ reference: PlanReference) -> PlanRecord? { store.answers.plan(reference) }

  func plans(in states: [String], limit: Int) -> [PlanRecord] {
    Array(store.answers.plans(in: states).prefix(limit))
  }

  func plans(of request: RequestReference) -> [PlanRecord] { store.answers.plans(of: request) }
  func job(_ reference: JobReference) -> JobRecord? { store.answers.job(reference) }
  func jobs(of plan: PlanReference) -> [JobRecord] { store.answers.jobs(of: plan) }

  func origin(of plan: PlanReference) -> (proposal: ContentDigest, receivedOn: CivilDate)? {
    guard let record = self.plan(plan), let request = request(record.request) else { return nil }
    return (record.proposal.digest, request.received.receivedOn)
  }

  func states(of plan: PlanReference) -> (plan: String, jobs: [(job: JobReference, state: String)])? {
    guard let record = self.plan(plan) else { return nil }
    return (record.state.word, jobs(of: plan).map { ($0.job, $0.state.word) })
  }

  func ready(
    at time: UTCTime, excluding systems: Set<SystemName>, besides jobs: Set<JobReference>, limit: Int,
    mayChange: (SystemName) -> Bool
  ) -> [JobRecord] {
    let ready = store.answers.ready(at: time, excluding: systems).filter { !jobs.contains($0.job) }
    return Array(ready.filter { !$0.verb.changesSystem || mayChange($0.system) }.prefix(limit))
  }

  func changing(_ system: SystemName, at time: UTCTime) -> Int {
    store.answers.ready(at: time, excluding: []).count { $0.system == system && $0.verb.changesSystem }
  }

  func nextWake(after time: UTCTime) -> UTCTime? { store.answers.claimable.values.filter { $0 > time }.min() }
  func running() -> [JobRecord] { store.answers.jobs(in: ["running"]) }
  func counts() -> JournalCounts { store.answers.counts() }

  func entries(from: UInt64, to: UInt64) -> [IndexedEntry] {
    let end = min(to, store.size)
    return from < end ? Array(store.entries[Int(from)..<Int(end)]) : []
  }

  func entryBytes(from: UInt64, to: UInt64) -> [[UInt8]] { entries(from: from, to: to).map(\.bytes) }

  func entries(of request: RequestReference) -> [IndexedEntry] {
    (store.entriesByRequest[request] ?? []).map { store.entries[$0] }
  }

  func entries(of job: JobReference) -> [IndexedEntry] {
    (store.entriesByJob[job] ?? []).map { store.entries[$0] }
  }

  func entries(of request: RequestReference, kinds: [EntryKind]) -> [IndexedEntry] {
    entries(of: request).filter { kinds.contains($0.entry.kind) }
  }

  func entries(of job: JobReference, kinds: [EntryKind]) -> [IndexedEntry] {
    entries(of: job).filter { kinds.contains($0.entry.kind) }
  }

  func entries(of request: RequestReference, from index: UInt64, limit: Int) -> [IndexedEntry] {
    Array(entries(of: request).drop { $0.index < index }.prefix(limit))
  }

  func entries(of request: RequestReference, before index: UInt64, limit: Int) -> [IndexedEntry] {
    entries(of: request).prefix { $0.index < index }.suffix(limit)
  }

  func entries(of job: JobReference, before index: UInt64, limit: Int) -> [IndexedEntry] {
    entries(of: job).prefix { $0.index < index }.suffix(limit)
  }

  func entries(from index: UInt64, holding texts: [String]) -> [IndexedEntry] {
    store.entries.dropFirst(Int(clamping: index)).filter { entry in
      let text = String(decoding: entry.bytes, as: UTF8.self)
      return texts.contains { text.contains($0) }
    }
  }

  var size: UInt64 { store.size }

  func node(level: Int, index: UInt64) throws -> MerkleHash { try store.nodes.node(level: level, index: index) }
  func newestCheckpoint() -> (size: UInt64, note: [UInt8])? { store.checkpoints.last }

  func checkpoint(atLeast size: UInt64) -> (size: UInt64, note: [UInt8])? {
    store.checkpoints.first { $0.size >= size }
  }

  func checkpoints(from size: UInt64, limit: Int) -> [(size: UInt64, note: [UInt8])] {
    Array(store.checkpoints.filter { $0.size >= size }.suffix(limit))
  }

  func checkpoints() -> [(size: UInt64, note: [UInt8])] { store.checkpoints }

  func cosignatures(of size: UInt64) -> [(witness: String, line: String)] {
    let found = store.anchors.compactMap { anchor -> (witness: String, line: String)? in
      guard case .cosignature(size, let witness, let line) = anchor else { return nil }
      return (witness, line)
    }
    return found.sorted { ($0.witness, $0.line) < ($1.witness, $1.line) }
  }

  func newestCosigned(by name: String) -> UInt64? {
    store.anchors.compactMap { anchor -> UInt64? in
      guard case .cosignature(let size, name, _) = anchor else { return nil }
      return size
    }.max()
  }

  func timeStamp(of size: UInt64, imprint: ContentDigest) -> StoredTimeStamp? {
    store.anchors.lazy.compactMap { anchor -> StoredTimeStamp? in
      guard case .timeStamp(size, let stamp) = anchor, stamp.imprint == imprint else { return nil }
      return stamp
    }.first
  }

  func artifact(_ digest: ContentDigest) throws -> [UInt8]? { try store.answers.artifact(digest) }
  var artifactDigests: [ContentDigest] { store.answers.artifacts.keys.sorted() }
}

// Lists and counts, by looking at everything.
extension MemoryReader {
  private func stage(of record: RequestRecord) -> RequestStage? {
    record.stage(with: record.plan.flatMap { store.answers.plan($0) })
  }

  func requests(
    _ selection: RequestSelection, in days: ClosedRange<CivilDate>?, from position: RequestPosition?, backwards: Bool,
    limit: Int
  ) -> [RequestRecord] {
    let all = store.answers.requests.values
    // Whatever comes first has the smaller key.
    let keyed: [(key: (Int, Int), record: RequestRecord)] = all.compactMap { record in
      let workTo = record.workToWhileOpen
      switch selection {
      case .open(let stages):
        guard let workTo, days?.contains(workTo) ?? true,
          stages.isEmpty || stage(of: record).map({ stages.contains($0) }) == true
        else { return nil }
        return ((workTo.daysSince1970, record.number), record)
      case .numbered: return workTo == nil ? nil : ((0, record.number), record)
      case .closed: return workTo == nil ? ((0, -record.number), record) : nil
      case .measured: return record.hasOpenMeasures ? ((0, record.number), record) : nil
      case .unacknowledged: return record.wantsAcknowledgement ? ((0, record.number), record) : nil
      case .all: return ((0, -record.number), record)
      }
    }
    let from: (Int, Int)? = position.map { position in
      switch selection {
      case .open: (position.workTo.daysSince1970, position.number)
      case .numbered, .measured, .unacknowledged: (0, position.number)
      case .closed, .all: (0, -position.number)
      }
    }
    let sorted = keyed.sorted { $0.key < $1.key }
    guard let from else { return (backwards ? sorted.suffix(limit) : sorted.prefix(limit)).map(\.record) }
    return backwards
      ? sorted.filter { $0.key < from }.suffix(limit).map(\.record)
      : sorted.filter { $0.key > from }.prefix(limit).map(\.record)
  }

  func jobs(_ selection: JobSelection, from position: JobPosition?, backwards: Bool, limit: Int) -> [JobRecord] {
    let found: [JobRecord] =
      switch selection {
      case .inStates(let states): store.answers.jobs(in: states)
      case .waitingForPerson: store.answers.waitingForPerson()
      case .silent(let now): store.answers.jobs.values.filter { $0.worriesAt.map { $0 <= now } ?? false }
      }
    let sorted = found.map { (key: JobPosition(of: $0, in: selection), record: $0) }
      .sorted { ($0.key.at, $0.key.job) < ($1.key.at, $1.key.job) }
    guard let position else { return (backwards ? sorted.suffix(limit) : sorted.prefix(limit)).map(\.record) }
    return backwards
      ? sorted.filter { ($0.key.at, $0.key.job) < (position.at, position.job) }.suffix(limit).map(\.record)
      : sorted.filter { ($0.key.at, $0.key.job) > (position.at, position.job) }.prefix(limit).map(\.record)
  }

  func workCounts() -> WorkCounts {
    var counts = WorkCounts(plans: store.answers.plans.values.count(where: \.waitsForSignatures))
    for record in store.answers.requests.values {
      if let stage = stage(of: record) { counts.stages[stage, default: 0] += 1 }
    }
    for job in store.answers.jobs.values {
      if let asks = job.asks { counts.questions[job.system, default: [:]][asks, default: 0] += 1 }
    }
    return counts
  }

  func due(in days: Range<CivilDate>) -> Int {
    store.answers.requests.values.count { $0.workToWhileOpen.map { days.contains($0) } ?? false }
  }

  func concluded(before time: UTCTime) -> Int {
    store.answers.requests.values.count { $0.state.keepsVault && ($0.concludedAt.map { $0 < time } ?? false) }
  }

  func objections(orderedUntil time: UTCTime) -> Int {
    store.answers.requests.values.count { $0.objectionOpenSince.map { $0 <= time } ?? false }
  }

  func silent(at time: UTCTime) -> [SilentCompany] {
    let silent = store.answers.jobs.values.filter { $0.worriesAt.map { $0 <= time } ?? false }
    return Dictionary(grouping: silent, by: \.system).compactMap { system, jobs in
      guard let since = jobs.compactMap(\.worriesAt).min(), let until = jobs.map(\.deadline).min() else { return nil }
      return SilentCompany(system: system, jobs: jobs.count, since: since, until: until)
    }.sorted { $0.system < $1.system }
  }

  func asks(_ plan: PlanReference) -> Bool { jobs(of: plan).contains { $0.asks != nil } }

  func plansToSign(limit: Int) -> [PlanRecord] {
    Array(
      store.answers.planOrder.lazy.compactMap { store.answers.plan($0) }.filter(\.waitsForSignatures).prefix(limit))
  }
}
