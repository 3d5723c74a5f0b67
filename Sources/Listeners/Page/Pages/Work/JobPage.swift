import ConnectorKit
import ErasureDomain
import OfficerAPI
import OfficerDesk

/// One job: what it does, what became of it, what it asks, and everything that happened.
struct JobPage: Sendable {
  struct Fact: Sendable {
    let name: String
    let value: String
  }

  struct Line: Sendable {
    let time: String
    let what: String
    let by: String
    let words: String?
  }

  /// The form for what a recipient answered to a letter.
  struct LetterForm: Sendable {
    let needsSubProcessors: Bool
    let said: [AnswerForms.Option]
    let bases: [AnswerForms.Option]
    let sub: [AnswerForms.Option]
    let records: String?
    let category: String?
    let until: String?
    let text: String?
    let by: String?
    let on: String?
    let isOpen: Bool
    let fault: PageProblem?
  }

  /// Stopping a job, or trying it again: why, as it was typed, and what was wrong with it.
  struct CancelForm: Sendable {
    let typed: String?
    let isOpen: Bool
    let fault: PageProblem?
  }

  let job: String
  let request: Int
  let follow: String?
  let state: StateBadge
  let note: String?
  let facts: [Fact]
  let theirWords: [String]
  let hasTheirWords: Bool
  let lines: [Line]
  let more: String?
  /// A manual task has its own sheet.
  let sheet: String?
  let answers: AnswerForms?
  let letter: LetterForm?
  let cancel: CancelForm?
  let retry: CancelForm?

  /// Lines of the history on one page.
  static let most = 100
}

// One job, and what can be said about it.
extension PageRoutes {
  static let job: [PageRoute] = [
    .get("/jobs/{job}", .call(ShowJob.name)) { visit in try await jobPage(visit) },
    .post("/jobs/{job}/retry", .call(RetryJob.name)) { visit in
      do {
        let job = try await visit.call(RetryJob(job: visit.part("job"), reason: visit.form["reason"] ?? ""))
        return await visit.go(to: "/jobs/\(job.job)", saying: visit.words("jobs.answered"))
      } catch {
        return try await jobPage(visit, faults: Faults(retry: try visit.formProblem(error)))
      }
    },
    .post("/jobs/{job}/cancel", .call(CancelJob.name)) { visit in
      do {
        let job = try await visit.call(CancelJob(job: visit.part("job"), reason: visit.form["reason"] ?? ""))
        return await visit.go(to: "/jobs/\(job.job)", saying: visit.words("jobs.cancelled"))
      } catch {
        return try await jobPage(visit, faults: Faults(cancel: try visit.formProblem(error)))
      }
    },
    .post("/jobs/{job}/letter", .call(AnswerLetter.name)) { visit in
      do {
        let job = try await visit.call(letterAnswer(visit))
        return await visit.go(to: "/jobs/\(job.job)", saying: visit.words("jobs.letter-taken"))
      } catch {
        return try await jobPage(visit, faults: Faults(letter: try visit.formProblem(error)))
      }
    },
  ]

  private static func letterAnswer(_ visit: PageVisit) throws -> AnswerLetter {
    let form = visit.form
    let records = try form["records"].map { text in
      try Int(text).orThrow(PageRefusal(.invalid, visit.words("jobs.letter-number")))
    }
    let isKept = form["said"] == "kept"
    return AnswerLetter(
      job: visit.part("job"), said: form["said"] ?? "", records: records, category: isKept ? form["category"] : nil,
      basis: isKept ? form["basis"] : nil, until: isKept ? try form["until"].map { try visit.dayWritten($0) } : nil,
      text: isKept ? form["text"] : nil, subProcessors: form["sub-processors"], by: form["by"] ?? "",
      on: try visit.dayWritten(form["on"] ?? ""))
  }

  /// Which of a job's forms was refused, and why.
  struct Faults {
    var letter: PageProblem?
    var answer: PageProblem?
    var cancel: PageProblem?
    var retry: PageProblem?

    var any: PageProblem? { letter ?? answer ?? cancel ?? retry }
  }

  /// The page of a job, also with a form that was refused.
  static func jobPage(_ visit: PageVisit, faults: Faults = Faults()) async throws -> PageAnswer {
    let reference = visit.parts["job"] ?? visit.part("task")
    let size = try await visit.desk.logSize()
    let before = visit.query["before"].flatMap { ListPart.isEntry($0) ? Int64($0) : nil }
    // One line more than are shown says whether there are older ones.
    let detail = try await visit.call(
      ShowJob(job: reference, history: HistoryPart(limit: JobPage.most + 1, before: before)))
    let job = detail.job
    // Who may not see tasks sees the question in the job's state and answers nothing.
    let task = visit.may(ShowTask.name) ? try await visit.call(ShowTask(task: reference)) : nil
    let number = job.number ?? 0
    let shown = detail.history.suffix(JobPage.most)
    let older = detail.history.count > JobPage.most ? shown.first?.index : nil
    let words = JobWords(visit)
    let isManual = job.question?.code == .manualTask
    let answers = task.flatMap { AnswerForms($0, visit, refused: faults.answer) }
    let title = visit.words("jobs.title-job", job.title, visit.words.code("verb", job.verb.rawValue))
    let note = words.note(job)
    return .page(
      "job", title: title,
      content: JobPage(
        job: job.job.text, request: number,
        follow: visit.may(WatchLog.name) ? "/live?request=\(number)&from=\(size)" : nil, state: words.badge(job),
        note: note.isEmpty ? nil : note, facts: facts(of: job, words, visit), theirWords: detail.theirWords ?? [],
        hasTheirWords: detail.theirWords != nil,
        lines: shown.reversed().map { line in
          JobPage.Line(
            time: visit.time(line.at), what: visit.words.code("entry-kind", line.kind),
            by: line.by ?? visit.words("jobs.daemon"), words: line.words.isEmpty ? nil : line.words)
        }, more: older.map { "/jobs/\(job.job)?before=\($0)" },
        sheet: isManual && visit.may(ShowTask.name) ? "/tasks/\(job.job)" : nil,
        answers: isManual ? nil : answers,
        letter: visit.may(AnswerLetter.name) && isLetter(job, visit) ? letterForm(job, visit, faults.letter) : nil,
        cancel: visit.may(CancelJob.name) && job.outcome == nil && job.verb != .export && job.state != "running"
          && answers?.cancel == nil ? reasonForm(visit, faults.cancel) : nil,
        retry: visit.may(RetryJob.name) && job.state == "failed" ? reasonForm(visit, faults.retry) : nil),
      status: faults.any?.reason.status ?? 200)
  }

  private static func reasonForm(_ visit: PageVisit, _ fault: PageProblem?) -> JobPage.CancelForm {
    JobPage.CancelForm(typed: fault == nil ? nil : visit.form["reason"], isOpen: fault != nil, fault: fault)
  }

  private static func isLetter(_ job: JobView, _ visit: PageVisit) -> Bool {
    job.state == "awaiting-recipient"
      && visit.desk.registered.contains { $0.system == job.system && $0.connector == "letter" }
  }

  private static func facts(of job: JobView, _ words: JobWords, _ visit: PageVisit) -> [JobPage.Fact] {
    var facts: [JobPage.Fact] = []
    func add(_ word: String, _ value: String?) {
      if let value, !value.isEmpty { facts.append(JobPage.Fact(name: visit.words(word), value: value)) }
    }
    let problem = words.problem(of: job)
    add("jobs.system", "\(job.title) (\(job.system)), \(visit.words.code("role", job.role.rawValue))")
    add("jobs.does", visit.words.code("verb", job.verb.rawValue))
    add("jobs.problem", problem.map { [$0.sentence, "(\($0.code))"].compactMap { $0 }.joined(separator: " ") })
    add("jobs.attempts", job.attempts > 0 ? visit.words.number(job.attempts) : nil)
    add("jobs.next", job.outcome == nil ? job.next.map { visit.time($0) } : nil)
    add("jobs.voucher", words.voucher(job.outcome))
    add("jobs.seen", words.seen(job.outcome))
    add("jobs.approved", job.approvedRows > 0 ? visit.words.count(job.approvedRows, "jobs.approved-rows") : nil)
    add(
      "jobs.exception",
      job.exception.map { terms in
        [
          visit.words("exception-ground.\(terms.ground.rawValue)"), terms.citation,
          terms.until.map { visit.words("answer.until-day", visit.day($0)) }
            ?? terms.reviewBefore.map { visit.words("answer.review-day", visit.day($0)) },
        ].compactMap { $0 }.joined(separator: ", ")
      })
    add("jobs.deadline", visit.deadline(job.deadline))
    add("jobs.reference", job.job.text)
    return facts
  }

  private static func letterForm(_ job: JobView, _ visit: PageVisit, _ fault: PageProblem?) -> JobPage.LetterForm {
    let form = fault == nil ? PageForm() : visit.form
    func options(_ values: [String], _ area: String, _ field: String) -> [AnswerForms.Option] {
      values.map { value in
        AnswerForms.Option(value: value, title: visit.words(area + value), isChosen: form[field] == value)
      }
    }
    return JobPage.LetterForm(
      needsSubProcessors: job.verb == .instruct,
      said: options(LetterAnswer.Said.allCases.map(\.rawValue), "jobs.letter-", "said"),
      bases: options(LetterAnswer.Basis.allCases.map(\.rawValue), "letter-basis.", "basis"),
      sub: options(
        [LetterAnswer.SubProcessors.none, .included].map(\.rawValue), "jobs.letter-sub-", "sub-processors"),
      records: form["records"], category: form["category"], until: form["until"], text: form["text"], by: form["by"],
      on: form["on"], isOpen: fault != nil, fault: fault)
  }
}
