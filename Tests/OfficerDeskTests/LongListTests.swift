import ConnectorKit
import ErasureDomain
import ErasureEngine
import Journal
import OfficerAPI
import TestKit
import Testing

@testable import OfficerDesk

/// Lists and rounds that go over more than is read at once.
@Suite struct `Long lists` {
  @Test func `an alarm is raised for each of many requests, however many windows they fill`() async throws {
    let scene = try await DeskScene()
    let count = OfficerDesk.window + 44
    for number in 0..<count {
      try await scene.add([SubjectIdentifier(kind: .email, value: "person\(number)@example.org")])
    }
    scene.clock.set(to: try #require(UTCTime("2026-03-31T08:00:00Z")))
    #expect(try await scene.desk.raiseAlarms().count == count)
    #expect(try await scene.desk.raiseAlarms().isEmpty)
    let matters = try await scene.matters().filter { $0.kind == .deadlineNear }
    #expect(Set(matters.map(\.about)).count == count)
    #expect(try await scene.entries(DeadlineNear.kind).count == count)
  }

  @Test func `a request is compared with the newest open ones`() async throws {
    let scene = try await DeskScene()
    let email = SubjectIdentifier(kind: .email, value: "the.same@example.org")
    for number in 0..<3 {
      try await scene.add([SubjectIdentifier(kind: .email, value: "person\(number)@example.org")])
    }
    try await scene.add([email])
    try await scene.add([email])
    #expect(try await scene.say(ShowRequest(request: "5"), by: .anna).linked == [4])
  }

  @Test func `tasks come page by page, jobs, requests and what is asked later, the same in both directions`()
    async throws
  {
    let scene = try await DeskScene()
    try await scene.proposed()
    let review = CivilDate(daysSince1970: 22_000)
    let claim = ExceptionTerms(ground: .legalClaims, citation: "Art. 6:162 BW", reviewBefore: review)
    try await scene.say(LeaveOut(plan: "1", ordinals: [2], reason: "a claim", terms: claim), by: .chris)
    try await scene.approve(by: .bram)
    try await scene.approve(by: .chris)
    try await scene.running {
      try await scene.until("the stick waits", moving: false) { try await !scene.say(ListTasks(), by: .bram).isEmpty }
    }
    for number in 2...3 {
      try await scene.add([SubjectIdentifier(kind: .email, value: "person\(number)@example.org")])
      try await scene.confirm(number)
      let record = try await scene.request(number)
      try await scene.journal.append(
        [
          try EntryDraft(
            QuestionAsked(code: .foundIdentifiers, open: 1), about: EntrySubject(request: record.request))
        ], to: .request(record.request), expecting: record.revision)
    }
    scene.clock.set(to: scene.clock.start(of: review))
    let whole = try await scene.say(ListTasks(), by: .bram)
    #expect(whole.map(\.question.code) == [.manualTask, .foundIdentifiers, .foundIdentifiers, .exceptionDue])
    for backwards in [false, true] {
      var read: [TaskView] = []
      var from: String?
      while true {
        let page = try await scene.say(ListTasks(limit: 1, from: from, backwards: backwards), by: .bram)
        guard let edge = backwards ? page.first : page.last else { break }
        #expect(page.count == 1)
        read = backwards ? page + read : read + page
        from = edge.place
      }
      #expect(read == whole)
    }
    // Whatever stands in an address is a place or the beginning.
    for place in [
      "x", "", "later_x", "request_2026-01-01_0_0", "request_2026-01-01_\(Int.max)_0",
      "request_2026-01-01_\(Int.min)_0",
      "\(Int64.max)_j-0", "_", "later_99999999999999999999",
    ] {
      for backwards in [false, true] {
        let page = try await scene.say(ListTasks(from: place, backwards: backwards), by: .bram)
        #expect(page == whole, "\(place), backwards \(backwards)")
      }
    }
  }

  @Test func `jobs that failed are a list of their own, among those that are stuck`() async throws {
    let scene = try await DeskScene()
    try await scene.approved()
    scene.systems.crm.fail(with: .permanent(FailureCode("no-such-table")))
    func systems(_ group: ListJobs.Group) async throws -> [SystemName] {
      try await scene.say(ListJobs(group: group), by: .bram).map(\.system)
    }
    try await scene.running {
      try await scene.until("both are stuck", moving: false) { try await systems(.stuck).count == 2 }
    }
    #expect(Set(try await systems(.stuck)) == [DeskSystems.crm, DeskSystems.stick])
    #expect(try await systems(.failed) == [DeskSystems.crm])
    #expect(try await systems(.silent).isEmpty)
  }

  @Test func `a history comes in parts, the newest first`() async throws {
    let scene = try await DeskScene()
    try await scene.approved()
    let whole = try await scene.say(ShowRequest(request: "1"), by: .bram).history
    #expect(whole.count > 4)
    func part(_ part: HistoryPart) async throws -> [HistoryLine] {
      try await scene.say(ShowRequest(request: "1", history: part), by: .bram).history
    }
    #expect(try await part(HistoryPart(limit: 2)) == Array(whole.suffix(2)))
    #expect(try await part(HistoryPart(limit: 2, before: whole[3].index)) == Array(whole[1..<3]))
    #expect(try await part(HistoryPart(limit: 2, from: whole[1].index)) == Array(whole[1..<3]))
    let detail = try await scene.say(ShowRequest(request: "1", history: HistoryPart(limit: 1)), by: .bram)
    #expect(detail.confirmed == whole.first { $0.kind == RequestConfirmed.kind.rawValue })
    let watched = try await scene.say(
      WatchLog(request: "1", from: whole[2].index, waitSeconds: 0), by: .bram)
    #expect(watched.lines == Array(whole[2...]))
  }
}

extension DeskScene {
  /// Everything of which people could be told now.
  func matters() async throws -> [AlarmMatter] {
    var matters: [AlarmMatter] = []
    try await desk.forEachMatter(at: clock.now()) { matters.append($0) }
    return matters
  }
}
