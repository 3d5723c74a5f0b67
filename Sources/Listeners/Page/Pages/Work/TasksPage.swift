import ErasureDomain
import EvidenceLog
import OfficerAPI
import OfficerDesk

/// Everything that waits for a person.
struct TasksPage: Sendable {
  struct Row: Sendable {
    let path: String
    let title: String
    let question: String
    let number: Int
    let before: String?
    let isOverdue: Bool
    let isManual: Bool
  }

  let tasks: [Row]
  let hasTasks: Bool
  let pager: Pager?

  /// Rows of one page.
  static let most = 50
}

/// One task, step by step, as somebody reads it who stands before the thing with a phone in his hand.
struct TaskPage: Sendable {
  struct Identifier: Sendable {
    let kind: String
    let value: String
  }

  let task: String
  let number: Int
  /// The job's own page, where there is one and the visitor may see it.
  let job: String?
  let request: String?
  let system: String?
  let owner: String?
  let question: String
  let problem: String?
  let before: String?
  let isOpen: Bool
  let isManual: Bool
  let instruction: String?
  /// What is known about the question, in a sentence.
  let explain: String?
  let identifiers: [Identifier]
  let hasIdentifiers: Bool
  let signed: [String]
  let hasSigned: Bool
  let attestation: AttestationForm?
  let answers: AnswerForms?
}

/// What was done, before it is signed.
struct AttestationForm: Sendable {
  let done: [AnswerForms.Option]
  let methods: [AnswerForms.Option]
  let medium: String?
  let refused: PageProblem?
}

/// The very text that is signed.
struct AttestationPage: Sendable {
  let task: String
  let text: String
  let namespace: String
  let signed: [String]
  let hasSigned: Bool
}

// Tasks: which there are, one of them, its answers, and the signature that it was done.
extension PageRoutes {
  static let tasks: [PageRoute] = [
    .get("/tasks", .call(ListTasks.name)) { visit in try await tasksPage(visit) },
    .get("/tasks/{task}", .call(ShowTask.name)) { visit in try await taskPage(visit) },
    .post("/tasks/{task}/answer", .call(AnswerTask.name)) { visit in
      let task = visit.part("task")
      let isJob = JobReference(task) != nil
      do {
        _ = try await visit.call(AnswerForms.call(task, visit))
      } catch {
        let refusal = try visit.formProblem(error)
        let isManual = isJob ? try await visit.call(ShowTask(task: task)).question.code == .manualTask : true
        return isManual
          ? try await taskPage(visit, refused: refusal) : try await jobPage(visit, faults: Faults(answer: refusal))
      }
      return await visit.go(
        to: isJob && visit.may(ShowJob.name) ? "/jobs/\(task)" : "/tasks", saying: visit.words("jobs.answered"))
    },
    .post("/tasks/{task}/attestation", .call(PrepareAttestation.name)) { visit in
      let form = visit.form
      let done = form["done"] ?? ""
      let call = PrepareAttestation(
        task: visit.part("task"), done: done, medium: form["medium"] ?? "",
        method: done == "nothing-found" ? "search" : form["method"] ?? "")
      do {
        guard !call.medium.isEmpty else {
          throw PageRefusal(.invalid, visit.words("attest.medium-missing"), field: "medium")
        }
        guard !call.done.isEmpty, !call.method.isEmpty else {
          throw PageRefusal(.invalid, visit.words("attest.missing"), field: call.done.isEmpty ? "done" : "method")
        }
        let prepared = try await visit.call(call)
        let signed = try await visit.call(ShowTask(task: call.task)).attestedBy
        return .page(
          "attestation", title: visit.words("attest.title"),
          content: AttestationPage(
            task: call.task, text: prepared.text, namespace: AttestationText.namespace, signed: signed,
            hasSigned: !signed.isEmpty))
      } catch {
        return try await taskPage(visit, attestationRefused: try visit.formProblem(error))
      }
    },
    .post("/tasks/{task}/attest", .call(SubmitAttestation.name)) { visit in
      let view: TaskView
      do {
        let passkey = try PagePasskey(visit.form, visit.words)
        let signed = try await signature(passkey, for: AttestationText.namespace, visit)
        view = try await visit.call(
          SubmitAttestation(
            task: visit.part("task"), text: passkey.text, signature: signed.signature, principal: signed.principal))
      } catch {
        return try await taskPage(visit, attestationRefused: try visit.formProblem(error))
      }
      return await visit.go(
        to: view.open ? "/tasks/\(view.task)" : "/tasks",
        saying: view.open
          ? visit.words("attest.one") : visit.words("attest.both", view.attestedBy.joined(separator: ", ")))
    },
  ]

  private static func tasksPage(_ visit: PageVisit) async throws -> PageAnswer {
    let part = ListPart(visit.query)
    var shown = try await visit.call(
      ListTasks(limit: TasksPage.most + 1, from: part.from, backwards: part.backwards))
    let pager = part.pager(&shown, most: TasksPage.most, path: "/tasks?") { $0.place }
    let words = JobWords(visit)
    let now = visit.desk.civilClock.now()
    let rows = shown.map { task in
      TasksPage.Row(
        path: "/tasks/\(task.task)",
        title: task.title ?? task.system?.description ?? visit.words("tasks.request", String(task.number)),
        question: words.sentence(for: task.question), number: task.number,
        before: task.deadline.map { visit.deadline($0) },
        isOverdue: task.deadline.map { $0 < now } ?? false, isManual: task.question.code == .manualTask)
    }
    return .page(
      "tasks", title: visit.words("tasks.title"),
      content: TasksPage(tasks: rows, hasTasks: !rows.isEmpty, pager: pager))
  }

  static func taskPage(
    _ visit: PageVisit, refused: PageProblem? = nil, attestationRefused: PageProblem? = nil
  ) async throws -> PageAnswer {
    let task = try await visit.call(ShowTask(task: visit.part("task")))
    let words = JobWords(visit)
    let isManual = task.question.code == .manualTask
    let isJob = JobReference(task.task) != nil
    let identifiers = task.identifiers ?? []
    let name = task.title ?? task.system?.description ?? visit.words("tasks.request", String(task.number))
    let fault = refused ?? attestationRefused
    return .page(
      "task", title: visit.words(isManual ? "tasks.title-manual" : "tasks.title-one", name),
      content: TaskPage(
        task: task.task, number: task.number,
        job: isJob && visit.may(ShowJob.name) ? "/jobs/\(task.task)" : nil,
        request: visit.requestPath(task.number, hasPlan: true),
        system: task.system.map { system in task.title.map { "\($0) (\(system))" } ?? system.description },
        owner: visit.desk.registered.first { $0.system == task.system }?.owner,
        question: words.sentence(for: task.question),
        problem: task.question.detail.map { words.code($0) ?? $0.rawValue },
        before: task.deadline.map { visit.deadline($0) }, isOpen: task.open, isManual: isManual && task.open,
        instruction: isManual ? task.instruction : nil, explain: explain(task, visit),
        identifiers: identifiers.map {
          TaskPage.Identifier(kind: visit.words.code("identifier", $0.kind.rawValue), value: $0.value)
        },
        hasIdentifiers: !identifiers.isEmpty, signed: task.attestedBy, hasSigned: !task.attestedBy.isEmpty,
        attestation: isManual && task.open && visit.may(SubmitAttestation.name)
          && !task.attestedBy.contains(visit.visitor?.name ?? "")
          ? attestationForm(visit, attestationRefused) : nil,
        answers: AnswerForms(task, visit, refused: refused)),
      status: fault?.reason.status ?? 200)
  }

  private static func explain(_ task: TaskView, _ visit: PageVisit) -> String? {
    let words = visit.words
    if let seen = task.recognised {
      return words(
        "tasks.recognised", words.number(seen.certain), words.number(seen.possible), words.number(seen.day))
    }
    return task.terms.map { terms in
      words(
        "tasks.stays", words("exception-ground.\(terms.ground.rawValue)"), terms.citation,
        terms.day.map { visit.day($0) } ?? "")
    }
  }

  private static func attestationForm(_ visit: PageVisit, _ refused: PageProblem?) -> AttestationForm {
    let form = refused == nil ? PageForm() : visit.form
    func options(_ values: [String], _ field: String) -> [AnswerForms.Option] {
      values.map { value in
        AnswerForms.Option(value: value, title: visit.words("attest.\(value)"), isChosen: form[field] == value)
      }
    }
    return AttestationForm(
      done: options(["destroyed", "erased", "nothing-found"], "done"),
      methods: options(["clear", "purge", "destroy"], "method"), medium: form["medium"], refused: refused)
  }
}
