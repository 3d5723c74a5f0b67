import ErasureDomain
import OfficerAPI

extension PlanPicture {
  /// The picture of a plan with what its jobs have come to; nil for a plan without jobs.
  init?(_ plan: PlanView, _ jobs: [JobView], _ words: PageWords) {
    let known = Dictionary(jobs.map { ($0.job, $0) }) { first, _ in first }
    let lines = plan.lines
    // Every day on which rows of one system go later is one line of one box: a plan has many of them.
    var followed: [JobReference] = []
    for of in lines.compactMap({ $0.followUp?.of }) where !followed.contains(of) { followed.append(of) }
    let boxes =
      lines.filter { $0.followUp == nil }.compactMap { Self.box($0, known, words) }
      + followed.flatMap { of in
        JobVerb.allCases.compactMap { verb in
          Self.box(later: lines.filter { $0.followUp?.of == of && $0.verb == verb }, known, words)
        }
      }
    guard !boxes.isEmpty else { return nil }
    self.init(
      boxes,
      Words(
        title: words("picture.title", String(plan.number)), description: Self.description(boxes, words)))
  }

  private static func box(_ line: PlanView.Line, _ jobs: [JobReference: JobView], _ words: PageWords) -> Box? {
    guard let reference = line.job else { return nil }
    let job = jobs[reference]
    let facts = PlanLineWords(line, job, words)
    let lines =
      [words.code("verb", line.verb?.rawValue ?? "")] + [facts.going].compactMap { $0 } + facts.changed
      + [facts.leftOut, facts.keptTogether, facts.proof].compactMap { $0 }
    return Box(
      job: reference, title: line.title, lines: lines,
      state: job.map { words.code("job-state", $0.state) }, isFollowUp: false,
      dependsOn: (line.dependsOn ?? []).map(\.job))
  }

  /// What follows one job later: a line for each day, with its state once there are states.
  private static func box(
    later lines: [PlanView.Line], _ jobs: [JobReference: JobView], _ words: PageWords
  ) -> Box? {
    let lines = lines.sorted { ($0.followUp?.dueAt?.description ?? "") < ($1.followUp?.dueAt?.description ?? "") }
    guard let first = lines.first, let reference = first.job, let followed = first.followUp?.of else { return nil }
    let facts = lines.map { line -> (PlanLineWords, JobView?) in
      let job = line.job.flatMap { jobs[$0] }
      return (PlanLineWords(line, job, words), job)
    }
    // What was seen on one day says nothing about the others.
    let proofs = Set(facts.map(\.0.proof))
    let days = facts.map { facts, job in
      let proof = proofs.count > 1 ? facts.proof : nil
      return [facts.day, facts.going, job.map { words.code("job-state", $0.state) }, proof].compactMap { $0 }
        .joined(separator: ", ")
    }
    let together = proofs.count == 1 ? facts.first?.0.proof : nil
    return Box(
      job: reference, title: first.title,
      lines: [words.code("verb", first.verb?.rawValue ?? "")] + days + [together].compactMap { $0 }, state: nil,
      isFollowUp: true, dependsOn: [followed])
  }

  /// The order in words: which jobs can begin at once, and which come after.
  private static func description(_ boxes: [Box], _ words: PageWords) -> String {
    let columns = columns(boxes)
    let steps = Dictionary(grouping: boxes) { columns[$0.job, default: 0] }.sorted { $0.key < $1.key }
    return steps.map { step, boxes in
      words("picture.step", String(step + 1), boxes.map(\.title).joined(separator: ", "))
    }.joined(separator: " ")
  }
}

/// What one line of a plan says, in words; the table and the picture say the same.
struct PlanLineWords: Sendable {
  let going: String?
  /// Rows that do not go as they are: reduced, anonymised, taken out of use, minimised.
  let changed: [String]
  let leftOut: String?
  let kept: [String]
  /// All that stays in one line: how many rows, and until when at the latest.
  let keptTogether: String?
  let day: String?
  /// Who vouches and what was seen, or will be.
  let proof: String?

  init(_ line: PlanView.Line, _ job: JobView?, _ words: PageWords) {
    let sum = { (value: (DatasetCount) -> Int) in line.counts.reduce(0) { $0 + value($1) } }
    let rows = line.export?.datasets.reduce(0) { $0 + $1.rows }
    going =
      rows.map { words.count($0, "line.read") }
      ?? (line.counts.isEmpty ? nil : words.count(sum(\.erase), "line.rows"))
    changed = [
      (sum(\.reduce), "line.reduced"), (sum { $0.anonymised ?? 0 }, "line.anonymised"),
      (sum { $0.restricted ?? 0 }, "line.restricted"), (sum { $0.minimised ?? 0 }, "line.minimised"),
    ].filter { $0.0 > 0 }.map { words.count($0.0, $0.1) }
    leftOut = line.leftOut > 0 ? words.count(line.leftOut, "line.left-out") : nil
    kept = Self.kept(line.counts).map { kept in
      words(
        kept.isConditional ? "line.kept-open" : "line.kept", words.number(kept.count), words.day(kept.until), kept.rule)
    }
    keptTogether = Self.together(Self.kept(line.counts), words)
    day = line.followUp.map { follow in
      follow.due.map { words(follow.isConditional ? "line.again-on" : "line.on", words.day($0)) }
        ?? words("line.no-day")
    }
    proof = Self.proof(line.verb, job, words)
  }

  /// Rows that stay, by rule and day.
  static func kept(_ counts: [DatasetCount]) -> [KeptCount] {
    var sums: [KeptCount: Int] = [:]
    for kept in counts.flatMap(\.kept) { sums[kept.group, default: 0] += kept.count }
    return sums.map { group, count in
      KeptCount(rule: group.rule, until: group.until, count: count, conditional: group.conditional)
    }
    .sorted { ($0.until, $0.rule, $0.isConditional ? 1 : 0) < ($1.until, $1.rule, $1.isConditional ? 1 : 0) }
  }

  private static func together(_ kept: [KeptCount], _ words: PageWords) -> String? {
    guard let last = kept.map(\.until).max() else { return nil }
    let rows = kept.reduce(0) { $0 + $1.count }
    let key = kept.contains(where: \.isConditional) ? "line.kept-again" : "line.kept-all"
    return words(key + (rows == 1 ? ".one" : ".many"), words.number(rows), words.day(last))
  }

  private static func proof(_ verb: JobVerb?, _ job: JobView?, _ words: PageWords) -> String? {
    guard let outcome = job?.outcome else { return verb.map { words.code("proof", $0.rawValue) } }
    switch outcome {
    case .excepted, .cancelled, .exported, .unconfirmed: return nil
    case .erased, .nothingFound, .anonymised, .restricted, .notified, .expiryTagged:
      return words(
        "line.proof", words.code("voucher", outcome.voucher.rawValue), words.code("seen", outcome.seen.rawValue))
    }
  }
}
