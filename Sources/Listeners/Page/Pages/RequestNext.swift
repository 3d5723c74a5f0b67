import ErasureDomain
import OfficerAPI
import OfficerDesk

/// What comes next with a request, in one sentence, and where it is done: the first thing on its page.
struct RequestNext: Sendable {
  let text: String
  /// Where it is done, with the words of the link; nil where nothing is to be done, or not by who is here.
  let path: String?
  let link: String?
  /// Whether it is a click and no page: the plan is made.
  let makesPlan: Bool
  /// Whether it is the visitor's to do.
  let isMine: Bool

  private init(_ text: String, _ path: String?, _ link: String?, isMine: Bool, makesPlan: Bool = false) {
    self.text = text
    self.path = path
    self.link = link
    self.isMine = isMine
    self.makesPlan = makesPlan
  }

  /// Nil when the request waits for nothing any more.
  init?(_ detail: RequestDetail, found: Int, _ visit: PageVisit) {
    let (words, number) = (visit.words, detail.request.number)
    let own = "/requests/\(number)"
    switch detail.request.waitsFor {
    case .identity:
      let asked = detail.request.clocks[.suspended] != nil
      self.init(
        words(asked ? "next.proof" : "next.identity"), own + "/do/confirm", words("request.confirm"),
        isMine: visit.may(ConfirmRequest.name))
    case .questions where found > 0, .plan where found > 0:
      self.init(
        words.count(found, "next.found"), visit.may(AnswerTask.name) ? "#found" : nil, words("next.to-found"),
        isMine: visit.may(AnswerTask.name))
    case .plan:
      let mayMake = visit.may(MakePlan.name)
      self.init(words("next.plan"), nil, words("request.make-plan"), isMine: mayMake, makesPlan: mayMake)
    case .signatures: self = Self.signatures(detail, own, visit)
    case .questions:
      self.init(words("next.tasks"), "/tasks", words("next.to-tasks"), isMine: visit.may(AnswerTask.name))
    case .running where detail.jobs.contains { $0.question != nil || $0.state == "failed" }:
      self.init(
        words("next.questions"), own + "/jobs", words("request.to-jobs"), isMine: visit.may(AnswerTask.name))
    case .running: self.init(words("next.running"), own + "/jobs", words("request.to-jobs"), isMine: false)
    case .letter:
      let kind = SubjectLetterKind.allCases.first { LettersPage.isDue($0, detail) && $0.saysTheEnd }
      self.init(
        words("next.letter"), kind.map { own + "/letters/\($0.rawValue)" } ?? own + "/letters",
        kind.map { words("next.to-letter", words.code("letter-kind", $0.rawValue)) } ?? words("request.to-letters"),
        isMine: visit.may(SendLetter.name))
    case .closing:
      self.init(
        words("next.closing"), own + "/do/close", words("request.close"), isMine: visit.may(CloseRequest.name))
    case nil: return nil
    }
  }

  private static func signatures(_ detail: RequestDetail, _ own: String, _ visit: PageVisit) -> RequestNext {
    let (words, plan, name) = (visit.words, detail.plan, visit.visitor?.name)
    let signed = words("plan.signed", String(plan?.approvals.count ?? 0), String(plan?.approvalsNeeded ?? 0))
    let mine =
      visit.may(PrepareApproval.name) && plan?.drafter != name && plan?.approvals.contains { $0 == name } == false
    return mine
      ? RequestNext(words("next.sign", signed), own + "/approve", words("plan.to-approve"), isMine: true)
      : RequestNext(words("next.signatures", signed), own + "/plan", words("request.to-plan"), isMine: false)
  }
}

extension SubjectLetterKind {
  /// Whether it tells the person how the request ended.
  var saysTheEnd: Bool { [.completion, .refusal, .withdrawn].contains(self) }
}
