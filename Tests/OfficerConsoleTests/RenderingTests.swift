import ErasureDomain
import EvidenceLog
import OfficerAPI
import Testing

@testable import OfficerConsole

@Suite struct `What commands print` {
  @Test func `a plan is shown from its own bytes`() throws {
    let prepared = try Scene.prepared()
    let review = try ApprovalReview(prepared, asked: "1", decision: .approve)
    try Golden.expect(ApproveCommand.page(prepared, review), "approve.txt")
  }

  @Test func `a plan is shown from the daemon's summary`() throws {
    try Golden.expect(PlanText.text(PlanPage(try Scene.planView(approvals: ["bram"]))), "plan.txt")
  }

  @Test func `a plan says what is taken along, in which columns, and that nothing goes before`() throws {
    var page = PlanPage(try Scene.planView(approvals: []))
    let takeAlong = TakeAlong(portability: ["email"], thirdParty: ["note"], withheld: ["score"])
    let dataset = PlannedExport.Dataset(dataset: "contact", rows: 2, takeAlong: takeAlong)
    page.rows[0].verb = .export
    page.rows[0].counts = []
    page.rows[0].export = PlannedExport(packages: [.portability, .access], datasets: [dataset])
    let text = PlanText.text(page)
    for words in [
      "is read for portability, access", "2 rows", "portability: email", "access: all columns but score",
      "may be about others: note", "Nothing of ours goes before the person has the package",
    ] { #expect(text.contains(words), "\(words)") }
    page.rows = [page.rows[0]]
    let copy = PlanText.text(page)
    #expect(copy.contains("Nothing is changed or erased.") && !copy.contains("Erased rows cannot be brought back"))
    page.rows[0].export = PlannedExport(packages: [.access], datasets: [])
    #expect(PlanText.text(page).contains("by hand: somebody adds files"))
  }

  @Test func `the status page has its warnings first`() throws {
    let warnings = ["2 tasks wait for a person", "fewer than two people may approve plans"]
    let text = StatusText.text(try Scene.status(warnings: warnings))
    try Golden.expect(text, "status.txt")
    #expect(StatusText.text(try Scene.status(warnings: [])).contains("!") == false)
  }

  @Test func `requests, jobs and tasks are tables`() throws {
    let question = Question(code: .moreThanApproved, approved: 13, found: 14)
    let jobs = [
      try Scene.jobView(12, "backoffice", .erase, state: "erased", outcome: try Scene.erased()),
      try Scene.jobView(13, "crm", .erase, state: "awaiting-officer", question: question),
      try Scene.jobView(11, "sister", .notify, state: "awaiting-recipient", next: "2026-11-25T09:00:00Z"),
    ]
    let history = [
      HistoryLine(
        index: 4, at: try Scene.time("2026-11-23T10:00:00Z"), kind: "request.received", by: "anna", system: nil,
        words: "number 1"),
      HistoryLine(
        index: 12, at: try Scene.time("2026-11-24T10:00:00Z"), kind: "job.settled", by: nil,
        system: try Scene.system("crm"), words: "erased 13 rows"),
    ]
    let detail = RequestDetail(
      request: try Scene.requestView(),
      identifiers: [SubjectIdentifier(kind: .email, value: "zoë@example.nl")], text: "Please erase\nall of it.",
      plan: nil, jobs: jobs, history: history)
    try Golden.expect(RequestText.detail(detail), "request.txt")
    let removed = try Scene.time("2026-12-01T10:00:00Z")
    func ending(_ gone: UTCTime? = nil, lingering: Bool = false) -> String {
      var ended = detail
      ended.removal = RequestDetail.Removal(
        removedAt: removed, lastBackup: CivilDate("2027-03-01"), backupsGoneAt: gone, lingering: lingering)
      return RequestText.detail(ended)
    }
    #expect(ending().contains("Removed  what may go, from our systems: 2026-12-01T10:00:00Z\n"))
    #expect(ending().contains("Backups  the last one that can hold the person goes by 2027-03-01\n"))
    #expect(
      ending(removed).contains("the last one that could hold the person is gone, seen by us: 2026-12-01T10:00:00Z"))
    #expect(ending(lingering: true).contains("Backups  one is still there after its last day"))
    let list = [
      try Scene.requestView(), try Scene.requestView(state: "received", daysLeft: -2),
      try Scene.requestView(state: "concluded"),
    ]
    try Golden.expect(RequestText.table(list), "requests.txt")
    let task = TaskView(
      task: jobs[1].job.text, request: Scene.request, number: 1, system: try Scene.system("crm"),
      title: "Customer relations", question: question, answers: question.answers,
      deadline: try Scene.time("2026-12-22T23:00:00Z"))
    try Golden.expect(TaskText.table([task]) + "\n" + TaskText.detail(task), "task.txt")
  }

  @Test func `a manual task says what to do and how to sign it`() throws {
    let question = Question(code: .manualTask)
    let task = TaskView(
      task: "j-00000000000000000000000000000015", request: Scene.request, number: 1,
      system: try Scene.system("usb-stick"), title: "USB stick", question: question, answers: question.answers,
      instruction: "Fetch the stick.", identifiers: [SubjectIdentifier(kind: .email, value: "a@example.nl")],
      attestedBy: ["bram"])
    try Golden.expect(TaskText.detail(task), "manual-task.txt")
  }

  @Test func `systems say who may do what, and what waits`() throws {
    func view(
      _ name: String, _ state: SystemView.State, owners: [String] = ["dora"], by: String? = nil, waiting: Int = 0
    ) throws -> SystemView {
      SystemView(
        system: try Scene.system(name), title: "Title of \(name)", role: .own, owner: "sales-operations",
        owners: owners, state: state, by: by, at: try by.map { _ in try Scene.time("2026-11-24T09:00:00Z") },
        waiting: waiting)
    }
    let views = [
      try view("backoffice", .lookOnly, owners: [], waiting: 1), try view("crm", .released, by: "dora", waiting: 2),
      try view("shop", .stopped, by: "bram"), try view("payroll", .changed, by: "dora", waiting: 12),
    ]
    try Golden.expect(SystemText.table(views) + "\n" + views.map(SystemText.answer).joined(), "systems.txt")
    #expect(SystemText.table([]) == "The register has no system in which rows are erased.\n")
  }

  @Test func `a check that is not healthy stands out`() {
    let check = CheckView(lines: [
      .init(name: "journal", healthy: true, words: "agrees"), .init(name: "signers", healthy: false, words: "missing"),
    ])
    #expect(StatusText.check(check) == "       PART\nok     journal  agrees\nWRONG  signers  missing\n")
  }

  @Test func `text from elsewhere cannot steer the terminal`() {
    var table = TextTable(["A", "B"])
    table.add(["x\u{1B}[2Jy", "a\nb\u{202E}c"])
    #expect(table.text == "A              B\nx<U+001B>[2Jy  a<U+000A>b<U+202E>c\n")
    #expect(Printable.text("a\nb\u{7}") == "a\nb<U+0007>")
  }

  @Test func `columns are aligned by what is seen`() {
    var table = TextTable(["NAME", "N", "EMPTY", "LAST"], numbers: [1])
    table.add(["Zoë", "7", "", "a"])
    table.add(["山田", "12", "", "b"])
    table.add(lines: [["e\u{301}e"], ["3"], [], ["c", "d"]])
    #expect(table.text == "NAME   N  LAST\nZoë    7  a\n山田  12  b\ne\u{301}e     3  c\n          d\n")
    #expect(TextTable(["A"]).text.isEmpty)
  }
}
