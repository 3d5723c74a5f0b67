public import ConnectorKit
import ErasureDomain
import ErasurePlanning

/// One attempt at an erasure: from what is there now, and what an earlier attempt has left, to what is still to do.
struct HTTPSystemErasure: Sendable {
  let connector: HTTPSystemConnector
  let order: ErasureOrder
  let conversation: HTTPConversation
  let recorder: any EffectRecorder

  private var description: HTTPSystemDescription { connector.description }

  func run() async throws(ConnectorFailure) -> ErasureProgress {
    let fresh = try await HTTPSystemSearch(description: description, conversation: conversation, spared: order.spared)
      .all(order.identifiers, leftOut: order.leftOut)
    try checkRoots(fresh)
    if let progress = HTTPSystemProgress(order) { return try await goOn(progress, fresh) }
    return try await begin(fresh)
  }

  // MARK: First attempt

  private func begin(_ fresh: HTTPSystemFound) async throws(ConnectorFailure) -> ErasureProgress {
    try checkGrowth(fresh.records)
    for root in order.roots where !order.leftOut.contains(root) && !fresh.records(root.dataset).contains(root) {
      // Gone already, or a record that is somebody else's by now.
      guard try await connector.look(at: root, conversation) else { throw recordChanged }
    }
    guard !fresh.isEmpty else { return .completed(order.prepared?.effects ?? effects([:])) }
    for locator in description.locators {
      // A look that says "erased" of what is there would call anything erased.
      if let first = fresh.records(locator.name).first, try await connector.look(at: first, conversation) {
        throw .needsOfficer(Question(code: .other, detail: FailureCode("verify-blind")))
      }
    }
    let progress = HTTPSystemProgress(fresh, steps: description.steps.count)
    let effects = effects(fresh.records)
    try await progress.remember(with: recorder)
    try await recorder.record(PreparedEffect(effects: effects, recognition: recognition(fresh)))
    guard !Task.isCancelled else { throw .interrupted }
    return try await carryOut(progress, fresh, effects: effects, resumes: false)
  }

  // MARK: Later attempts

  private func goOn(
    _ earlier: HTTPSystemProgress, _ fresh: HTTPSystemFound
  ) async throws(ConnectorFailure) -> ErasureProgress {
    var progress = earlier
    // Finished, and nothing prepared any more: what it took is counted already.
    if earlier.isFinished, order.prepared == nil { progress.count() }
    let isLonger = progress.add(fresh)
    try checkGrowth(progress.records)
    let effects = effects(progress.uncounted)
    if progress.isFinished {
      let there = try await stillThere(progress.records.values.flatMap { $0 })
      guard !there.isEmpty else { return .completed(effects) }
      if let seconds = try await waiting(for: there, &progress) { return .handedOver(checkAfterSeconds: seconds) }
      progress.startAgain()
    }
    try await progress.remember(with: recorder)
    if isLonger || order.prepared == nil {
      try await recorder.record(PreparedEffect(effects: effects, recognition: recognition(fresh)))
    }
    return try await carryOut(progress, fresh, effects: effects, resumes: true)
  }

  /// Carries out what is left of the steps, each for every record, and seals after each how far it is.
  ///
  /// When it resumes, one request is in doubt: it looks before it sends that again. When everything is carried out again
  /// it looks at each record, and leaves alone what is gone.
  private func carryOut(
    _ earlier: HTTPSystemProgress, _ fresh: HTTPSystemFound, effects: [EffectCount], resumes: Bool
  ) async throws(ConnectorFailure) -> ErasureProgress {
    var progress = earlier
    let doubtful = resumes ? progress.next(description) : nil
    // When the request in doubt has had no effect, nothing has: then a record that no search finds is somebody else's.
    let mustBeFound = !progress.hasBegun && doubtful.map(fresh.contains) == true
    var isInDoubt = resumes
    for (number, step) in description.steps.enumerated() {
      let records = progress.records(step.dataset)
      for index in min(progress.done[number], records.count)..<records.count {
        let record = records[index]
        let isLost = mustBeFound && !fresh.contains(record)
        let looksFirst = isInDoubt || progress.isRepeated == true || isLost
        isInDoubt = false
        if looksFirst, try await connector.look(at: record, conversation) {
          // Gone already: nothing to send.
        } else if isLost {
          throw recordChanged
        } else {
          try await send(step, for: record)
        }
        progress.carriedOut(step: number, records: index + 1)
        try await progress.remember(with: recorder)
      }
    }
    let later = progress.records.values.joined().filter { connector.patience(with: $0) != nil }
    let there = try await stillThere(Array(later))
    // Last of all: a failure before this makes the engine forget what was prepared, and all is counted anew.
    progress.finish(at: connector.clock.now())
    try await progress.remember(with: recorder)
    if let seconds = try await waiting(for: there, &progress) { return .handedOver(checkAfterSeconds: seconds) }
    return .completed(effects)
  }

  private func send(_ step: HTTPSystemStep, for record: RootRecord) async throws(ConnectorFailure) {
    var filling = conversation.filling
    filling.located = record
    for call in step.first { filling = try await conversation.require(call, filling) }
    let response = try await conversation.send(step.call, filling, changes: true)
    if conversation.fits(response, step.call.done) || conversation.fits(response, step.gone) { return }
    throw conversation.failure(of: response)
  }

  // MARK: Waiting

  private func stillThere(_ records: [RootRecord]) async throws(ConnectorFailure) -> [RootRecord] {
    var there: [RootRecord] = []
    for record in records where try await !connector.look(at: record, conversation) { there.append(record) }
    return there
  }

  /// Seconds until the next look, where the service erases later and still may; nil where it erases at once. A service
  /// that has taken longer than its description says is a question.
  private func waiting(
    for there: [RootRecord], _ progress: inout HTTPSystemProgress
  ) async throws(ConnectorFailure) -> Int64? {
    guard let finished = progress.finishedAt, !there.isEmpty else { return nil }
    let patience = there.map { connector.patience(with: $0) }
    guard let within = patience.map({ $0?.within ?? 0 }).min(), within > 0 else { return nil }
    if connector.clock.now().secondsSince1970 - finished < within {
      return patience.compactMap { $0?.every }.min()
    }
    // When the officer lets it be tried again, it is asked for again.
    progress.startAgain()
    try await progress.remember(with: recorder)
    throw .needsOfficer(Question(code: .other, detail: FailureCode("not-erased-in-time"), found: there.count))
  }

  // MARK: Checks and counts

  private var recordChanged: ConnectorFailure {
    .needsOfficer(
      Question(code: .moreThanApproved, detail: FailureCode("record-changed"), approved: order.roots.count))
  }

  /// Root records are exact: one more than approved, and nothing is touched.
  private func checkRoots(_ fresh: HTTPSystemFound) throws(ConnectorFailure) {
    let approved = Set(order.roots)
    let found = connector.roots(fresh)
    guard !approved.isSuperset(of: found) else { return }
    throw .needsOfficer(
      Question(code: .moreThanApproved, approved: approved.count, found: approved.union(found).count))
  }

  /// Dependent records may have grown by the approved margin.
  private func checkGrowth(_ records: [String: [RootRecord]]) throws(ConnectorFailure) {
    for locator in description.locators where locator.parent != nil {
      let found = records[locator.name]?.count ?? 0
      guard found > order.margin.limit(approved: approved(locator.name)) else { continue }
      throw .needsOfficer(
        Question(code: .moreThanApproved, approved: approved(locator.name), found: found))
    }
  }

  private func approved(_ name: String) -> Int {
    order.approved.filter { $0.dataset == name }.reduce(0) { $0 + $1.going }
  }

  private func effects(_ records: [String: [RootRecord]]) -> [EffectCount] {
    description.locators.map { locator in
      let count = connector.count(records[locator.name]?.count ?? 0, locator)
      return EffectCount(
        dataset: locator.name, approved: approved(locator.name), found: count.going, erased: count.erase,
        restricted: count.restricted)
    }
  }

  /// What roots are recognised by later: their key and the identifiers that found them.
  private func recognition(_ fresh: HTTPSystemFound) -> [RecognisedRow] {
    connector.roots(fresh).map { root in
      var fields = [
        RecognisedRow.Field(name: "pk:\(root.dataset)", value: root.key.map(\.value).joined(separator: "\u{1F}"))
      ]
      for found in description.locator(root.dataset)?.found ?? [] {
        for value in fresh.bodies[root]?.scalars(at: found.path) ?? [] where !value.isEmpty {
          fields.append(RecognisedRow.Field(name: "\(found.kind):raw", value: value))
          fields.append(RecognisedRow.Field(name: "\(found.kind):n1", value: DatabaseMatch.normalised(value)))
        }
      }
      var seen: Set<RecognisedRow.Field> = []
      return RecognisedRow(fields: fields.filter { seen.insert($0).inserted })
    }
  }
}

extension HTTPSystemConnector {
  /// Erases what was approved, step by step; asks again later where the service erases later.
  public func erase(
    _ order: ErasureOrder, before: any EffectRecorder
  ) async throws(ConnectorFailure) -> ErasureProgress {
    guard order.verb == .erase else { throw .permanent(FailureCode("verb-not-supported")) }
    try Self.check(order.identifiers)
    let conversation = HTTPConversation(line, deadline: order.callDeadline)
    try await control(conversation)
    return try await HTTPSystemErasure(connector: self, order: order, conversation: conversation, recorder: before)
      .run()
  }

  /// How long a service may take to erase a record, and how often it is looked for meanwhile.
  func patience(with record: RootRecord) -> (within: Int64, every: Int64)? {
    let looks = description.looks.filter { $0.dataset == record.dataset }
    guard let within = looks.compactMap(\.withinSeconds).max() else { return nil }
    return (within, looks.compactMap(\.everySeconds).min() ?? within)
  }
}
