import ErasureDomain
import OfficerAPI

extension PlanPicture {
  /// The picture of a plan with what its jobs have come to; nil for a plan without jobs.
  init?(_ plan: PlanView, _ jobs: [JobView], _ words: PageWords) {
    let known = Dictionary(jobs.map { ($0.job, $0) }) { first, _ in first }
    let boxes = plan.lines.compactMap { line in
      line.job.map { Self.box(line, $0, known[$0], words) }
    }
    guard !boxes.isEmpty else { return nil }
    self.init(
      boxes,
      Words(
        title: words("picture.title", String(plan.number)), description: Self.description(boxes, words)))
  }

  private static func box(
    _ line: PlanView.Line, _ reference: JobReference, _ job: JobView?, _ words: PageWords
  ) -> Box {
    let facts = PlanLineWords(line, job, words)
    let lines =
      [words.code("verb", line.verb?.rawValue ?? "")] + [facts.going].compactMap { $0 } + facts.changed
      + [facts.leftOut].compactMap { $0 } + facts.kept
      + [facts.day, facts.proof].compactMap { $0 }
    return Box(
      job: reference, title: line.title, lines: lines, state: job.map { words.code("job-state", $0.state) },
      isFollowUp: line.followUp != nil || line.verb?.isFollowUp == true,
      dependsOn: (line.dependsOn ?? []).map(\.job))
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
