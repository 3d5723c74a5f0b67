import ErasureDomain
import OfficerAPI

/// The forms with which a question is answered: one for each answer that makes sense, with what it needs.
struct AnswerForms: Sendable {
  /// An answer that is a click, with a note who likes.
  struct Choice: Sendable {
    let answer: String
    let title: String
    let explain: String
    let isMain: Bool
  }

  /// An identifier found on the way.
  struct Found: Sendable {
    let ordinal: Int
    let system: String
    let kind: String
    let value: String
    let reason: String
    let isTicked: Bool
  }

  struct Option: Sendable {
    let value: String
    let title: String
    let isChosen: Bool
  }

  /// Letting it stay: the ground, the statute, and until when.
  struct Exception: Sendable {
    let grounds: [Option]
    let citation: String?
    let day: String?
    let isReview: Bool
    let typed: String?
    let isOpen: Bool
  }

  let task: String
  let choices: [Choice]
  let found: [Found]
  let hasFound: Bool
  let exception: Exception?
  /// Set where the job can be stopped for good; what was typed before.
  let cancel: Cancel?
  /// Why the form that was sent in was refused.
  let refused: PageProblem?

  struct Cancel: Sendable {
    let typed: String?
    let isOpen: Bool
  }

  /// Nil where nothing can be answered by the visitor.
  init?(_ task: TaskView, _ visit: PageVisit, refused: PageProblem? = nil) {
    guard visit.may(AnswerTask.name), !task.answers.isEmpty else { return nil }
    let form = refused == nil ? PageForm() : visit.form
    let sent = form["answer"].flatMap { Question.Answer(rawValue: $0) }
    self.task = task.task
    self.refused = refused
    let isFound = task.question.code == .foundIdentifiers
    let ticked = Set(form.all("identifier"))
    found =
      isFound
      ? (task.undecided ?? []).map { one in
        Found(
          ordinal: one.ordinal, system: one.system.description,
          kind: visit.words.code("identifier", one.identifier.kind.rawValue),
          value: one.identifier.value, reason: visit.words.code("found-reason", one.reason),
          isTicked: ticked.contains("\(one.ordinal)"))
      } : []
    hasFound = !found.isEmpty
    choices = task.answers.filter { ![.except, .cancel].contains($0) && !isFound }.enumerated().map { place, answer in
      let word = Self.word(for: answer, to: task.question)
      let day = task.question.proposed.map { visit.day($0) } ?? ""
      return Choice(
        answer: answer.rawValue, title: visit.words("answer.\(word)", day),
        explain: visit.words("answer.\(word)-why", day), isMain: place == 0)
    }
    exception =
      task.answers.contains(.except)
      ? Exception(
        grounds: ExceptionGround.allCases.map { ground in
          Option(
            value: ground.rawValue, title: visit.words("exception-ground.\(ground.rawValue)"),
            isChosen: form["ground"] == ground.rawValue)
        }, citation: form["citation"], day: form["day"], isReview: form["end"] == "review",
        typed: sent == .except ? form["note"] : nil, isOpen: sent == .except) : nil
    cancel =
      task.answers.contains(.cancel)
      ? Cancel(typed: sent == .cancel ? form["note"] : nil, isOpen: sent == .cancel) : nil
  }

  /// What an answer means depends on what was asked.
  private static func word(for answer: Question.Answer, to question: Question) -> String {
    guard answer == .accept else { return answer.rawValue }
    if question.proposed != nil { return "accept-day" }
    if question.detail == .registerChanged { return "accept-register" }
    return question.code == .exceptionDue ? "accept-gone" : "accept"
  }

  /// The call that a form asks for.
  static func call(_ task: String, _ visit: PageVisit) throws -> AnswerTask {
    let form = visit.form
    guard let answer = form["answer"].flatMap({ Question.Answer(rawValue: $0) }) else {
      throw PageRefusal(.invalid, visit.words("answer.missing"))
    }
    var terms: ExceptionTerms?
    if answer == .except {
      let day = try form["day"].map { try visit.dayWritten($0) }
      terms = ExceptionTerms(
        ground: try form["ground"].flatMap { ExceptionGround(rawValue: $0) }
          .orThrow(PageRefusal(.invalid, visit.words("answer.ground-missing"))),
        citation: form["citation"] ?? "", until: form["end"] == "review" ? nil : day,
        reviewBefore: form["end"] == "review" ? day : nil)
    }
    let ordinals = form.all("identifier").compactMap { Int($0) }
    if form["listed"] != nil, ordinals.isEmpty { throw PageRefusal(.invalid, visit.words("answer.none-ticked")) }
    return AnswerTask(task: task, answer: answer, ordinals: ordinals, note: form["note"], terms: terms)
  }
}

extension Optional {
  /// The value, or the refusal that says what is missing.
  func orThrow(_ refusal: PageRefusal) throws -> Wrapped {
    guard let self else { throw refusal }
    return self
  }
}

extension PageVisit {
  /// A day as a form's field has it.
  func dayWritten(_ text: String) throws -> CivilDate {
    try CivilDate(text).orThrow(PageRefusal(.invalid, words("answer.day")))
  }
}
