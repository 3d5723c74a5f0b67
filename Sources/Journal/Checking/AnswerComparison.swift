import ErasureDomain

extension Journal {
  /// Folds all entries again, in memory, and lists where the answering tables differ; empty when they do not.
  ///
  /// It reads the whole journal in one view: for tests and `expunge check --deep`.
  public func compareAnswersWithFold() async throws(JournalFailure) -> [String] {
    try await read { reader in
      // What is compared is read from the tables, every byte of it.
      let reader: any JournalReader = (reader as? SQLiteReader)?.remembersNothing ?? reader
      return try AnswerComparison(reader).differences(reader)
    }
  }
}

/// The answers as a fresh fold of all entries makes them.
struct AnswerComparison {
  private static let piece: UInt64 = 1_024

  private var answers = MemoryAnswers()
  private var byRequest: [RequestReference: [UInt64]] = [:]
  private var byJob: [JobReference: [UInt64]] = [:]

  init(_ reader: any JournalReader) throws {
    answers.artifactSource = { try reader.artifact($0) }
    let size = try reader.size
    for from in stride(from: 0, to: size, by: UInt64.Stride(Self.piece)) {
      for indexed in try reader.entries(from: from, to: min(size, from + Self.piece)) {
        do {
          try JournalFold.apply(indexed.entry, to: &answers)
        } catch {
          throw JournalFailure.refused("entry \(indexed.index) does not fold: \(error)")
        }
        if let request = indexed.entry.subject.request { byRequest[request, default: []].append(indexed.index) }
        if let job = indexed.entry.subject.job { byJob[job, default: []].append(indexed.index) }
      }
    }
  }

  func differences(_ reader: any JournalReader) throws -> [String] {
    var differences: [String] = []
    if try reader.log() != answers.log() { differences.append("log: the table differs from the fold") }
    let stored = try reader.requests(after: 0, limit: Int.max)
    if stored.map(\.request) != answers.requestsByNumber {
      differences.append(
        "requests: the table has \(stored.count), the fold \(answers.requestsByNumber.count) or others")
    }
    for record in stored where record != answers.request(record.request) {
      differences.append("\(record.request): the table differs from the fold")
    }
    for request in answers.requestsByNumber {
      if try reader.plans(of: request) != answers.plans(of: request) {
        differences.append("\(request): the table of its plans differs from the fold")
      }
      if try reader.entries(of: request).map(\.index) != byRequest[request] ?? [] {
        differences.append("\(request): the table of its entries differs from the log")
      }
    }
    for plan in answers.planOrder {
      let jobs = answers.jobs(of: plan)
      if try reader.jobs(of: plan) != jobs {
        differences.append("\(plan): the table of its jobs differs from the fold")
      }
      for job in jobs where try reader.entries(of: job.job).map(\.index) != byJob[job.job] ?? [] {
        differences.append("\(job.job): the table of its entries differs from the log")
      }
    }
    if try reader.counts() != answers.counts() { differences.append("counts: the tables differ from the fold") }
    return try differences + queryDifferences(reader)
  }

  /// Whether the columns that queries use say what the records say.
  private func queryDifferences(_ reader: any JournalReader) throws -> [String] {
    var differences: [String] = []
    let all = Int.max
    let end = UTCTime.distantFuture
    if try reader.ready(at: end, excluding: [], limit: all) != answers.ready(at: end, excluding: []) {
      differences.append("jobs: those that can be claimed differ from the fold")
    }
    let claimable = answers.ready(at: end, excluding: [])
    let changing = Dictionary(grouping: claimable.filter(\.verb.changesSystem), by: \.system)
    for system in Set(answers.jobs.values.map(\.system)).sorted()
    where try reader.changing(system, at: end) != changing[system]?.count ?? 0 {
      differences.append("jobs: those that change \(system) differ from the fold")
    }
    if try reader.waitingForPerson(limit: all) != answers.waitingForPerson() {
      differences.append("jobs: those that wait for a person differ from the fold")
    }
    let silent = JobSelection.silent(at: end)
    if try reader.jobs(silent, from: nil, backwards: false, limit: all)
      != MemoryReader(store: MemoryStore(answers: answers)).jobs(silent, from: nil, backwards: false, limit: all)
    {
      differences.append("jobs: those that are silent differ from the fold")
    }
    let states = answers.counts()
    for state in states.jobs.keys.sorted() where try reader.jobs(in: [state], limit: all) != answers.jobs(in: [state]) {
      differences.append("jobs: those in state \(state) differ from the fold")
    }
    for state in states.requests.keys.sorted()
    where try reader.references(in: [state]) != answers.requests(in: [state]).map(\.request) {
      differences.append("requests: those in state \(state) differ from the fold")
    }
    for state in Set(answers.plans.values.map(\.state.word)).sorted()
    where try reader.plans(in: [state], limit: all) != answers.plans(in: [state]) {
      differences.append("plans: those in state \(state) differ from the fold")
    }
    return try differences + workDifferences(reader)
  }

  /// Whether lists of requests and what waits for people follow from the records.
  private func workDifferences(_ reader: any JournalReader) throws -> [String] {
    var differences: [String] = []
    let fold = MemoryReader(store: MemoryStore(answers: answers))
    let stages = RequestStage.allCases.map { RequestSelection.open([$0]) }
    let lists: [RequestSelection] = [.open([]), .numbered, .closed, .all, .measured, .unacknowledged] + stages
    for list in lists {
      let stored = try reader.requests(list, in: nil, from: nil, backwards: false, limit: Int.max)
      if stored != fold.requests(list, in: nil, from: nil, backwards: false, limit: Int.max) {
        differences.append("requests: the list \(list) differs from the fold")
      }
    }
    let end = UTCTime.distantFuture
    if try reader.workCounts() != fold.workCounts() || reader.silent(at: end) != fold.silent(at: end)
      || reader.concluded(before: end) != fold.concluded(before: end)
      || reader.objections(orderedUntil: end) != fold.objections(orderedUntil: end)
      || reader.plansToSign(limit: Int.max) != fold.plansToSign(limit: Int.max)
    {
      differences.append("what waits for people differs from the fold")
    }
    return differences
  }
}
