import Correspondence
import ErasureDomain
import OfficerAPI

/// What the vault still has of the person, for a dossier with him in it.
struct DossierPerson: Sendable {
  /// Each with its heading.
  var letters: [(kind: SubjectLetterKind, heading: String, text: String)]
  /// The request as it came, and reasons in words.
  var texts: [(heading: String, text: String)]
}

// The dossier as sections, each from the record.
extension DossierPage {
  static let doesNotProve = [
    "That no copy exists in a system nobody registered: plan and search cover the register and nothing else.",
    "That the daemon told the truth at the moment of writing: the log shows that nothing was changed afterwards.",
    "That blocks on a disk are gone.",
    "That another company erased anything: its answer is its word, signed or not.",
    "That what was anonymised or taken out of use is deleted: it is not, and is never called erased.",
  ]

  init(
    _ record: DossierRecord, _ questions: TwentyQuestions, history: [HistoryLine], person: DossierPerson?,
    evidence: [String]
  ) {
    let request = record.request
    var opening: [Block] = [
      .words("What this dossier does not prove:"), .list(Self.doesNotProve),
      .words(
        person == nil
          ? "THIS DOSSIER NAMES NOBODY. It is made from the log and its artifacts alone, which hold no person."
          : "THIS DOSSIER CONTAINS PERSONAL DATA: letters as they were sent, the request as it came, reasons in words (in the "
            + "section \"Letters\"). Keep it as you keep the correspondence itself, and destroy it when its purpose ends."
      ),
      .words(
        "Made on \(record.today) (\(record.asOf)) from the log \(record.origin) with \(record.logSize) entries. What happens "
          + "later is not in it. Days are those of the controller, times are UTC."),
    ]
    if record.practice { opening.insert(.words("PRACTICE MODE: nothing here concerns real people."), at: 0) }
    self.init(
      title: "Dossier of request \(request.number), \(request.request)", opening: opening,
      sections: [
        Self.request(record), Self.questions(questions), Self.clocks(record), Self.decisions(record), Self.plan(record),
        Self.jobs(record), Section("What remains and why", [.list(questions.remaining.orNone)]),
        Self.letters(record, person), Self.history(history), Self.files(evidence),
      ])
  }

  // MARK: Sections

  private static func request(_ record: DossierRecord) -> Section {
    let request = record.request
    let received = request.received
    var rows = [
      ["Number", "\(request.number)"], ["Reference", request.request.text], ["State", request.state.word],
      ["Received", "\(received.receivedOn) (\(received.receivedAt)) by \(received.channel)"],
      ["Rights invoked", (received.rights ?? [.erasure]).map(\.rawValue).joined(separator: ", ")],
      ["Capacities", received.capacities.map(\.rawValue).joined(separator: ", ")],
      [
        "Who asks",
        received.requester.map { "\($0.kind.rawValue), proof \($0.proof)" }
          ?? (request.notice == nil ? "the person" : "another company"),
      ],
      ["Kinds of identifiers", request.givenKinds.sorted().map(\.rawValue).joined(separator: ", ")],
      ["Language", received.language?.rawValue ?? "not recorded"],
      ["Commitment", received.commitment],
    ]
    if let linked = request.linked, !linked.isEmpty {
      rows.append(["Requests of the same person", linked.map(\.text).joined(separator: ", ")])
    }
    return Section("The request", [.table(["Fact", "Value"], rows)])
  }

  private static func questions(_ questions: TwentyQuestions) -> Section {
    let blocks = questions.answers.flatMap { answer -> [Block] in
      var blocks: [Block] = [.words("Question \(answer.number). \(answer.question)")]
      var items = answer.sentences
      items += answer.notKnown.map { "Not known: \($0)." }
      if !answer.pointers.isEmpty { items.append("See: \(shortened(answer.pointers).joined(separator: "; ")).") }
      blocks.append(.list(items))
      return blocks
    }
    return Section("The twenty questions", blocks)
  }

  private static let mostPointers = 12

  /// The history has all of them.
  private static func shortened(_ pointers: [String]) -> [String] {
    guard pointers.count > mostPointers else { return pointers }
    return pointers.prefix(mostPointers) + ["\(pointers.count - mostPointers) more in the section \"History\""]
  }

  private static func clocks(_ record: DossierRecord) -> Section {
    let clocks = RequestClocks(record.request, concludedOn: record.request.concludedAt.map { record.day($0) })
    let isRefused = record.first(RequestRefused.self) != nil
    var blocks: [Block] = [
      .table(
        ["Date", "Day", "Why"],
        clocks.lines.map { [$0.name.rawValue, $0.day.map { "\($0)" } ?? "no day yet", $0.why] }),
      .table(
        ["Clock", "Closed on", "State"],
        [
          ["reply to the person", clocks.reply.closedOn.map { "\($0)" } ?? "open", clocks.reply.words],
          ["erasure", clocks.erasure.closedOn.map { "\($0)" } ?? "open", clocks.erasure.words],
        ]), .words("Rules and holidays: \(record.request.received.dueDates.ruleSet)."),
    ]
    if isRefused {
      blocks.append(.words("It was refused: a full refusal is due by the first deadline, \(record.due.statutory)."))
    }
    return Section("Clocks", blocks)
  }

  private static func decisions(_ record: DossierRecord) -> Section {
    var rows: [[String]] = []
    func add(_ index: UInt64, _ entry: EvidenceEntry, _ words: String) {
      rows.append(["\(index)", "\(record.day(entry.at))", record.name(entry.by), words])
    }
    for found in record.all(IdentityAsked.self) {
      add(found.index, found.entry, "identity asked, \(found.facts.method.rawValue), doubt \(found.facts.doubt)")
    }
    for found in record.all(RequestConfirmed.self) {
      add(found.index, found.entry, "identity by \(found.facts.method); ground \(found.facts.ground.article)")
    }
    for found in record.all(CategoryDecided.self) {
      let facts = found.facts
      let word = facts.rejected.map { "rejected, \($0.rawValue)" } ?? "accepted"
      add(found.index, found.entry, "\(facts.category) in \(facts.system): \(facts.ground.article) \(word)")
    }
    for found in record.all(RequestRefused.self) { add(found.index, found.entry, "refused, \(found.facts.ground)") }
    for found in record.all(RequestWithdrawn.self) { add(found.index, found.entry, "withdrawn by the person") }
    for found in record.all(DeadlineExtended.self) {
      add(found.index, found.entry, "extended, \(found.facts.reason.rawValue)")
    }
    for found in record.all(HoldSet.self) {
      add(found.index, found.entry, "hold on \(found.facts.system), \(found.facts.ground.rawValue)")
    }
    for found in record.all(HoldReleased.self) {
      add(found.index, found.entry, "hold on \(found.facts.system) released")
    }
    for found in record.all(ExceptionGranted.self) {
      let facts = found.facts
      add(
        found.index, found.entry,
        "\(facts.records) records of \(facts.system) left out: \(TwentyQuestions.words(facts.terms))")
    }
    for found in record.all(QuestionAnswered.self) {
      let terms = found.facts.answer == .except ? ": \(TwentyQuestions.words(found.facts.terms))" : ""
      add(
        found.index, found.entry,
        "\(found.facts.answer.rawValue) to \(found.facts.code.rawValue)\(terms)")
    }
    for found in record.all(PackageDelivered.self) {
      add(found.index, found.entry, "\(found.facts.package.rawValue) package delivered, \(found.facts.how)")
    }
    for found in record.all(PackageWaived.self) {
      let what = found.facts.system.map { "nothing of \($0) is taken along" } ?? "nothing more is taken along"
      add(found.index, found.entry, "\(what), \(found.facts.reason)")
    }
    for found in record.all(FindingSettled.self) {
      add(found.index, found.entry, "rows seen again in \(found.facts.system): \(found.facts.answer.rawValue)")
    }
    for found in record.all(IncidentOpened.self) {
      add(
        found.index, found.entry, "incident \(found.facts.incident), to be reported before \(found.facts.reportBefore)")
    }
    for found in record.all(IncidentClosed.self) {
      add(found.index, found.entry, "incident closed, \(found.facts.reported ? "reported" : "no risk")")
    }
    rows.sort { (UInt64($0[0]) ?? 0) < (UInt64($1[0]) ?? 0) }
    return Section(
      "Identity and decisions", rows.isEmpty ? [.words("None.")] : [.table(["Entry", "Day", "By", "Decision"], rows)])
  }

  private static func plan(_ record: DossierRecord) -> Section {
    guard !record.work.isEmpty else {
      return Section("The plan", [.words("No plan was approved (\(record.proposed) proposed).")])
    }
    var blocks: [Block] = []
    for work in record.work {
      blocks.append(
        .words(
          "\(work.record.plan), \(work.record.state.word), drafted by \(record.name(work.record.drafter)) on "
            + "\(record.day(work.plan.at)); signed by "
            + DossierRecord.list(work.record.approvals.map { record.name($0.by) }, none: "nobody")
            + "; digest \(work.record.proposal.digest); register \(work.plan.register)."))
      blocks.append(
        .table(
          ["System", "Role", "Title", "Jobs, or why none"],
          work.plan.coverage.map { line in
            let jobs = line.jobs.compactMap { work.plan.job($0) }.map { job in
              job.verb.rawValue + (job.followUp?.due.map { " on \($0)" } ?? "")
            }
            return [
              line.system.description, line.role.rawValue, line.title,
              jobs.isEmpty ? line.notApplicable?.rawValue ?? "NEITHER" : jobs.joined(separator: ", "),
            ]
          }))
    }
    return Section("The plan", blocks)
  }

  private static func jobs(_ record: DossierRecord) -> Section {
    let told = Dictionary(record.all(ReceiptKept.self).compactMap { kept in kept.entry.subject.job.map { ($0, kept) } })
    {
      $1
    }
    let rows = record.jobs.map { job -> [String] in
      let receipt = job.outcome?.receipt
      let counts = receipt?.effects.filter { $0.found > 0 || !$0.kept.isEmpty }.map { effect in
        "\(effect.dataset): found \(effect.found), deleted \(effect.erased)"
          + (effect.reduced > 0 ? ", reduced \(effect.reduced)" : "")
          + (effect.anonymised.map { ", anonymised \($0)" } ?? "")
          + (effect.restricted.map { ", out of use \($0)" } ?? "")
          + (effect.kept.isEmpty ? "" : ", kept \(effect.kept.reduce(0) { $0 + $1.count })")
      }
      return [
        "\(job.system)", job.verb.rawValue, job.state.word, job.settledAt.map { "\(record.day($0))" } ?? "",
        "\(job.epoch)" + (job.lastCode.map { ", last \($0)" } ?? ""),
        job.outcome.map { "\($0.voucher.rawValue) / \($0.seen.rawValue)" } ?? "",
        ((counts ?? []) + [told[job.job].map { "signed receipt, \($0.pointer)" }].compactMap { $0 }).joined(
          separator: "; "),
      ]
    }
    return Section(
      "Jobs, companies and copies",
      rows.isEmpty
        ? [.words("None.")]
        : [
          .table(
            ["System", "Verb", "State", "Settled", "Attempts", "Who vouches / what was seen", "Counts, receipt"], rows),
          .words("Outcomes are never rounded up: only what was seen gone is called erased."),
        ])
  }

  private static func letters(_ record: DossierRecord, _ person: DossierPerson?) -> Section {
    var blocks: [Block] = []
    let sent = record.all(LetterSent.self)
    if !sent.isEmpty {
      blocks.append(
        .table(
          ["Entry", "Letter", "Language", "Sent", "Proof", "Keyed digest (HMAC-SHA256)"],
          sent.map {
            [
              "\($0.index)", $0.facts.letter.rawValue, $0.facts.language,
              "\($0.facts.on) by \($0.facts.channel.rawValue)",
              "\($0.facts.proof)" + ($0.facts.queue.map { ", \($0)" } ?? ""), $0.facts.mac,
            ]
          }))
    } else {
      blocks.append(.words("No letter was sent by the daemon."))
    }
    for letter in person?.letters ?? [] { blocks += [.words(letter.heading), .verbatim(letter.text)] }
    for text in person?.texts ?? [] { blocks += [.words(text.heading), .verbatim(text.text)] }
    return Section("Letters", blocks)
  }

  private static func history(_ lines: [HistoryLine]) -> Section {
    Section(
      "History",
      [
        .table(
          ["Entry", "At", "What", "System", "By", "Words"],
          lines.map {
            ["\($0.index)", "\($0.at)", $0.kind, $0.system?.description ?? "", $0.by ?? "", $0.words]
          })
      ])
  }

  private static func files(_ evidence: [String]) -> Section {
    Section(
      "Files",
      [
        .words(
          "The folder evidence is the bundle of this request, \(evidence.count) files: exact entries with proofs, signatures "
            + "and artifacts. It names nobody. Check it without us: evidence/README.txt, or"),
        .verbatim("expunge-audit verify evidence --policy my_policy --signers my_allowed_signers"),
        .words(
          "Entries of the whole log that are not of this request are in the published log folder. The file questions.json has "
            + "the twenty answers for programs."),
      ])
  }
}

extension [String] {
  fileprivate var orNone: [String] { isEmpty ? ["Nothing that the record knows of."] : self }
}
