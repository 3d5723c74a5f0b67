import ErasureDomain
import EvidenceLog
import TestKit
import Testing

/// Dates that were moved further than the law allows are found in a log that otherwise fits them.
struct ClockLieTests {
  /// The first finding of a log in which something is said about the dates right before the plan is proposed.
  private func finding(
    _ say: @escaping (inout EvidenceStory, EntrySubject, DueDates) throws -> Void
  ) throws -> AuditFinding? {
    let (story, _) = try EvidenceStory.whole(lies: []) { story in
      story.interruption = { story, kind in
        guard kind == PlanProposed.kind,
          let entry = story.entries.last(where: { $0.entry.kind == RequestReceived.kind })?.entry
        else { return }
        try say(&story, entry.subject, try entry.facts(as: RequestReceived.self).dueDates)
      }
    }
    return try LogFolderVerifier(trust: try story.trust()).verify(try story.folder()).first
  }

  private func extended(_ dates: DueDates, on day: CivilDate, further: Int = 0) -> DeadlineExtended {
    DeadlineExtended(
      reason: .complexity, on: day, statutory: dates.extended.adding(days: further), workTo: dates.extended,
      ruleSet: dates.ruleSet)
  }

  @Test func `one extension in time is no lie`() throws {
    let first = try finding { story, subject, dates in
      try story.add(extended(dates, on: story.now.utcDay), subject, by: story.ada)
    }
    #expect(first == nil, "\(String(describing: first))")
  }

  @Test func `a second extension, a later day and a day that is not the entry's own are found`() throws {
    let twice = try finding { story, subject, dates in
      try story.add(extended(dates, on: story.now.utcDay), subject, by: story.ada)
      try story.add(extended(dates, on: story.now.utcDay), subject, by: story.ada)
    }
    #expect(twice?.reason.contains("the one extension of this request") == true, "\(String(describing: twice))")
    let further = try finding { story, subject, dates in
      try story.add(extended(dates, on: story.now.utcDay, further: 1), subject, by: story.ada)
    }
    #expect(further?.reason.contains("two further months do not end on") == true, "\(String(describing: further))")
    let dated = try finding { story, subject, dates in
      try story.add(extended(dates, on: story.now.utcDay.adding(days: 3)), subject, by: story.ada)
    }
    #expect(dated?.reason.contains("is not the day of the entry") == true, "\(String(describing: dated))")
  }

  @Test func `an extension after the first last day is found`() throws {
    let late = try finding { story, subject, dates in
      story.now = dates.statutory.adding(days: 1).utcMidnight.adding(seconds: 36_000)
      try story.add(extended(dates, on: story.now.utcDay), subject, by: story.ada)
    }
    #expect(late?.reason.contains("is not within the first deadline") == true, "\(String(describing: late))")
  }

  @Test func `a receipt that was moved to a later day is found`() throws {
    let later = try finding { story, subject, dates in
      let day = dates.received.adding(days: 1)
      try story.add(
        ReceiptCorrected(
          reason: FailureCode("other"), receivedAt: day.utcMidnight.adding(seconds: 80_000), receivedOn: day,
          dueDates: try DueDates.compute(received: day, calendar: .netherlands(.atw))), subject, by: story.ada)
    }
    #expect(later?.reason.contains("never moved to a later time") == true, "\(String(describing: later))")
  }
}
