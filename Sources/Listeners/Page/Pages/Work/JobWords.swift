import ErasureDomain
import OfficerAPI

/// A state in a frame: its word, and the colour that repeats it.
struct StateBadge: Sendable {
  let word: String
  let tone: String
}

/// What jobs, questions and codes are called in the visitor's language. Nothing is rounded up.
struct JobWords: Sendable {
  let words: PageWords
  let day: @Sendable (CivilDate) -> String
  let time: @Sendable (UTCTime) -> String

  init(_ visit: PageVisit) {
    words = visit.words
    day = { visit.day($0) }
    time = { visit.time($0) }
  }

  init(words: PageWords) {
    self.words = words
    day = { words.day($0) }
    time = { "\($0)" }
  }

  // MARK: States

  func badge(_ job: JobView) -> StateBadge {
    if job.outcome == nil, job.waitsFor == .hold { return StateBadge(word: words("job-waits.hold"), tone: "wait") }
    if job.outcome == nil, job.held { return StateBadge(word: words("jobs.held"), tone: "wait") }
    return StateBadge(word: words.code("job-state", job.state), tone: Self.tone(of: job.state))
  }

  static func tone(of state: String) -> String {
    switch state {
    case "erased", "nothing-found", "exported": "good"
    case "failed": "bad"
    case "awaiting-officer", "unconfirmed": "wait"
    case "running": "busy"
    default: ""
    }
  }

  /// What a job waits for, or how it ended.
  func note(_ job: JobView) -> String {
    if let outcome = job.outcome { return sentence(for: outcome) }
    if job.held { return words("jobs.held-why") }
    if job.waitsFor == .hold { return words("job-waits.hold-why") }
    if let question = job.question { return sentence(for: question) }
    if let waitsFor = job.waitsFor { return words("job-waits.\(waitsFor.rawValue)-why") }
    if job.silent == true { return words("jobs.silent-why") }
    return ""
  }

  // MARK: Outcomes

  func sentence(for outcome: JobOutcome) -> String {
    switch outcome {
    case .erased(let receipt), .anonymised(let receipt), .restricted(let receipt):
      return (rows(of: receipt) + certainty(of: receipt)).joined(separator: "; ")
    case .nothingFound(let receipt):
      return ([words("outcome.nothing-found")] + certainty(of: receipt)).joined(separator: "; ")
    case .notified: return words("outcome.notified")
    case .unconfirmed(let asked): return words("outcome.unconfirmed", time(asked))
    case .expiryTagged(let until, _, _): return words("outcome.expiry-tagged", day(until))
    case .exported(let waived): return words(waived ? "outcome.waived" : "outcome.delivered")
    case .excepted(let ground): return words("outcome.excepted", words.code("exception-ground", ground))
    case .cancelled(let reason): return words("outcome.cancelled", words.code("cancel-reason", reason.rawValue))
    }
  }

  private func rows(of receipt: ErasureReceipt) -> [String] {
    guard !receipt.effects.isEmpty else { return [words("outcome.no-number")] }
    var parts: [String] = []
    if receipt.anonymised > 0 { parts.append(words.count(receipt.anonymised, "outcome.anonymised")) }
    if receipt.restricted > 0 { parts.append(words.count(receipt.restricted, "outcome.restricted")) }
    if receipt.erased > 0 || parts.isEmpty { parts.append(words.count(receipt.erased, "outcome.erased")) }
    if receipt.minimised > 0 { parts.append(words.count(receipt.minimised, "outcome.minimised")) }
    let kept = receipt.effects.flatMap(\.kept).reduce(0) { $0 + $1.count }
    if kept > 0 { parts.append(words.count(kept, "outcome.kept")) }
    return parts
  }

  private func certainty(of receipt: ErasureReceipt) -> [String] {
    receipt.effects.contains { $0.isUncertain == true } ? [words("outcome.uncertain")] : []
  }

  /// Who vouches; nil where there is nothing that anybody could vouch for.
  func voucher(_ outcome: JobOutcome?) -> String? {
    switch outcome {
    case .erased, .nothingFound, .anonymised, .restricted, .expiryTagged, .notified:
      outcome.map { words("voucher.\($0.voucher.rawValue)") }
    case .unconfirmed: words("outcome.nobody")
    case .exported, .excepted, .cancelled, nil: nil
    }
  }

  /// What was seen, and how far it was followed.
  func seen(_ outcome: JobOutcome?) -> String? {
    guard let outcome, voucher(outcome) != nil else { return nil }
    let seen = words("seen.\(outcome.seen.rawValue)")
    return [seen, outcome.storage.map(sentence)].compactMap { $0 }.joined(separator: "; ")
  }

  private func sentence(for storage: StorageProof) -> String {
    var parts = [words("storage.\(storage.level.rawValue)")]
    if let reason = storage.reason { parts.append(words("storage.no-further", code(reason) ?? reason.rawValue)) }
    parts += (storage.checks ?? []).map { words("storage.\($0.rawValue)") }
    return parts.joined(separator: "; ")
  }

  // MARK: Questions and codes

  func sentence(for question: Question) -> String {
    var code = question.code.rawValue
    if question.code == .packageWaits, question.detail == .collectByHand { code += "-by-hand" }
    var parts = [words("question.\(code)")]
    if let approved = question.approved { parts.append(words("question-extra.approved", words.number(approved))) }
    if let found = question.found { parts.append(words("question-extra.found", words.number(found))) }
    if let proposed = question.proposed { parts.append(words("question-extra.proposed", day(proposed))) }
    return parts.joined(separator: "; ")
  }

  /// What a code means and what to do next; nil for one that has no words.
  func code(_ code: FailureCode) -> String? {
    if words.has("failure.\(code.rawValue)") { return words("failure.\(code.rawValue)") }
    if code.rawValue.hasPrefix("http-4") || code.rawValue.hasPrefix("http-5"), code.rawValue.count == 8 {
      return words("failure-family.\(code.rawValue.prefix(6))")
    }
    for family in ["server-error", "sqlstate", "sqlite"] where code.rawValue.hasPrefix(family + "-") {
      let number = String(code.rawValue.dropFirst(family.count + 1))
      if number.allSatisfy({ $0.isNumber || $0.isUppercase || $0.isLowercase }) {
        return words("failure-family.\(family)")
      }
    }
    return nil
  }

  /// The last problem of an open job, or what its question is about.
  func problem(of job: JobView) -> (code: String, sentence: String?)? {
    guard job.outcome == nil, let code = job.question?.detail ?? (job.question == nil ? job.lastCode : nil) else {
      return nil
    }
    return (code.rawValue, self.code(code))
  }
}
