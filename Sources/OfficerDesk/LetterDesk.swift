import ConnectorKit
import ErasureDomain
import ErasureEngine
import Journal
import OfficerAPI
import SubjectVault

// What recipients of letters answer on paper, and what companies wrote.
extension OfficerDesk {
  func answerLetter(_ call: AnswerLetter, _ caller: Caller) async throws -> JobView {
    guard let letters, let person = caller.id else { throw Refusal(.forbidden, "an operator answers nothing") }
    let job = try await findJob(call.job)
    let verdict = await letters.enter(try Self.answer(call, for: job, today: clock.today), about: job.job, by: person)
    switch verdict {
    case .taken: return try await self.job(ShowJob(job: call.job), caller).job
    case .unknownJob: throw Refusal(.refused, "\(job.job) is no letter that was sent; `expunge job list` shows jobs")
    case .contradicts: throw Refusal(.refused, "\(job.job) has its answer already; `expunge job show` shows it")
    case .gone: throw Refusal(.refused, "the request of \(job.job) has ended; nothing is recorded any more")
    case .busy(let seconds):
      throw Refusal(.unavailable, "an attempt of \(job.job) is under way; try again in \(seconds) seconds")
    case .tooMany, .unsigned, .malformed: throw Refusal(.invalid, "the answer does not fit the letter")
    }
  }

  /// What the desk can check without the letter: the same rules as on the page.
  private static func answer(
    _ call: AnswerLetter, for job: JobRecord, today: CivilDate
  ) throws(Refusal) -> LetterAnswer {
    guard let said = LetterAnswer.Said(rawValue: call.said) else {
      throw Refusal(.invalid, "said is done, nothing-found or kept")
    }
    guard call.on <= today else { throw Refusal(.invalid, "the day on the answer is in the future") }
    for text in [call.by, call.category ?? ""] where text.count > LetterAnswer.longestName {
      throw Refusal(.invalid, "names and categories have at most \(LetterAnswer.longestName) characters")
    }
    guard (call.text ?? "").count <= LetterAnswer.longestText else {
      throw Refusal(.invalid, "the text has at most \(LetterAnswer.longestText) characters")
    }
    guard (0...LetterAnswer.mostRecords).contains(call.records ?? 0), call.records == nil || said != .nothingFound
    else {
      throw Refusal(.invalid, "records is a number of those that went; leave it out with nothing-found")
    }
    let kept = try kept(call, said, today)
    let others = call.subProcessors.map { LetterAnswer.SubProcessors(rawValue: $0) }
    if case .some(nil) = others { throw Refusal(.invalid, "sub-processors is none or included") }
    guard job.verb != .instruct || others != nil || said == .nothingFound else {
      throw Refusal(.invalid, "a processor says about those it hands data on to: sub-processors is none or included")
    }
    return LetterAnswer(
      said: said, records: call.records, kept: kept, subProcessors: others ?? nil, name: call.by, date: call.on)
  }

  private static func kept(
    _ call: AnswerLetter, _ said: LetterAnswer.Said, _ today: CivilDate
  ) throws(Refusal) -> LetterAnswer.Kept? {
    guard said == .kept else {
      guard call.category == nil, call.basis == nil, call.until == nil, call.text == nil else {
        throw Refusal(.invalid, "category, basis, until and text belong to an answer that says kept")
      }
      return nil
    }
    guard let category = call.category, let until = call.until,
      let basis = call.basis.flatMap({ LetterAnswer.Basis(rawValue: $0) })
    else { throw Refusal(.invalid, "kept needs category, basis (a known one) and until") }
    guard until > today else { throw Refusal(.invalid, "what stays must go on a day to come") }
    guard basis != .other || call.text != nil else { throw Refusal(.invalid, "basis other needs text that says which") }
    return LetterAnswer.Kept(category: category, basis: basis, text: call.text ?? "", until: until)
  }

  /// What a company wrote about a job, as long as the vault has it.
  func theirWords(about job: JobRecord) async throws -> [String] {
    guard try await vault.contains(job.request) else { return [] }
    var words: [String] = []
    let remembered = try await vault.get([String: String].self, .remembered(job.job), of: job.request)
    if let problem = remembered?[RememberedAnswer.problem] { words.append(problem) }
    guard let answer = await letters?.answer(about: job) else { return words }
    words.append(
      "\(answer.said.rawValue): \(answer.name), \(answer.date)\(answer.isEntered == true ? " (entered)" : "")")
    if let kept = answer.kept {
      words.append("\(kept.category) stays until \(kept.until), \(kept.basis.rawValue): \(kept.text)")
    }
    if let others = answer.subProcessors { words.append("sub-processors: \(others.rawValue)") }
    return words
  }
}
