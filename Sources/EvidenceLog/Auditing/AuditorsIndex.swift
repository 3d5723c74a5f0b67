import ErasureDomain

/// `index.html` of an auditor's folder: what is there, where it is, and first what it does not prove.
struct AuditorsIndex {
  /// Rows of a table in the page; the files have all.
  static let mostRows = 200

  let checkpoint: Checkpoint
  let cosigners: [String]
  let log: LogAccount
  let figures: EvidenceFigures
  /// Rows of `history.csv` about keys, people, signers and register.
  let changes: [[String]]

  /// Whether the page has the row of such an entry.
  static func shows(_ kind: EntryKind) -> Bool {
    [LogOpened.kind, SignersChanged.kind, RegisterChanged.kind].contains(kind) || kind.rawValue.hasPrefix("key.")
      || kind.rawValue == "log.closed"
  }

  /// The page; nothing in it is fetched or run.
  var html: [UInt8] {
    DossierPage(
      title: "Evidence of erasures: \(checkpoint.origin)", opening: opening,
      sections: [
        what, numbers, outcomes, lateCases, exceptions, changed, people, questions, shortcomings, controls, notHere,
        howToCheck, files,
      ]
    ).html
  }

  /// The form that a page says it has; nothing for another page.
  static func form(of page: [UInt8]) -> Int? {
    let start = Array("<tr><th scope=\"row\">\(formName)</th><td>".utf8)
    guard let found = page.firstRange(of: start) else { return nil }
    return Lines.number(page[found.upperBound...].prefix { (0x30...0x39).contains($0) }).map { Int(clamping: $0) }
  }

  private static let formName = "Form of this folder"

  // MARK: What comes first

  private var opening: [DossierPage.Block] {
    var blocks: [DossierPage.Block] = [
      .words("What this evidence does not prove:"),
      .list(
        AuditResult.notShown.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." } + [
          "That another company erased anything: its answer is its word, signed or not.",
          "That what was anonymised or taken out of use is deleted: it is not, and is counted apart.",
        ]),
      .words(
        "Nothing on this page proves itself: it was made from log/, and a verifier makes it again and compares. Check the "
          + "folder before you believe it (see \"How to check it\")."),
    ]
    if log.opened?.practice == true {
      blocks.insert(.words("PRACTICE MODE: nothing here concerns real people."), at: 0)
    }
    return blocks
  }

  private var what: DossierPage.Section {
    let span = "\(log.firstAt.map { "\($0)" } ?? "-") to \(log.lastAt.map { "\($0)" } ?? "-")"
    return .init(
      "What this is",
      [
        .table(
          ["", ""],
          [
            ["Log", checkpoint.origin], ["Entries, from the first to the last", span],
            ["Size", "\(checkpoint.size) entries"], ["Root", checkpoint.root.base64],
            ["Key that signs it", log.opened?.vkey ?? "-"],
            ["Rules of the log", "\(log.opened?.rules ?? LogRules.first)"],
            ["Program that wrote last", log.version.map { "expunged \($0)" } ?? "-"],
            ["Anchored outside", anchoring], [Self.formName, "\(AuditorsFolder.format)"],
          ]),
        .words(
          "What is open is counted as of the last entry, \(log.asOf). Days of requests are the organisation's, times and days "
            + "of other entries are UTC. People of the organisation are known as u-… alone; who is who is in its own list."
        ),
      ])
  }

  private var anchoring: String {
    cosigners.isEmpty
      ? "NOT ANCHORED OUTSIDE by a witness: nobody but the log's own key has signed the checkpoint"
      : "signed by \(cosigners.joined(separator: ", ")) too; verify it with that witness's own key"
  }

  // MARK: Figures

  private var numbers: DossierPage.Section {
    .init(
      "Requests in figures",
      [
        .table(
          ["", ""],
          [
            [
              "Requests",
              "\(figures.received), numbers \(figures.numbers.isEmpty ? "none" : figures.numbers); none is missing",
            ],
            ["By state", Self.list(figures.byState)], ["By right", Self.list(figures.byRight)],
            ["By channel", Self.list(figures.byChannel)], ["Closed or ended", "\(figures.closed)"],
            ["Refused, by ground", Self.list(figures.refusedByGround)], ["Withdrawn", "\(figures.withdrawn)"],
            ["Linked with another request of the same person", "\(figures.linked)"],
            ["Erasing again what came back", "\(figures.again)"], ["Term extended", "\(figures.extended)"],
            ["Term suspended", "\(figures.suspended)"], ["Days to the reply", Self.words(figures.reply)],
            ["Days to the erasure", Self.words(figures.erasure)],
            ["Jobs without an outcome yet", "\(figures.openJobs)"],
            ["Incidents", "\(figures.incidents), of these not dealt with in time \(figures.lateIncidents)"],
          ]), .links([(AuditorsFolder.requests, "every request number, one line each")]),
      ])
  }

  private var outcomes: DossierPage.Section {
    let rows = figures.outcomes.map { [$0.outcome, $0.voucher ?? "nobody", $0.seen ?? "nothing", "\($0.jobs)"] }
    return .init(
      "How jobs ended: who vouches, and what was seen",
      [
        .words(
          "The two columns are never added together. \"recipient-unsigned\" and \"recipient-signed\" are the word of another "
            + "company; \"dispatch\" is that it was told, and no more; of \"unconfirmed\" nobody vouches for anything."),
        rows.isEmpty
          ? .words("No job is settled.") : .table(["Outcome", "Who vouches", "What was seen", "Jobs"], rows),
      ])
  }

  private var lateCases: DossierPage.Section {
    let rows = figures.late.map { late in
      [
        "\(late.number)", late.clock.rawValue, "\(late.due)", late.done.map { "\($0)" } ?? "still open", "\(late.days)",
      ]
    }
    return .init(
      "Late cases",
      [
        .words(
          "\(figures.lateCount) in all\(rows.count < figures.lateCount ? ", the first \(rows.count) here" : ""). The log has no "
            + "words for why; late.csv has what stood in the way: failures, questions, holds, by count."),
        rows.isEmpty ? .words("None.") : .table(["Request", "Clock", "Last day by law", "Done", "Days late"], rows),
        .links([(AuditorsFolder.late, "all late cases, with what stood in the way")]),
      ])
  }

  private var exceptions: DossierPage.Section {
    .init(
      "Exceptions",
      [
        .words("By ground: \(Self.list(figures.exceptionsByGround)). What a retention rule keeps is in the plans."),
        .links([(LogTable.exceptions.file, "each with ground, citation, end or review, and who decided")]),
      ])
  }

  // MARK: Keys and people

  private var changed: DossierPage.Section {
    let rows = changes.map { [$0[0], $0[1], $0[2], $0[3].isEmpty ? "the daemon" : $0[3], $0[4], $0[5], $0[6]] }
    return .init(
      "Keys, people, signers and register: what changed",
      [
        .table(["Entry", "At", "Kind", "By", "What", "Old", "New"], rows),
        .words("The files themselves are the organisation's: compare their SHA-256 with the digests here."),
        .links([(LogTable.history.file, "this, and releases and stops of systems, starts, restores and the clock")]),
      ])
  }

  private static let watched: [(String, [EntryKind])] = [
    ("Searches", [LookupMade.kind]), ("Dossiers", [DossierMade.kind]), ("Case files", [CaseFileOpened.kind]),
    ("Refused tries", [AccessDenied.kind]), ("Drafted", [PlanProposed.kind]), ("Signed plans", [PlanApproved.kind]),
    ("Attested", [TaskAttested.kind]), ("Exceptions", [ExceptionGranted.kind, HoldSet.kind]),
  ]

  private var people: DossierPage.Section {
    let rows = log.people.sorted { $0.key.text < $1.key.text }.map { person, kinds in
      [person.text] + Self.watched.map { _, wanted in "\(wanted.reduce(0) { $0 + (kinds[$1]?.count ?? 0) })" }
    }
    let shown = rows.prefix(Self.mostRows)
    return .init(
      "Look-ups and decisions, by person",
      [
        rows.isEmpty
          ? .words("No entry names a person of the organisation.")
          : .table(["Person"] + Self.watched.map(\.0), Array(shown)),
        .words("\(rows.count) people\(shown.count < rows.count ? ", the first \(shown.count) here" : "")."),
        .links([
          (LogTable.lookups.file, "each search, dossier, opened case file and refused try"),
          (AuditorsFolder.people, "everything each person did, by kind of entry"),
        ]),
      ])
  }

  // MARK: Words

  private static func list(_ counts: [String: Int]) -> String {
    counts.isEmpty ? "none" : counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }

  private static func words(_ times: EvidenceFigures.Times) -> String {
    let done = "done \(times.done), not yet \(times.notYet)"
    guard let median = times.medianDays, let worst = times.worstDays, let number = times.worstNumber else {
      return done
    }
    return "\(done); median \(median), longest \(worst) (request \(number))"
  }

  /// How many entries of the kinds there are, for pointers that say what they point at.
  func count(_ kinds: EntryKind...) -> Int { kinds.reduce(0) { $0 + (log.kinds[$1] ?? 0) } }
}
