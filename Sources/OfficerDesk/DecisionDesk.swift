import ConnectorKit
import ErasureDomain
import ErasureEngine
import ErasurePlanning
import Journal
import OfficerAPI
import SubjectVault

// On which ground each category of data goes, or why it stays (C1, C10).
extension OfficerDesk {
  func decide(_ call: DecideCategory, _ caller: Caller) async throws -> PlanView {
    let record = try await findPlan(call.plan)
    try requireChangeable(record)
    try await requireUnchangedConfiguration()
    guard let person = caller.id else { throw Refusal(.forbidden, "an operator decides about no ground") }
    var request = try await find(record.request.text)
    let line = try await decisionLine(call, of: record)
    var decision = line
    decision.datasets = nil
    decision.ground = call.ground ?? call.rejected?.ground ?? line.ground
    decision.rejected = call.rejected
    decision.by = person
    if let rejected = call.rejected, call.ground == nil, rejected.ground != line.ground {
      throw Refusal(
        .invalid,
        "\(rejected.rawValue) answers the ground \(rejected.ground.article), and this category is to be erased on "
          + "\(line.ground.article); say --ground too where that is the ground that is rejected")
    }
    // Rows that belong to others go or stay with them, whatever was decided about their own kind.
    if call.rejected != nil, let bound = settings.register[line.system]?.categories(boundTo: line.category),
      !bound.isEmpty
    {
      throw Refusal(
        .refused,
        "in \(line.system) rows of \(line.category) and of \(bound.joined(separator: ", ")) belong to each other, so that one kind "
          + "cannot stay alone: give them one category in the register, or leave out single records (expunge approve --leave-out)"
      )
    }
    if let problem = decision.problem(isMinor: request.isAboutMinor) { throw Refusal(.invalid, problem) }
    guard decision.ground != line.ground || decision.rejected != line.rejected else {
      throw Refusal(.invalid, "the plan says so already; nothing was changed")
    }
    request.decide(decision)
    let before = try await vault.get([LeftOutRecord].self, .leftOut(line.system), of: request.request) ?? []
    do {
      let facts = CategoryDecided(
        system: line.system, category: line.category, ground: decision.ground, rejected: decision.rejected)
      let entry = try EntryDraft(
        facts, about: EntrySubject(request: request.request, plan: record.plan), by: person)
      try await proposeAnew(record, for: request, leaving: [entry], by: caller)
    } catch {
      // Nothing was logged, so nothing is left out or put back.
      try await vault.put(before, as: .leftOut(line.system), of: request.request)
      throw error
    }
    return try await planView(of: record.plan.text)
  }

  /// The plan's line that the call names.
  private func decisionLine(_ call: DecideCategory, of record: PlanRecord) async throws -> CategoryDecision {
    let (plan, _) = try await plans.plan(record.plan)
    guard let lines = plan.decisions else {
      throw Refusal(.refused, "this plan is of before grounds were decided; make a new one with `expunge plan`")
    }
    guard let line = lines.first(where: { $0.system.description == call.system && $0.category == call.category }) else {
      let known = lines.map { "\($0.system) \($0.category)" }.joined(separator: ", ")
      throw Refusal(
        .notFound,
        "the plan has no line \(Self.shown(call.system)) \(Self.shown(call.category)); it has: \(known)")
    }
    return line
  }

  /// Of a category whose ground was rejected nothing goes: its records are left out like those of an exception.
  ///
  /// What was left out for a category that is accepted by now is put back first.
  func leaveOutRejected(
    in system: SystemRecord, of record: RequestRecord, _ look: () async throws -> Findings
  ) async throws -> Findings {
    let rejected = (record.decisions ?? []).filter { $0.system == system.system && $0.rejected != nil }
    let all = try await vault.get([LeftOutRecord].self, .leftOut(system.system), of: record.request) ?? []
    var leftOut = all.filter { known in known.category.map { word in rejected.contains { $0.category == word } } ?? true
    }
    if leftOut != all { try await vault.put(leftOut, as: .leftOut(system.system), of: record.request) }
    var findings = try await look()
    guard !rejected.isEmpty else { return findings }
    for _ in 1...Self.mostRounds {
      let fresh = findings.roots.compactMap { root -> LeftOutRecord? in
        let category = system.category(of: root.dataset)
        guard let decision = rejected.first(where: { $0.category == category }), let code = decision.rejected else {
          return nil
        }
        return LeftOutRecord(root: root, reason: code.rawValue, category: category)
      }
      guard !fresh.isEmpty else { return findings }
      leftOut += fresh
      try await vault.put(leftOut, as: .leftOut(system.system), of: record.request)
      findings = try await look()
    }
    throw Refusal(
      .refused, "system \"\(system.system)\" shows other records at each look; nothing can be left out there now")
  }
}
