import ErasureDomain
import GRDB
import TestKit
import Testing

@testable import Journal

/// The first screen and the lists cost the same however many requests there ever were.
@Suite struct WorkQueryTests {
  private func plan(of sql: String, _ arguments: StatementArguments) async throws -> [String] {
    let folder = try TemporaryFolder()
    let journal = try SQLiteJournal(path: folder.path("journal.db"), clock: ManualClock())
    return try await journal.pool.read { db in
      try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: arguments).map { $0["detail"] as String }
    }
  }

  @Test func `no list of requests walks the table or sorts it`() async throws {
    for backwards in [false, true] {
      let statements: [(sql: String, arguments: StatementArguments, index: String)] = [
        (WorkQueries.open(false, backwards: backwards), [0, 0, 0, 1], "request_due"),
        (WorkQueries.open(true, backwards: backwards), ["plan", 0, 0, 0, 1], "request_stage"),
        (WorkQueries.numbered(backwards: backwards), [0, 1], "request_open"),
        (WorkQueries.closed(backwards: backwards), [0, 1], "request_closed"),
        (WorkQueries.all(backwards: backwards), [0, 1], "INTEGER PRIMARY KEY"),
        (WorkQueries.measured(backwards: backwards), [0, 1], "request_measured"),
        (WorkQueries.unacknowledged(backwards: backwards), [0, 1], "request_unacknowledged"),
      ]
      for statement in statements {
        let plan = try await plan(of: statement.sql, statement.arguments)
        #expect(plan.count == 1 && plan[0].hasPrefix("SEARCH request_answer"), "\(plan)")
        #expect(plan[0].contains(statement.index), "\(plan)")
      }
    }
  }

  @Test func `no list of jobs or entries walks the table or sorts it`() async throws {
    for backwards in [false, true] {
      let statements: [(sql: String, arguments: StatementArguments, index: String)] = [
        (WorkQueries.inState(backwards: backwards), ["ready", 0, "", 1], "COVERING INDEX job_state"),
        (WorkQueries.waiting(backwards: backwards), [0, "", 1], "INDEX job_waits"),
        (
          WorkQueries.silentJobs(backwards: backwards), backwards ? [0, "", 1] : [0, 0, "", 1],
          "COVERING INDEX job_worries"
        ),
      ]
      for statement in statements {
        let plan = try await plan(of: statement.sql, statement.arguments)
        #expect(plan.count == 1 && plan[0].hasPrefix("SEARCH job_answer"), "\(plan)")
        #expect(plan[0].contains(statement.index), "\(plan)")
      }
      for of in ["request", "job"] {
        let plan = try await plan(of: WorkQueries.entries(of, backwards: backwards), ["x", 0, 1])
        #expect(plan.count == 2 && plan.allSatisfy { $0.hasPrefix("SEARCH") && $0.contains("PRIMARY KEY") }, "\(plan)")
        #expect(plan[0].contains("idx"), "\(plan)")
      }
    }
  }

  @Test func `what waits is counted in indexes that hold nothing else`() async throws {
    let statements: [(sql: String, arguments: StatementArguments, index: String)] = [
      (WorkQueries.stages, [], "request_stage"), (WorkQueries.questions, [], "job_asks"),
      (WorkQueries.plans, [], "plan_waits"), (WorkQueries.waitingPlans, [1], "plan_waits"),
      (WorkQueries.due, [0, 1], "request_due"), (WorkQueries.concluded, [0], "request_concluded"),
      (WorkQueries.objections, [0], "request_objection"), (WorkQueries.silent, [0], "job_worries"),
      (WorkQueries.asks, ["p"], "job_plan"),
    ]
    for statement in statements {
      let plan = try await plan(of: statement.sql, statement.arguments)
      #expect(plan.contains { $0.contains(statement.index) }, "\(plan)")
      #expect(!plan.contains { $0.hasPrefix("SCAN") && !$0.contains("INDEX") && $0 != "SCAN CONSTANT ROW" }, "\(plan)")
    }
  }

  @Test func `the steps of a page do not grow with the requests, all open or nearly all closed`() async throws {
    let few = try await steps(among: 400, open: 400)
    let many = try await steps(among: 20_000, open: 20_000)
    // Backwards from the beginning of a day SQLite walks over the rows of that day, here 200 instead of 4, and no others.
    #expect(many.pages <= few.pages + 200 * 15, "\(many.pages) against \(few.pages)")
    let usual = try await steps(among: 400, open: 200)
    let closed = try await steps(among: 20_000, open: 200)
    #expect(closed.pages == usual.pages)
    // Closed requests and settled jobs cost the counts nothing.
    #expect(closed.counts == usual.counts)
  }

  /// Operations of SQLite's machine for the first page and one from the middle of every list, and for all counts.
  private func steps(among count: Int, open: Int) async throws -> (pages: Int, counts: Int) {
    let folder = try TemporaryFolder()
    let journal = try SQLiteJournal(path: folder.path("journal.db"), clock: ManualClock())
    try await journal.pool.write { db in
      try db.execute(
        sql: """
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
          INSERT INTO request_answer (number, request, state, record, stage, work_to)
          SELECT i, 'r-' || i, 'received', '{}', iif(i * \(open) % \(count) < \(open), 'plan', NULL),
            iif(i * \(open) % \(count) < \(open), 20000 + (i / 100 * 37 + i) % 100, NULL) FROM n
          """, arguments: [count])
      try db.execute(
        sql: """
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
          INSERT INTO job_answer (job, plan, ordinal, system, state, waits, phase, deadline, record)
          SELECT 'j-' || i, 'p', i, 'crm', 'erased', 0, 0, 0, '{}' FROM n
          """, arguments: [count])
      // Beside them open jobs: of each two one waits for a person, and the other for a company that is silent.
      try db.execute(
        sql: """
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
          INSERT INTO job_answer (job, plan, ordinal, system, state, waits, phase, deadline, worries_at, record)
          SELECT 'j-open-' || i, 'q', i, 'crm', iif(i % 2, 'failed', 'awaiting-recipient'), i % 2, 0, i * 37 % 10000,
            iif(i % 2, NULL, i * 41 % 10000), '{}' FROM n
          """, arguments: [open])
      try db.execute(
        sql: """
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
          INSERT INTO entry (idx, bytes) SELECT i, x'00' FROM n
          """, arguments: [open])
      try db.execute(sql: "INSERT INTO request_entry (request, idx) SELECT 'r-1', idx FROM entry")
    }
    return try await journal.pool.read { db in
      func cost(_ sql: String, _ arguments: StatementArguments, rows: Int) throws -> Int {
        let statement = try db.makeStatement(sql: sql)
        statement.arguments = arguments
        #expect(try Row.fetchAll(statement).count == rows, "\(sql)")
        return StatementSteps.count(statement)
      }
      var pages = 0
      for day in [0, 20_050] {
        pages += try cost(WorkQueries.open(false, backwards: false), [day, 0, 30_000, 25], rows: 25)
        pages += try cost(WorkQueries.open(true, backwards: false), ["plan", day, 0, 30_000, 25], rows: 25)
      }
      pages += try cost(WorkQueries.open(true, backwards: true), ["plan", 20_050, 0, 0, 25], rows: 25)
      pages += try cost(WorkQueries.numbered(backwards: false), [count / 2, 25], rows: 25)
      pages += try cost(WorkQueries.all(backwards: false), [count / 2, 25], rows: 25)
      for backwards in [false, true] {
        let time = backwards ? 9_000 : 1_000
        pages += try cost(WorkQueries.inState(backwards: backwards), ["failed", time, "", 25], rows: 25)
        pages += try cost(WorkQueries.waiting(backwards: backwards), [time, "", 25], rows: 25)
        let place: StatementArguments = [time, "", 25]
        pages += try cost(
          WorkQueries.silentJobs(backwards: backwards), backwards ? place : [20_000] + place, rows: 25)
        pages += try cost(WorkQueries.entries("request", backwards: backwards), ["r-1", open / 2, 25], rows: 25)
      }
      let counts =
        try cost(WorkQueries.stages, [], rows: 1) + cost(WorkQueries.questions, [], rows: 0)
        + cost(WorkQueries.plans, [], rows: 1) + cost(WorkQueries.due, [0, 30_000], rows: 1)
        + cost(WorkQueries.concluded, [0], rows: 1) + cost(WorkQueries.silent, [-1], rows: 0)
      return (pages, counts)
    }
  }

  @Test(arguments: Store.allCases)
  func `every list is the same read page by page, forwards and backwards`(_ store: Store) async throws {
    let scene = try JournalScene(store)
    let random = SeededRandom.property()
    try await scene.journal.append([scene.fixture.logOpened()], to: .log, expecting: 0)
    for number in 0..<30 {
      let request = scene.newRequest()
      let at = UTCTime(secondsSince1970: 1_772_442_000 - Int64(random.number(in: 0...9)) * 86_400)
      var drafts = [try scene.fixture.received(request, at: at)]
      if number % 3 > 0 { drafts.append(try scene.fixture.confirmed(request)) }
      try await scene.journal.append(drafts, to: .request(request), expecting: 0)
      guard number % 3 == 2 else { continue }
      let plan = try scene.fixture.plan(of: request, jobs: [try scene.job("crm")])
      try await scene.journal.append([plan.proposal], to: .plan(plan.plan.plan), expecting: 0)
      if number % 2 == 0 { continue }
      try await scene.journal.append(
        [try EntryDraft(PlanWithdrawn(), about: EntrySubject(request: request, plan: plan.plan.plan))],
        to: .plan(plan.plan.plan), expecting: 1)
      let refusal = try EntryDraft(RequestWithdrawn(), about: EntrySubject(request: request))
      try await scene.journal.append([refusal], to: .request(request), expecting: 2)
    }
    #expect(try await scene.journal.compareAnswersWithFold() == [])
    try await scene.journal.read { reader in
      let counts = try reader.workCounts()
      #expect(counts.stages == [.identity: 10, .plan: 10, .signatures: 5, .letter: 5])
      #expect(counts.plans == 5 && counts.open == 30)
      for selection in [RequestSelection.open([]), .open([.letter, .signatures]), .numbered, .all] {
        let whole = try reader.requests(selection, in: nil, from: nil, backwards: false, limit: 100)
        #expect(whole.count == (selection == .open([.letter, .signatures]) ? 10 : 30))
        for backwards in [false, true] {
          var read: [RequestRecord] = []
          var from: RequestPosition?
          while true {
            let page = try reader.requests(selection, in: nil, from: from, backwards: backwards, limit: 7)
            guard let edge = backwards ? page.first : page.last else { break }
            read = backwards ? page + read : read + page
            from = RequestPosition(workTo: edge.workToWhileOpen ?? .last, number: edge.number)
          }
          #expect(read == whole, "\(selection), backwards \(backwards)")
        }
      }
    }
  }

  @Test(arguments: Store.allCases)
  func `every list of jobs is the same read page by page, forwards and backwards`(_ store: Store) async throws {
    let scene = try JournalScene(store)
    try await scene.journal.append([scene.fixture.logOpened()], to: .log, expecting: 0)
    let told = try (0..<9).map { place in
      try scene.fixture.job(
        "company-\(place)", verb: .notify, role: .recipient,
        deadline: scene.clock.now().adding(seconds: Int64(1 + place / 2) * 86_400))
    }
    let ours = try (0..<20).map { try scene.job("crm-\($0)", days: 1 + $0 * 7 % 9) }
    let plan = try await scene.approvedPlan(ours + told)
    for job in told {
      try await scene.attempt(job.job, of: plan, .accepted(checkAt: scene.clock.now().adding(seconds: 30 * 86_400)))
    }
    let (request, jobs) = (plan.plan.request, plan.plan.jobs)
    for (place, job) in ours.enumerated() where place % 3 > 0 {
      let question = Question(code: place % 3 == 1 ? .manualTask : .copyLingers)
      try await scene.attempt(job.job, of: plan, .needsOfficer(question))
    }
    #expect(try await scene.journal.compareAnswersWithFold() == [])
    try await scene.journal.read { reader in
      for (selection, count) in [
        (JobSelection.waitingForPerson, 13), (.inStates(["ready", "awaiting-officer"]), 20), (.inStates(["ready"]), 7),
        (.silent(at: scene.clock.now()), 0), (.silent(at: scene.clock.now().adding(seconds: 3 * 86_400)), 6),
      ] {
        let whole = try reader.jobs(selection, from: nil, backwards: false, limit: 100)
        #expect(whole.count == count && whole.map(\.deadline) == whole.map(\.deadline).sorted(), "\(selection)")
        for backwards in [false, true] {
          var read: [JobRecord] = []
          var from: JobPosition?
          while true {
            let page = try reader.jobs(selection, from: from, backwards: backwards, limit: 4)
            guard let edge = backwards ? page.first : page.last else { break }
            read = backwards ? page + read : read + page
            from = JobPosition(of: edge, in: selection)
          }
          #expect(read == whole, "\(selection), backwards \(backwards)")
        }
      }
      let all = try reader.entries(of: request)
      #expect(all.count > 10)
      #expect(try reader.entries(of: request, from: all[3].index, limit: 4) == Array(all[3..<7]))
      #expect(try reader.entries(of: request, before: all[9].index, limit: 4) == Array(all[5..<9]))
      #expect(try reader.entries(of: request, before: .max, limit: 1_000) == all)
      let kinds = [AttemptEnded.kind, PlanProposed.kind]
      #expect(try reader.entries(of: request, kinds: kinds) == all.filter { kinds.contains($0.entry.kind) })
      let job = jobs[1].job
      let own = try reader.entries(of: job)
      #expect(try reader.entries(of: job, before: .max, limit: 1) == Array(own.suffix(1)))
      #expect(try reader.entries(of: job, kinds: [AttemptEnded.kind]).count == 1)
    }
  }
}
