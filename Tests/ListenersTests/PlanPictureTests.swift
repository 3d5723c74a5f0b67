import ErasureDomain
import OfficerAPI
import Testing

@testable import EvidenceLog
@testable import Listeners

@Suite struct `The picture of a plan` {
  private static func job(_ number: UInt8) -> JobReference {
    JobReference(bytes: [UInt8](repeating: number, count: 16))
  }

  private static func box(
    _ number: UInt8, after: [UInt8] = [], title: String? = nil, lines: [String] = ["rows are erased"],
    isFollowUp: Bool = false
  ) -> PlanPicture.Box {
    PlanPicture.Box(
      job: job(number), title: title ?? "System \(number)", lines: lines, state: nil, isFollowUp: isFollowUp,
      dependsOn: after.map(job))
  }

  private static func svg(_ boxes: [PlanPicture.Box]) -> String {
    PlanPicture(boxes, PlanPicture.Words(title: "Order", description: "Step 1")).svg
  }

  @Test func `a job stands one column behind the last that it waits for`() {
    let boxes = [Self.box(3, after: [1, 2]), Self.box(2, after: [1]), Self.box(1), Self.box(4)]
    let columns = PlanPicture.columns(boxes)
    #expect([1, 2, 3, 4].map { columns[Self.job($0)] } == [0, 1, 2, 0])
  }

  @Test func `a circle ends, and what is not in the plan counts for nothing`() {
    let boxes = [Self.box(1, after: [2]), Self.box(2, after: [1]), Self.box(3, after: [9])]
    let columns = PlanPicture.columns(boxes)
    #expect(columns.values.allSatisfy { (0..<3).contains($0) })
    #expect(columns[Self.job(3)] == 0)
    #expect(Self.svg(boxes).hasPrefix("<svg "))
  }

  @Test func `a line that another way says already is not drawn`() {
    let boxes = [Self.box(1), Self.box(2, after: [1]), Self.box(3, after: [1, 2])]
    let edges = PlanPicture.edges(boxes).map { [$0.from, $0.to] }
    #expect(edges == [[Self.job(1), Self.job(2)], [Self.job(2), Self.job(3)]])
    #expect(Self.svg(boxes).components("marker-end") == 2)
  }

  @Test func `no two boxes of a column lie on each other, and the picture holds them all`() throws {
    let boxes = (1...9).map { number in
      Self.box(number, lines: (0..<Int(number)).map { "a line of words that is longer than one box \($0)" })
    }
    let svg = Self.svg(boxes)
    let spans = svg.matches(of: /<rect x="\d+" y="(\d+)" width="\d+" height="(\d+)"/).compactMap { match in
      Int(match.1).flatMap { y in Int(match.2).map { y...(y + $0) } }
    }
    #expect(spans.count == 9)
    for (one, next) in zip(spans, spans.dropFirst()) { #expect(one.upperBound < next.lowerBound) }
    let height = try #require(svg.firstMatch(of: /viewBox="0 0 \d+ (\d+)"/).flatMap { Int($0.1) })
    #expect(try #require(spans.last).upperBound <= height)
  }

  @Test func `what follows a job later is one box with a line for each day`() throws {
    let now = try #require(UTCTime("2026-11-24T09:00:00Z"))
    let system = try #require(SystemName("backoffice"))
    let line = { (number: UInt8, verb: JobVerb, followUp: FollowUp?) in
      PlanView.Line(
        job: Self.job(number), system: system, title: "Back office", role: .own, verb: verb,
        counts: [DatasetCount(dataset: "invoice", isRoot: false, erase: Int(number))], leftOut: 0, followUp: followUp,
        after: [], notApplicable: nil)
    }
    let later = { (day: CivilDate) in
      FollowUp(of: Self.job(1), rule: "nl-fiscal-7y", citation: nil, due: day, dueAt: day.utcMidnight)
    }
    let (first, last) = (try #require(CivilDate("2031-01-01")), try #require(CivilDate("2032-01-01")))
    let plan = PlanView(
      plan: PlanReference(bytes: [UInt8](repeating: 3, count: 16)),
      request: RequestReference(bytes: [UInt8](repeating: 2, count: 16)), number: 1, state: "proposed",
      digest: ContentDigest(hashing: []), findings: ContentDigest(hashing: []), drafter: "anna", at: now,
      startBefore: now, practice: true, approvals: [], approvalsNeeded: 2, margin: .standard,
      lines: [line(1, .erase, nil), line(3, .eraseKept, later(last)), line(2, .eraseKept, later(first))])
    let svg = try #require(PlanPicture(plan, [], try PageFiles().words(in: .english))).svg
    #expect(svg.components("<rect") == 2 && svg.components("marker-end") == 1)
    let early = try #require(svg.firstRange(of: "on 1 January 2031, 2 rows go"))
    let late = try #require(svg.firstRange(of: "on 1 January 2032, 3 rows go"))
    #expect(early.upperBound < late.lowerBound)
  }

  @Test func `what a register says is text and never markup`() {
    let svg = Self.svg([Self.box(1, title: "<script>&\"'", lines: ["a\u{1}b </svg><a href='x'>"])])
    #expect(svg.contains("&lt;script&gt;&amp;&quot;&#39;"))
    #expect(!svg.contains("<script") && !svg.contains("<a ") && svg.components("</svg>") == 1)
    #expect(!svg.unicodeScalars.contains("\u{1}"))
  }

  @Test func `a long word is cut and words are never lost`() {
    #expect(PlanPicture.wrapped("one two three", 7) == ["one two", "three"])
    #expect(PlanPicture.wrapped(String(repeating: "x", count: 30), 10) == ["xxxxxxxxx…"])
    #expect(PlanPicture.wrapped("", 10).isEmpty)
  }

  @Test func `title and description are there for who does not see it`() {
    let svg = Self.svg([Self.box(1)])
    #expect(svg.contains("<title id=\"picture-title\">Order</title>"))
    #expect(svg.contains("role=\"img\" aria-labelledby=\"picture-title picture-text\""))
  }

  /// The page's Content-Security-Policy lets no style through that stands in the markup.
  @Test func `it has no style of its own`() {
    #expect(!Self.svg([Self.box(1, isFollowUp: true)]).contains("style"))
    #expect(Self.svg([Self.box(1, isFollowUp: true)]).contains("stroke-dasharray"))
  }
}

@Suite struct `Lines of a plan in words` {
  private static func line(_ counts: [DatasetCount], verb: JobVerb = .erase) throws -> PlanView.Line {
    PlanView.Line(
      job: JobReference(bytes: [UInt8](repeating: 1, count: 16)), system: try #require(SystemName("crm")),
      title: "CRM", role: .own, verb: verb, counts: counts, leftOut: 1, followUp: nil, after: [], notApplicable: nil)
  }

  @Test func `rows that stay are added up by rule and day`() throws {
    let day = try #require(CivilDate("2031-01-01"))
    let kept = { KeptCount(rule: "nl-fiscal-7y", until: day, count: $0) }
    let counts = [
      DatasetCount(dataset: "invoice", isRoot: false, erase: 2, kept: [kept(3)]),
      DatasetCount(dataset: "line", isRoot: false, erase: 1, reduce: 1, kept: [kept(4)]),
    ]
    let english = PlanLineWords(try Self.line(counts), nil, try PageFiles().words(in: .english))
    #expect(english.going == "3 rows go" && english.changed == ["of 1 only what is needed stays"])
    #expect(english.kept == ["7 until 1 January 2031 (nl-fiscal-7y)"])
    #expect(english.leftOut == "1 record left out")
    let dutch = PlanLineWords(try Self.line(counts), nil, try PageFiles().words(in: .dutch))
    #expect(dutch.kept == ["7 tot 1 januari 2031 (nl-fiscal-7y)"])
  }

  @Test func `what is anonymised or taken out of use is never called gone`() throws {
    let counts = [DatasetCount(dataset: "order", isRoot: true, erase: 0, anonymised: 5, minimised: 2, restricted: 1)]
    let english = PlanLineWords(try Self.line(counts), nil, try PageFiles().words(in: .english))
    #expect(english.going == "0 rows go")
    #expect(
      english.changed == [
        "5 rows are anonymised, not erased", "1 row is taken out of use, not erased", "2 rows stay, minimised",
      ])
  }

  @Test func `before it runs it says what will be seen, and afterwards what was`() throws {
    let words = try PageFiles().words(in: .english)
    let line = try Self.line([], verb: .notify)
    #expect(PlanLineWords(line, nil, words).proof == "the company answers")
    let now = try #require(UTCTime("2026-11-24T09:00:00Z"))
    let settled = { (outcome: JobOutcome) in
      JobView(
        job: JobReference(bytes: [UInt8](repeating: 1, count: 16)),
        request: RequestReference(bytes: [UInt8](repeating: 2, count: 16)),
        plan: PlanReference(bytes: [UInt8](repeating: 3, count: 16)), system: line.system, title: "CRM",
        role: .recipient, verb: .notify, state: outcome.word, next: nil, attempts: 1, lastCode: nil, question: nil,
        outcome: outcome, held: false, deadline: now, approvedRows: 0)
    }
    #expect(
      PlanLineWords(line, settled(.notified(.recipientUnsigned)), words).proof
        == "the company, unsigned: only that it was sent")
    #expect(PlanLineWords(line, settled(.cancelled(reason: FailureCode("officer"))), words).proof == nil)
  }
}

@Suite struct `Words for codes` {
  private static let codes: [(area: String, codes: [String])] = [
    ("capacity", Capacity.allCases.map(\.rawValue)), ("right", DataRight.allCases.map(\.rawValue)),
    ("role", SystemRole.allCases.map(\.rawValue)), ("verb", JobVerb.allCases.map(\.rawValue)),
    ("proof", JobVerb.allCases.map(\.rawValue)), ("ground", ErasureGround.allCases.map(\.rawValue)),
    ("rejection", GroundRejection.allCases.map(\.rawValue)),
    ("exception-ground", ExceptionGround.allCases.map(\.rawValue)),
    ("retention-ground", RetentionGround.allCases.map(\.rawValue)),
    ("identity-method", IdentityMethod.allCases.map(\.rawValue)),
    ("requester", Requester.Kind.allCases.map(\.rawValue)), ("voucher", Voucher.allCases.map(\.rawValue)),
    ("seen", WhatWasSeen.allCases.map(\.rawValue)), ("clock", RequestClocks.Name.allCases.map(\.rawValue)),
    ("letter-kind", SubjectLetterKind.allCases.map(\.rawValue)),
    ("letter-channel", LetterChannel.allCases.map(\.rawValue)),
    ("extension-reason", DeadlineExtended.Reason.allCases.map(\.rawValue)),
    ("measure", RestrictionMeasure.allCases.map(\.rawValue)),
    ("package-kind", PackageKind.allCases.map(\.rawValue)), ("language", PersonLanguage.allCases.map(\.rawValue)),
    ("channel", RequestActions.channels), ("refusal", RequestActions.refusalGrounds),
  ]

  @Test(arguments: [PersonLanguage.english, .dutch])
  func `every code that a page shows has one`(language: PersonLanguage) throws {
    let words = try PageFiles().words(in: language)
    for (area, codes) in Self.codes {
      for code in codes { #expect(words.has("\(area).\(code)"), "\(area).\(code)") }
    }
  }

  @Test func `every kind of entry has a title`() throws {
    let words = try PageFiles().words(in: .dutch)
    #expect(KnownEntryKinds.types.count > 80)
    for type in KnownEntryKinds.types { #expect(words.has("entry-kind.\(type.kind.rawValue)"), "\(type.kind)") }
  }
}

extension String {
  /// How often a text stands in this one.
  fileprivate func components(_ text: String) -> Int { ranges(of: text).count }
}
