import ErasureDomain
import EvidenceLog
import TestKit
import Testing

/// Holds that were decided about by the wrong person, or put off too far, are found in a log that otherwise fits them.
struct HoldLieTests {
  /// The first finding of a log in which something is said about holds right before an entry of that kind.
  private func finding(
    before kind: EntryKind, _ say: @escaping (inout EvidenceStory, EntrySubject, SystemName) throws -> Void
  ) throws -> AuditFinding? {
    var said = false
    let (story, _) = try EvidenceStory.whole(lies: []) { story in
      story.interruption = { story, next in
        guard next == kind, !said,
          let request = story.entries.last(where: { $0.entry.kind == RequestReceived.kind })?.entry.subject
        else { return }
        said = true
        try say(&story, request, try story.system("crm"))
      }
    }
    return try LogFolderVerifier(trust: try story.trust()).verify(try story.folder()).first
  }

  private func hold(_ system: SystemName, _ story: EvidenceStory, days: Int = 100) -> HoldSet {
    HoldSet(system: system, ground: .legalClaims, reviewBefore: story.now.utcDay.adding(days: days))
  }

  @Test func `a hold that somebody else sets and releases is no lie`() throws {
    let first = try finding(before: PlanProposed.kind) { story, request, system in
      try story.add(hold(system, story), request, by: story.drafter)
      try story.add(HoldReleased(system: system), request, by: story.drafter)
    }
    #expect(first == nil, "\(String(describing: first))")
  }

  @Test func `a plan that is approved by who set or released a hold is found`() throws {
    let set = try finding(before: PlanProposed.kind) { story, request, system in
      try story.add(hold(system, story), request, by: story.ada)
      try story.add(HoldReleased(system: system), request, by: story.drafter)
    }
    #expect(set?.reason.contains("does not approve its plan") == true, "\(String(describing: set))")
  }

  @Test func `a hold by who approved, an attempt in spite of a hold and a review too far ahead are found`() throws {
    let approver = try finding(before: AttemptStarted.kind) { story, request, system in
      try story.add(hold(system, story), request, by: story.ada)
    }
    #expect(approver?.reason.contains("neither sets nor releases") == true, "\(String(describing: approver))")
    let begun = try finding(before: AttemptStarted.kind) { story, request, system in
      try story.add(hold(system, story), request, by: story.drafter)
    }
    #expect(begun?.reason.contains("a hold keeps what crm has") == true, "\(String(describing: begun))")
    let far = try finding(before: PlanProposed.kind) { story, request, system in
      try story.add(hold(system, story, days: 200), request, by: story.drafter)
    }
    #expect(far?.reason.contains("further ahead than six months") == true, "\(String(describing: far))")
  }
}
