import ErasureDomain
import EvidenceLog
import TestKit
import Testing

/// A daemon with the log's key can sign anything; these lies are found all the same.
struct EvidenceLieTests {
  private func finding(
    _ lies: [EvidenceStory.Lie] = [], shownByBundle: Bool = true, _ prepare: (inout EvidenceStory) -> Void = { _ in }
  ) throws -> (first: AuditFinding?, kind: EntryKind?) {
    let (story, request) = try EvidenceStory.whole(lies: lies, prepare)
    let result = try LogFolderVerifier(trust: try story.trust()).verify(try story.folder())
    let first = result.first
    // The request's own bundle shows the same lie in the same place.
    let bundle = try BundleVerifier(trust: try story.trust()).verify(try story.bundle(request))
    if !shownByBundle {
      #expect(bundle.isVerified && bundle.notChecked.contains { $0.contains("releases and stops of systems") })
    } else if let entry = first?.entry, story.entries[Int(entry)].entry.subject.request == request {
      let isSame = bundle.first?.entry == entry
      // A bundle from which an entry was taken, and a list with one too many, look alike.
      #expect(isSame || bundle.findings.contains { $0.reason.contains("lists this entry") }, "\(bundle.findings)")
    }
    return (first, first?.entry.map { story.entries[Int($0)].entry.kind })
  }

  private func expect(
    _ lie: EvidenceStory.Lie, isFoundAs words: String, location: SourceLocation = #_sourceLocation
  ) throws {
    let (first, kind) = try finding([lie])
    #expect(first?.reason.contains(words) == true, "\(String(describing: first))", sourceLocation: location)
    #expect(kind == lie.kind, "\(String(describing: first))", sourceLocation: location)
  }

  private func outcome(_ change: @escaping (inout [String: CanonicalJSON]) -> Void) -> (
    inout [String: CanonicalJSON]
  ) -> Void {
    { facts in
      guard var outcome = facts["outcome"]?.object else { return }
      change(&outcome)
      facts["outcome"] = .object(outcome)
    }
  }

  /// Changes one member of the first effect of a receipt.
  private func effect(_ place: Int, _ name: String, _ value: Int64) -> (inout [String: CanonicalJSON]) -> Void {
    outcome { outcome in
      guard var receipt = outcome["receipt"]?.object, var effects = receipt["effects"]?.array,
        var effect = effects[place].object
      else { return }
      effect[name] = .integer(value)
      effects[place] = .object(effect)
      receipt["effects"] = .array(effects)
      outcome["receipt"] = .object(receipt)
    }
  }

  /// Changes one member of the first effect that was prepared.
  private func effects(_ place: Int, _ name: String, _ value: Int64) -> (inout [String: CanonicalJSON]) -> Void {
    { facts in
      guard var effects = facts["effects"]?.array, var effect = effects[place].object else { return }
      effect[name] = .integer(value)
      effects[place] = .object(effect)
      facts["effects"] = .array(effects)
    }
  }

  private func verification(_ name: String, _ value: CanonicalJSON) -> (inout [String: CanonicalJSON]) -> Void {
    outcome { outcome in
      guard var receipt = outcome["receipt"]?.object, var seen = receipt["verification"]?.object else { return }
      seen[name] = value
      receipt["verification"] = .object(seen)
      outcome["receipt"] = .object(receipt)
    }
  }

  @Test func `anonymised is never called erased, and nothing is anonymised or minimised that the plan does not say`()
    throws
  {
    try expect(
      .init(JobSettled.kind, 1, effect(1, "anonymised", 1)), isFoundAs: "it anonymised rows of activity")
    try expect(
      .init(JobSettled.kind, 1, outcome { $0["outcome"] = .string("anonymised") }),
      isFoundAs: "it calls itself anonymised and anonymised no row")
    try expect(.init(JobSettled.kind, 1, effect(2, "minimised", 6)), isFoundAs: "at most 5 were approved")
    try expect(.init(AttemptPrepared.kind, 1, effects(2, "minimised", 6)), isFoundAs: "at most 5 were approved")
  }

  @Test func `what is only taken out of use is never called erased`() throws {
    try expect(
      .init(JobSettled.kind, 1, effect(1, "restricted", 1)), isFoundAs: "it took rows of activity out of use")
    try expect(.init(AttemptPrepared.kind, 1, effects(1, "restricted", 1)), isFoundAs: "that the plan erases")
    try expect(.init(JobSettled.kind, 1, effect(1, "restricted", -1)), isFoundAs: "impossible")
    try expect(
      .init(JobSettled.kind, 1, outcome { $0["outcome"] = .string("restricted") }),
      isFoundAs: "it calls itself restricted and took no row out of use")
  }

  @Test func `no more rows may go than were approved`() throws {
    try expect(.init(JobSettled.kind, 1, effect(0, "erased", 2)), isFoundAs: "at most 1")
    // Eleven of ten dependent rows are within the margin of five, sixteen are not.
    try expect(.init(JobSettled.kind, 1, effect(1, "erased", 16)), isFoundAs: "at most 15")
    try expect(.init(JobSettled.kind, 1, effect(0, "approved", 9)), isFoundAs: "were approved")
    try expect(.init(JobSettled.kind, 1, effect(0, "erased", -1)), isFoundAs: "impossible")
    try expect(
      .init(AttemptPrepared.kind) { facts in
        guard var effects = facts["effects"]?.array, var effect = effects[0].object else { return }
        effect["erased"] = .integer(7)
        effects[0] = .object(effect)
        facts["effects"] = .array(effects)
      }, isFoundAs: "at most 1")
  }

  @Test func `an outcome needs a proof that fits its job`() throws {
    try expect(.init(JobSettled.kind, 1, outcome { $0["receipt"] = nil }), isFoundAs: "do not read")
    try expect(.init(JobSettled.kind, 1, verification("seen", .string("dispatch"))), isFoundAs: "dispatchIsNoProof")
    let remaining = CanonicalJSON.array([
      .object([
        "dataset": .string("contact"), "erase": .integer(1), "isRoot": .boolean(true), "kept": .array([]),
        "reduce": .integer(0),
      ])
    ])
    try expect(.init(JobSettled.kind, 1, verification("remaining", remaining)), isFoundAs: "stillThere")
    // The second settled job is the company's, the third the carrier.
    try expect(.init(JobSettled.kind, 2, verification("voucher", .string("us"))), isFoundAs: "cannot end as erased")
    try expect(.init(JobSettled.kind, 3, verification("voucher", .string("us"))), isFoundAs: "cannot end as erased")
    let word = outcome { $0["outcome"] = .string("nothing-found") }
    try expect(.init(JobSettled.kind, 1, word), isFoundAs: "nothing-found")
    try expect(.init(JobSettled.kind, 4, outcome { $0["outcome"] = .string("vanished") }), isFoundAs: "do not read")
  }

  @Test func `files are spoken of only where rows went, in a system that was looked into`() throws {
    let rewritten = CanonicalJSON.object(["level": .string("rewritten")])
    for said in [rewritten, .object(["checks": .array([.string("log-emptied")]), "level": .string("removed")])] {
      #expect(try finding([.init(JobSettled.kind, 1, verification("storage", said))]).first == nil)
      try expect(.init(JobSettled.kind, 2, verification("storage", said)), isFoundAs: "was not looked into")
    }
    let shredded = CanonicalJSON.object(["level": .string("shredded")])
    try expect(.init(JobSettled.kind, 1, verification("storage", shredded)), isFoundAs: "do not read")
    let nothing = outcome { outcome in
      guard var receipt = outcome["receipt"]?.object, var seen = receipt["verification"]?.object else { return }
      seen["storage"] = rewritten
      receipt["verification"] = .object(seen)
      receipt["effects"] = .array([])
      outcome["receipt"] = .object(receipt)
      outcome["outcome"] = .string("nothing-found")
    }
    try expect(.init(JobSettled.kind, 1, nothing), isFoundAs: "no row went")
  }

  @Test func `rows may be kept only until an approved follow-up`() throws {
    let kept = CanonicalJSON.array([
      .object(["count": .integer(3), "rule": .string("because"), "until": .string("2030-01-01")])
    ])
    try expect(
      .init(
        JobSettled.kind, 1,
        outcome { outcome in
          guard var receipt = outcome["receipt"]?.object, var effects = receipt["effects"]?.array,
            var effect = effects[2].object
          else { return }
          effect["kept"] = kept
          effects[2] = .object(effect)
          receipt["effects"] = .array(effects)
          outcome["receipt"] = .object(receipt)
        }), isFoundAs: "no follow-up")
  }

  @Test func `nobody approves his own plan, and nobody twice`() throws {
    let drafter = try EvidenceStory().drafter
    let own = try finding { $0.firstApprover = drafter }
    #expect(own.kind == PlanApproved.kind && own.first?.reason.contains("drafted") == true)
    let ben = try EvidenceStory().ben
    let twice = try finding { $0.firstApprover = ben }
    #expect(twice.first?.reason.contains("same person") == true)
    let stranger = try Officer("eve", seed: 9)
    let unknown = try finding { $0.firstApprover = stranger }
    #expect(unknown.first?.reason.contains("not in your allowed signers") == true)
    // The proposal stands for one plan only.
    let zeros = "sha256:" + String(repeating: "0", count: 64)
    try expect(.init(PlanApproved.kind, 2) { $0["digest"] = .string(zeros) }, isFoundAs: "another plan")
  }

  @Test func `a signature counts for its own text, purpose, key and time only`() throws {
    func approval(_ name: String, _ change: @escaping (EvidenceStory) throws -> String) throws -> EvidenceStory.Lie {
      let value = try change(try EvidenceStory.whole().story)
      return EvidenceStory.Lie(PlanApproved.kind) { facts in
        guard var approval = facts["approval"]?.object else { return }
        approval[name] = .string(value)
        facts["approval"] = .object(approval)
      }
    }
    func second(_ story: EvidenceStory) throws -> Approval {
      let entries = story.entries.map(\.entry).filter { $0.kind == PlanApproved.kind }
      return try entries[1].facts(as: PlanApproved.self).approval
    }
    try expect(try approval("signature") { try second($0).signature.description }, isFoundAs: "names")
    try expect(try approval("keyFingerprint") { try second($0).keyFingerprint }, isFoundAs: "names")
    try expect(try approval("by") { try second($0).by.text }, isFoundAs: "by is not who signed")
    func attested(_ story: EvidenceStory) throws -> TaskAttested {
      let entry = try #require(story.entries.map(\.entry).first { $0.kind == TaskAttested.kind })
      return try entry.facts(as: TaskAttested.self)
    }
    try expect(try approval("text") { try attested($0).text.description }, isFoundAs: "does not hold")
    try expect(try approval("signature") { try attested($0).signature.description }, isFoundAs: "made for")
    let late = try finding([.init(PlanProposed.kind) { $0["startBefore"] = .string("2026-03-02T09:00:00Z") }])
    #expect(late.kind == PlanApproved.kind && late.first?.reason.contains("had to be approved before") == true)
  }

  @Test func `a key counts for its person and its time, as the auditor lists them`() throws {
    let (story, _) = try EvidenceStory.whole()
    let folder = try story.folder()
    func first(_ lines: [String]) throws -> AuditFinding? {
      let signers = try AllowedSigners(parsing: Array(lines.map { $0 + "\n" }.joined().utf8))
      let trust = AuditTrust(policy: try story.policy(), allowedSigners: signers)
      return try LogFolderVerifier(trust: trust).verify(folder).first
    }
    let (ada, ben) = (try story.ada.publicKey().text, try story.ben.publicKey().text)
    #expect(try first(["ada \(ada)", "ben \(ben)"]) == nil)
    #expect(try first(["ada \(ada)", "ada \(ben)"])?.reason.contains("same person") == true)
    let late = "ben valid-before=\"20250101Z\" \(ben)"
    #expect(try first(["ada \(ada)", late])?.reason.contains("not valid at") == true)
    let other = "ben namespaces=\"git\" \(ben)"
    #expect(try first(["ada \(ada)", other])?.reason.contains("not listed for") == true)
  }

  @Test func `the signed text must say what was proposed`() throws {
    for name in ["nonce", "findings"] {
      let value = name == "nonce" ? String(repeating: "0d", count: 16) : nil
      let (first, _) = try finding([
        .init(PlanProposed.kind) { facts in
          if let value { facts[name] = .string(value) } else { facts[name] = facts["digest"] }
        }
      ])
      #expect(first?.reason.contains(name) == true, "\(String(describing: first))")
    }
    try expect(.init(PlanProposed.kind) { $0["jobs"] = .integer(7) }, isFoundAs: "6 jobs")
  }

  @Test func `two different people attest a manual task and agree`() throws {
    try expect(.init(TaskAttested.kind, 2) { $0["found"] = .boolean(false) }, isFoundAs: "says otherwise")
    try expect(.init(TaskAttested.kind, 1) { $0["found"] = .boolean(false) }, isFoundAs: "says otherwise")
    let one = try finding { $0.omitted = [(TaskAttested.kind, 2)] }
    #expect(one.kind == JobSettled.kind && one.first?.reason.contains("two attestations") == true)
  }

  @Test func `an attempt has one start and one end, and a job one outcome`() throws {
    let noStart = try finding { $0.omitted = [(AttemptStarted.kind, 2)] }
    #expect(noStart.kind == AttemptPrepared.kind, "\(String(describing: noStart.first))")
    let swapped = try finding([.init(AttemptEnded.kind, 2) { $0["end"] = .string("lost") }])
    #expect(swapped.kind == JobSettled.kind, "\(String(describing: swapped.first))")
    let noEnd = try finding { $0.omitted = [(AttemptEnded.kind, 2)] }
    #expect(noEnd.first?.reason.contains("has not ended") == true)
    for kind in [AttemptEnded.kind, JobSettled.kind, AttemptStarted.kind] {
      let twice = try finding { story in
        story.interruption = { story, next in
          // Once more whatever was written last, when the plan is about to be concluded.
          guard next == PlanConcluded.kind else { return }
          for last in story.entries.filter({ $0.entry.kind == kind }).suffix(1) { try story.add(again: last.entry) }
        }
      }
      #expect(twice.kind == kind, "\(String(describing: twice.first))")
    }
    let late = try finding { $0.omitted = [(JobSettled.kind, 2)] }
    #expect(late.kind == AttemptStarted.kind && late.first?.reason.contains("stands its outcome") == true)
    let open = try finding { $0.omitted = [(JobSettled.kind, 3)] }
    #expect(open.kind == RequestConcluded.kind && open.first?.reason.contains("not settled") == true)
  }

  @Test func `nothing is changed in a system that its owner has not released`() throws {
    let none = try finding(shownByBundle: false) { $0.omitted = [(SystemReleased.kind, 1)] }
    #expect(none.kind == AttemptStarted.kind && none.first?.reason.contains("crm is looked at only") == true)
    let other = ContentDigest(hashing: [7]).description
    let otherwise = try finding(
      [.init(SystemReleased.kind) { $0["record"] = .string(other) }], shownByBundle: false)
    #expect(otherwise.kind == AttemptPrepared.kind && otherwise.first?.reason.contains("another record") == true)
    for next in [AttemptStarted.kind, AttemptPrepared.kind] {
      let stopped = try finding(shownByBundle: false) { story in
        story.interruption = { story, kind in
          let crm = try story.system("crm")
          let isReleased = story.entries.contains { $0.entry.kind == SystemReleased.kind }
          let isStopped = story.entries.contains { $0.entry.kind == SystemStopped.kind }
          if kind == next, isReleased, !isStopped { try story.add(SystemStopped(system: crm), by: story.ada) }
        }
      }
      #expect(stopped.kind == next && stopped.first?.reason.contains("crm is looked at only") == true)
    }
    let silent = try finding { $0.omitted = [(AttemptPrepared.kind, 1)] }
    #expect(silent.kind == JobSettled.kind && silent.first?.reason.contains("no attempt.prepared") == true)
    try expect(.init(LogOpened.kind) { $0["rules"] = .integer(0) }, isFoundAs: "cannot keep rules 0")
  }

  @Test func `a log that began before owners released systems holds without their word, and that is said`() throws {
    let (old, request) = try EvidenceStory.whole(lies: [.init(LogOpened.kind) { $0["rules"] = nil }]) {
      $0.omitted = [(SystemReleased.kind, 1)]
    }
    let result = try LogFolderVerifier(trust: try old.trust()).verify(try old.folder())
    #expect(result.findings == [])
    #expect(
      result.notChecked.contains { $0.hasPrefix("whether owners had released their systems: this log keeps rules 1") })
    let (new, _) = try EvidenceStory.whole()
    let checked = try LogFolderVerifier(trust: try new.trust()).verify(try new.folder()).checked
    #expect(checked.contains { $0.contains("had not released: 1 releases, 0 stops") })
    // A stop counts in a log of either age.
    let stopped = try EvidenceStory.whole(lies: [.init(LogOpened.kind) { $0["rules"] = nil }]) { story in
      story.interruption = { story, kind in
        guard kind == SystemReleased.kind else { return }
        try story.add(SystemStopped(system: try story.system("crm")), by: story.ada)
      }
      story.omitted = [(SystemReleased.kind, 1)]
    }.story
    let found = try LogFolderVerifier(trust: try stopped.trust()).verify(try stopped.folder())
    #expect(found.first?.reason.contains("crm is looked at only") == true)
    let bundle = try BundleVerifier(trust: try old.trust()).verify(try old.bundle(request))
    #expect(bundle.findings == [])
    let (later, _) = try EvidenceStory.whole(lies: [.init(LogOpened.kind) { $0["rules"] = .integer(99) }])
    let newer = try LogFolderVerifier(trust: try later.trust()).verify(try later.folder())
    #expect(newer.isVerified && newer.notChecked.contains { $0.contains("to 99 of this log") })
  }

  @Test func `conclusion and end list every entry, with the right root and report`() throws {
    let root = MerkleTree.emptyRoot.base64
    try expect(.init(RequestConcluded.kind) { $0["entriesRoot"] = .string(root) }, isFoundAs: "entriesRoot")
    try expect(.init(RequestConcluded.kind) { $0["entries"] = .string("2-9") }, isFoundAs: "does not list entry 11")
    try expect(.init(RequestConcluded.kind) { $0["entries"] = .string("2-9,") }, isFoundAs: "malformed")
    try expect(.init(RequestEnded.kind) { $0["entries"] = .string("2-99999999999999") }, isFoundAs: "lists entry 2")
    try expect(.init(RequestEnded.kind) { $0["entriesRoot"] = .string("") }, isFoundAs: "entriesRoot")
    let report = try finding([
      .init(RequestConcluded.kind) { facts in
        facts["report"] = .string(ContentDigest(hashing: Array("people".utf8)).description)
      }
    ])
    #expect(report.first?.reason.contains("line 1 differs") == true)
    try expect(.init(RequestConcluded.kind) { $0["looks"] = .array([]) }, isFoundAs: "two last looks")
  }

  @Test func `requests are numbered without gaps and closed in order`() throws {
    try expect(.init(RequestReceived.kind, 2) { $0["number"] = .integer(3) }, isFoundAs: "number 3 where 2")
    let early = try finding { $0.omitted = [(RequestClosed.kind, 1)] }
    #expect(early.kind == VaultDestroyed.kind)
    let kept = try finding { $0.omitted = [(VaultDestroyed.kind, 1)] }
    #expect(kept.kind == RequestEnded.kind)
    let silent = try finding { $0.omitted = [(SubjectInformed.kind, 1)] }
    #expect(silent.kind == RequestClosed.kind)
  }

  @Test func `the first entry opens this log with this key`() throws {
    try expect(.init(LogOpened.kind) { $0["origin"] = .string("other.example/log") }, isFoundAs: "opened as")
    try expect(.init(LogOpened.kind) { $0["vkey"] = .string("x") }, isFoundAs: "key")
    let none = try finding { $0.omitted = [(LogOpened.kind, 1)] }
    #expect(none.first?.entry == 0)
  }

  @Test func `a person in an entry or artifact is found`() throws {
    try expect(.init(RequestRefused.kind) { $0["ground"] = .string("ada@example.org is known") }, isFoundAs: "e-mail")
    try expect(.init(RequestReceived.kind, 2) { $0["note"] = .string("x@y") }, isFoundAs: "e-mail")
    var (story, _) = try EvidenceStory.whole()
    let (place, old) = (story.artifact("mail to ada@example.org"), story.artifact("register"))
    try story.change(.register, old, place, nonce: String(repeating: "0a", count: 16))
    let allowed = try LogFolderVerifier(trust: try story.trust()).verify(try story.folder())
    #expect(allowed.isVerified && allowed.warnings.contains { $0.contains("e-mail") })
  }

  @Test func `hostile numbers are findings and no crash`() throws {
    let all = "0-18446744073709551615"
    try expect(.init(RequestConcluded.kind) { $0["entries"] = .string(all) }, isFoundAs: "lists entry 0")
    var (story, _) = try EvidenceStory.whole()
    for _ in 0..<3 { try story.add(ClockStepped(seconds: 9_007_199_254_740_991, practice: true)) }
    let result = try LogFolderVerifier(trust: try story.trust()).verify(try story.folder())
    #expect(result.first?.reason.contains("cannot step") == true)
  }

  @Test func `unknown kinds and times that run back are said`() throws {
    var (story, _) = try EvidenceStory.whole()
    story.addUnknown("comet.seen")
    let unknown = try LogFolderVerifier(trust: try story.trust()).verify(try story.folder())
    #expect(unknown.isVerified)
    #expect(unknown.notChecked.contains { $0.contains("comet.seen") })
    story.now = story.now.adding(seconds: -7_200)
    var stepped = story
    try stepped.add(ClockStepped(seconds: -7_200, practice: false))
    let said = try LogFolderVerifier(trust: try story.trust()).verify(try stepped.folder())
    #expect(said.isVerified && said.warnings.contains { $0.contains("set back") })
    try story.add(DaemonStopped())
    let back = try LogFolderVerifier(trust: try story.trust()).verify(try story.folder())
    #expect(back.first?.reason.contains("clock.stepped") == true)
  }
}
