/// The guards of decisions about categories that an auditor relies on (requirements C1, C10): no line without ground and
/// author, none that says otherwise than what was decided, and nothing of a rejected category goes.
enum DecisionFold {
  /// An officer's decision stands for every later plan of the request.
  static func decide(_ entry: EvidenceEntry, of request: RequestReference, in answers: inout some JournalAnswers) throws
  {
    let facts = try entry.facts(as: CategoryDecided.self)
    guard let person = entry.by else { throw FoldProblem.malformed(entry.kind, "names nobody who decided") }
    guard var owner = try answers.request(request) else { throw FoldProblem.unknown(request.text) }
    let decision = CategoryDecision(
      system: facts.system, category: facts.category, ground: facts.ground, rejected: facts.rejected, by: person)
    if let problem = decision.problem(isMinor: owner.isAboutMinor) { throw FoldProblem.malformed(entry.kind, problem) }
    owner.decide(decision)
    try answers.put(owner)
  }

  /// A plan that is about to run has a line for whatever it does now, each as it was decided.
  static func require(_ plan: ErasurePlan, of owner: RequestRecord, _ kind: EntryKind, in log: LogRecord) throws {
    guard let lines = plan.decisions else {
      guard !log.keeps(LogRules.groundsAreDecided) else {
        throw FoldProblem.malformed(kind, "the plan says on which ground for no category")
      }
      return
    }
    for line in lines {
      let same = lines.filter { $0.system == line.system && $0.category == line.category }
      guard same.count == 1 else { throw FoldProblem.malformed(kind, "the plan decides twice about \(line.words)") }
      if let decided = owner.decision(on: line.category, in: line.system) {
        guard decided.ground == line.ground, decided.rejected == line.rejected, decided.by == line.by else {
          throw FoldProblem.malformed(kind, "the plan says otherwise about \(line.words) than what was decided")
        }
      } else {
        guard line.rejected == nil, line.ground == plan.ground, [owner.confirmedBy, plan.drafter].contains(line.by)
        else {
          throw FoldProblem.malformed(kind, "nobody decided what the plan says about \(line.words)")
        }
      }
      if line.rejected != nil { try requireNothingGoes(line, plan, kind) }
    }
    for job in plan.jobs where job.isDueNow && job.verb != .tagExpiry && job.verb != .export {
      guard lines.contains(where: { $0.system == job.system }) else {
        throw FoldProblem.malformed(kind, "the plan says on which ground for no category of \(job.system)")
      }
    }
    if log.keeps(LogRules.linesAddUp) { try requireAddsUp(lines, plan, kind) }
  }

  /// A line that merely names the system says of none of its records on which ground they go; two say it twice.
  private static func requireAddsUp(_ lines: [CategoryDecision], _ plan: ErasurePlan, _ kind: EntryKind) throws {
    for job in plan.jobs where job.verb.goesOnGrounds {
      for count in job.counts where count.isRoot && count.going > 0 {
        let own = lines.filter { $0.system == job.system && $0.datasets?.contains(count.dataset) ?? true }
        guard own.count == 1, own[0].rejected == nil else {
          throw FoldProblem.malformed(
            kind, "the plan erases \(count.dataset) in \(job.system), and not on the ground of exactly one line")
        }
      }
    }
  }

  private static func requireNothingGoes(_ line: CategoryDecision, _ plan: ErasurePlan, _ kind: EntryKind) throws {
    for job in plan.jobs where job.system == line.system && job.verb.goesOnGrounds {
      let going = job.counts.contains {
        $0.isRoot && $0.going > 0 && line.datasets?.contains($0.dataset) == true
      }
      guard line.datasets != nil, !going else {
        throw FoldProblem.malformed(kind, "the plan erases \(line.words), whose ground was rejected")
      }
    }
  }
}

extension JobVerb {
  /// Copies follow the systems that they are of, and what is handed over goes nowhere.
  fileprivate var goesOnGrounds: Bool { self != .tagExpiry && self != .confirmExpiry && self != .export }
}

extension CategoryDecision {
  fileprivate var words: String { "\(category) in \(system)" }
}

extension RequestRecord {
  /// Whether it was said that the person is younger than 16.
  public var isAboutMinor: Bool { received.requester?.under16 == true }

  /// What an officer decided about a category; nil where the ground of the whole request stands.
  public func decision(on category: String, in system: SystemName) -> CategoryDecision? {
    decisions?.first { $0.system == system && $0.category == category }
  }

  /// Takes a decision in, in place of an earlier one.
  public mutating func decide(_ decision: CategoryDecision) {
    let others = (decisions ?? []).filter { $0.system != decision.system || $0.category != decision.category }
    decisions = (others + [decision]).sorted { ($0.system, $0.category) < ($1.system, $1.category) }
  }
}
