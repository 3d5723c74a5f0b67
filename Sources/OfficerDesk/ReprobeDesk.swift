import ConnectorKit
import ErasureDomain
import Journal
import OfficerAPI
import SubjectVault

// Looks 30, 90 and 180 days after an erasure: is the person there again? A finding is an officer's, nothing goes by itself.
extension OfficerDesk {
  /// Entries of looks in one append.
  private static let probesInAppend = 200

  /// Requests of which a day to look again in the system has come since it was last looked through.
  func dueProbes(in system: SystemName, since last: UTCTime?) async throws -> [(request: RequestReference, day: Int)] {
    guard let keyring else { return [] }
    let today = clock.today
    let due = try await keyring.erasures(in: system).compactMap { request, erasedAt -> (RequestReference, Int)? in
      let erasedOn = clock.day(of: erasedAt)
      let looked = last.map { clock.day(of: $0).days(since: erasedOn) } ?? 0
      let passed = today.days(since: erasedOn)
      return ReprobeMade.days.last { $0 > looked && $0 <= passed }.map { (request, $0) }
    }
    let done = try await done(Set(due.map(\.0)), in: system)
    return due.filter { done.contains($0.0) }.sorted { $0.0 < $1.0 }.map { (request: $0.0, day: $0.1) }
  }

  /// One entry for each of them, whether anything was seen or not.
  func record(
    _ due: [(request: RequestReference, day: Int)], in system: SystemName, seen tally: RestoreTally
  ) async throws {
    var drafts: [EntryDraft] = []
    for (request, day) in due {
      let (certain, possible) = await tally.records(of: request)
      let facts = ReprobeMade(about: request, system: system, day: day, certain: certain, possible: possible)
      drafts.append(try EntryDraft(facts, about: .log))
    }
    for start in stride(from: 0, to: drafts.count, by: Self.probesInAppend) {
      let piece = Array(drafts[start..<min(start + Self.probesInAppend, drafts.count)])
      try await journal.append(piece, to: .log, expecting: nil)
    }
  }

  /// What waits for an officer's decision, of one request or of all.
  func openReprobes(of request: RequestReference? = nil) async throws -> [ReprobeFinding] {
    try await journal.read { reader in try reader.log().returned ?? [] }
      .filter { !$0.isLawful && (request == nil || $0.request == request) }
  }

  func reprobeTasks(of request: RequestReference? = nil) async throws -> [TaskView] {
    var views: [TaskView] = []
    for finding in try await openReprobes(of: request) {
      if let view = try await view(of: finding) { views.append(view) }
    }
    return views
  }

  func view(of finding: ReprobeFinding) async throws -> TaskView? {
    guard let record = try await journal.read({ reader in try reader.request(finding.request) }) else { return nil }
    return TaskView(
      task: finding.request.text, request: finding.request, number: record.number, system: finding.system,
      title: systems.record(finding.system)?.title, question: Question(code: .seenAgain, found: finding.records),
      answers: [.lawful, .replan],
      instruction:
        "\(finding.certain) records were recognised for certain, \(finding.possible) perhaps, \(finding.day) "
        + "days after the erasure. lawful: a new customer, or another person. replan: a request of its own, with a "
        + "plan that is signed before anything goes.",
      recognised: TaskView.Recognised(certain: finding.certain, possible: finding.possible, day: finding.day))
  }

  /// Decides about what a look after the conclusion saw; the first system first.
  func answer(reprobe request: RequestRecord, _ call: AnswerTask, _ caller: Caller) async throws {
    guard let finding = try await openReprobes(of: request.request).first else {
      throw Refusal(.refused, "nothing was seen again; there is no finding")
    }
    guard caller.roles.contains(.officer) else {
      throw Refusal(.forbidden, "an officer decides whether it is lawful that somebody is there again")
    }
    if call.answer == .replan { try await proposeReturned(finding, caller) }
    try await append(
      ReprobeSettled(about: finding.request, system: finding.system, answer: call.answer), about: .log,
      by: caller.id, expecting: nil)
  }

  func reprobeWarnings() async throws -> [String] {
    var warnings: [String] = []
    for task in try await reprobeTasks() {
      warnings.append(
        "request \(task.number): \(task.question.found ?? 0) records that had been erased for it are in "
          + "\(task.system?.description ?? "") again: expunge task show \(task.number)")
    }
    return warnings
  }

  /// What `request show` says of the looks after the conclusion: one line for each system in which rows went.
  func reprobeLines(of record: RequestRecord, _ entries: [JobRecord]) async throws -> [String] {
    guard record.concludedAt != nil else { return [] }
    let systemsErased = Set(entries.filter(\.hasErased).map(\.system)).sorted()
    let findings = try await openReprobes(of: record.request)
    return systemsErased.map { system in
      guard (try? systems.connector(system) as? any Scanning) != nil else {
        return "\(system): not probed, it cannot be looked through"
      }
      if let finding = findings.first(where: { $0.system == system }) {
        return "\(system): \(finding.records) records seen again after \(finding.day) days; see expunge task list"
      }
      let erasedOn = entries.filter { $0.system == system && $0.hasErased }.compactMap(\.settledAt).min()
        .map { clock.day(of: $0) }
      let next = erasedOn.flatMap { day in
        ReprobeMade.days.map { day.adding(days: $0) }.first { $0 > clock.today }
      }
      return "\(system): " + (next.map { "looked for again on \($0)" } ?? "every look is over")
    }
  }
}
