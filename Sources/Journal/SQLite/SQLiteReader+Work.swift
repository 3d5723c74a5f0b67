import ErasureDomain
import GRDB

// Lists of requests and jobs, and what waits for people.
extension SQLiteReader {
  func requests(
    _ selection: RequestSelection, in days: ClosedRange<CivilDate>?, from position: RequestPosition?, backwards: Bool,
    limit: Int
  ) throws -> [RequestRecord] {
    let sql: String
    let number = position.map(\.number)
    switch selection {
    case .open(let stages):
      return try open(stages, days ?? CivilDate.first...CivilDate.last, position, backwards: backwards, limit)
    case .numbered: sql = WorkQueries.numbered(backwards: backwards)
    case .closed: sql = WorkQueries.closed(backwards: backwards)
    case .all: sql = WorkQueries.all(backwards: backwards)
    case .measured: sql = WorkQueries.measured(backwards: backwards)
    case .unacknowledged: sql = WorkQueries.unacknowledged(backwards: backwards)
    }
    // A list begins before everything, or ends behind it.
    let rises = (selection != .closed && selection != .all) != backwards
    let found = try records(sql, [number ?? (rises ? Int.min : Int.max), limit])
    return backwards ? found.reversed() : found
  }

  private func open(
    _ stages: Set<RequestStage>, _ days: ClosedRange<CivilDate>, _ position: RequestPosition?, backwards: Bool,
    _ limit: Int
  ) throws -> [RequestRecord] {
    let edge: (CivilDate, Int) = backwards ? (days.upperBound, Int.max) : (days.lowerBound, 0)
    let from = position.map { ($0.workTo, $0.number) } ?? edge
    let bound = backwards ? days.lowerBound : days.upperBound
    let place: StatementArguments = [from.0.daysSince1970, from.1, bound.daysSince1970, limit]
    guard !stages.isEmpty else {
      let found = try records(WorkQueries.open(false, backwards: backwards), place)
      return backwards ? found.reversed() : found
    }
    let found = try stages.flatMap { stage -> [RequestRecord] in
      var arguments: StatementArguments = [stage.rawValue]
      arguments += place
      return try records(WorkQueries.open(true, backwards: backwards), arguments)
    }
    let sorted = found.sorted {
      ($0.workToWhileOpen ?? .last, $0.number) < ($1.workToWhileOpen ?? .last, $1.number)
    }
    return Array(backwards ? sorted.suffix(limit) : sorted.prefix(limit))
  }

  private func records(_ sql: String, _ arguments: StatementArguments) throws -> [RequestRecord] {
    try db.records(RequestRecord.self, sql, arguments, known)
  }

  func jobs(
    _ selection: JobSelection, from position: JobPosition?, backwards: Bool, limit: Int
  ) throws -> [JobRecord] {
    let edge: (Int64, String) = backwards ? (.max, "") : (.min, "")
    let from = position.map { ($0.at.secondsSince1970, $0.job.text) } ?? edge
    let place: StatementArguments = [from.0, from.1, limit]
    var found: [(deadline: Int64, job: String)]
    switch selection {
    case .inStates(let states):
      let sql = WorkQueries.inState(backwards: backwards)
      found = try Set(states).flatMap { try keys(sql, [$0] + place) }
    case .waitingForPerson: found = try keys(WorkQueries.waiting(backwards: backwards), place)
    case .silent(let now):
      let sql = WorkQueries.silentJobs(backwards: backwards)
      let end = now.secondsSince1970
      found = try keys(sql, backwards ? from.0 > end ? [end + 1, "", limit] : place : [end] + place)
    }
    // Keys alone come from every state; the records are read of those that are shown.
    found.sort { ($0.deadline, $0.job) < ($1.deadline, $1.job) }
    let shown = backwards ? found.suffix(limit) : found.prefix(limit)
    return try shown.compactMap { try job(named: $0.job) }
  }

  func workCounts() throws -> WorkCounts {
    var counts = WorkCounts()
    for row in try Row.fetchAll(db.cachedStatement(sql: WorkQueries.stages)) {
      guard let stage = RequestStage(rawValue: row[0]) else { throw JournalFailure.corrupt(at: nil) }
      counts.stages[stage] = row[1]
    }
    for row in try Row.fetchAll(db.cachedStatement(sql: WorkQueries.questions)) {
      let (system, asks, count): (SystemName, String, Int) = (try name(row[0]), row[1], row[2])
      counts.questions[system, default: [:]][asks] = count
    }
    counts.plans = try count(WorkQueries.plans, [])
    return counts
  }

  func due(in days: Range<CivilDate>) throws -> Int {
    try count(WorkQueries.due, [days.lowerBound.daysSince1970, days.upperBound.daysSince1970])
  }

  func concluded(before time: UTCTime) throws -> Int { try count(WorkQueries.concluded, [time.secondsSince1970]) }

  func objections(orderedUntil time: UTCTime) throws -> Int {
    try count(WorkQueries.objections, [time.secondsSince1970])
  }

  func silent(at time: UTCTime) throws -> [SilentCompany] {
    try Row.fetchAll(db.cachedStatement(sql: WorkQueries.silent), arguments: [time.secondsSince1970]).map { row in
      SilentCompany(
        system: try name(row[0]), jobs: row[1], since: UTCTime(secondsSince1970: row[2]),
        until: UTCTime(secondsSince1970: row[3]))
    }
  }

  func asks(_ plan: PlanReference) throws -> Bool {
    try Bool.fetchOne(db.cachedStatement(sql: WorkQueries.asks), arguments: [plan.text]) ?? false
  }

  func plansToSign(limit: Int) throws -> [PlanRecord] {
    try db.records(PlanRecord.self, WorkQueries.waitingPlans, [limit], known)
  }

  private func count(_ sql: String, _ arguments: StatementArguments) throws -> Int {
    try Int.fetchOne(db.cachedStatement(sql: sql), arguments: arguments) ?? 0
  }

  /// The name in a column that we wrote.
  private func name(_ text: String) throws -> SystemName {
    guard let system = SystemName(text) else { throw JournalFailure.corrupt(at: nil) }
    return system
  }
}
