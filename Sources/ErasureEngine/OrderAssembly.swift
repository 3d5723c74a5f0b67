import ConnectorKit
import ErasureDomain
import Journal
import SubjectVault

/// Puts an order together from the approved plan, the vault and the keyring: for one call, then forgotten.
struct OrderAssembly: Sendable {
  let vault: SubjectVault
  let keyring: Keyring
  let journal: any Journal
  let random: any RandomSource
  let clock: any CivilClock
  /// How long one call may take.
  let callSeconds: Int64
  /// Takes what must be in the vault before anything leaves; without it each item is stored at once.
  var recorder: JobEffectRecorder?
  /// When it must be over at the latest, where the system has hours.
  var closes: UTCTime?

  func order(
    for planned: PlannedJob, of plan: ErasurePlan, receivedOn: CivilDate, prepared: AttemptPrepared?, callbacks: Int?
  ) async throws(ConnectorFailure) -> ErasureOrder {
    var identifiers: [SubjectIdentifier] = []
    var roots: [RootRecord] = []
    var leftOut: [LeftOutRecord] = []
    var spared: [CaseRecord] = []
    var remembered: [String: String] = [:]
    var blind = ""
    var kept: KeptRows?
    do {
      if planned.followUp == nil {
        let names: [VaultItem] = [
          .identifiers, .roots(planned.system), .leftOut(planned.system), .remembered(planned.job), .blind(planned.job),
          .callbacks(planned.job), .caseRecords,
        ]
        let items = try await vault.get(names, of: plan.request)
        identifiers = try Self.item([SubjectIdentifier].self, .identifiers, of: items) ?? []
        roots = try Self.item([RootRecord].self, .roots(planned.system), of: items) ?? []
        leftOut = try Self.item([LeftOutRecord].self, .leftOut(planned.system), of: items) ?? []
        spared = try Self.item([CaseRecord].self, .caseRecords, of: items) ?? []
        remembered = try Self.item([String: String].self, .remembered(planned.job), of: items) ?? [:]
        blind = try await self.blind(of: planned, plan.request, items)
        // One that is in no entry was not answered either: a crash came between.
        if let calls = try Self.item(CompanyCalls.self, .callbacks(planned.job), of: items),
          calls.ids.count <= callbacks ?? 0
        {
          remembered[RememberedCall.name] = calls.body
        }
      } else if planned.verb == .eraseKept, let bytes = try await keyring.rows(of: planned.job) {
        kept = try CanonicalJSON.decode(KeptRows.self, from: bytes)
      }
      try requireLeftOut(leftOut, as: planned, in: plan)
    } catch let failure as ConnectorFailure {
      throw failure
    } catch let failure as VaultFailure {
      throw Self.failure(of: failure)
    } catch {
      throw .permanent(FailureCode("vault-damaged"))
    }
    return ErasureOrder(
      request: plan.request, job: planned.job, system: planned.system, verb: planned.verb, ground: plan.ground,
      receivedOn: receivedOn, identifiers: identifiers, roots: roots, leftOut: leftOut.map(\.root),
      spared: spared, approved: planned.counts, margin: plan.margin, followUps: Self.followUps(of: planned, in: plan),
      deadline: planned.deadline,
      callDeadline: min(clock.now().adding(seconds: callSeconds), closes ?? .distantFuture),
      idempotencyKey: planned.job.text,
      prepared: prepared.map {
        PreparedEffect(effects: $0.effects, transaction: $0.transaction, earlier: $0.earlier ?? [])
      },
      blind: blind, remembered: remembered, kept: kept, erasedBy: try await lastErasure(before: planned, in: plan),
      export: planned.export)
  }

  /// What is left out must be what the approved plan leaves out, no more and no less.
  private func requireLeftOut(
    _ records: [LeftOutRecord], as planned: PlannedJob, in plan: ErasurePlan
  ) throws(ConnectorFailure) {
    guard planned.verb == .erase || planned.verb == .export else { return }
    // What is not erased as somebody else's is not given away either.
    let approver = plan.jobs.first { $0.system == planned.system && $0.verb == .erase } ?? planned
    let sealed = Dictionary(grouping: records, by: \.root.dataset).mapValues(\.count)
    let approved = Dictionary(approver.leftOut.map { ($0.dataset, $0.count) }, uniquingKeysWith: +)
    guard sealed == approved else {
      throw .needsOfficer(Question(code: .other, detail: FailureCode("left-out-differs")))
    }
  }

  /// The 32 bytes that blind a body's digest, made once and kept in the vault.
  private func blind(
    of planned: PlannedJob, _ request: RequestReference, _ items: [VaultItem: [UInt8]]
  ) async throws -> String {
    guard planned.verb.tellsCompany else { return "" }
    if let blind = try Self.item(String.self, .blind(planned.job), of: items) { return blind }
    let blind = Base64.encodeURLSafe(random.bytes(32))
    if let recorder {
      await recorder.keep(try CanonicalJSON.encode(blind), as: .blind(planned.job))
    } else {
      try await vault.put(blind, as: .blind(planned.job), of: request)
    }
    return blind
  }

  private static func item<Value: Decodable>(
    _ type: Value.Type, _ name: VaultItem, of items: [VaultItem: [UInt8]]
  ) throws -> Value? {
    try items[name].map { try SubjectVault.value(type, name, of: $0) }
  }

  private static func followUps(of planned: PlannedJob, in plan: ErasurePlan) -> [KeptCount] {
    plan.jobs.compactMap { job in
      guard let follow = job.followUp, follow.of == planned.job, let rule = follow.rule, let due = follow.due else {
        return nil
      }
      return KeptCount(rule: rule, until: due, count: job.approvedRows, conditional: follow.conditional)
    }
  }

  /// What the other follow-ups of the same erasure will erase of the rows that a review still finds: those of their rule
  /// and day, where they hold the keys of all its records.
  func covered(besides planned: PlannedJob, in plan: ErasurePlan, roots: [RootRecord]) async throws -> Set<KeptCount> {
    var covered: Set<KeptCount> = []
    for job in plan.jobs where job.job != planned.job {
      guard let follow = job.followUp, follow.of == planned.followUp?.of, let rule = follow.rule, let due = follow.due,
        let bytes = try await keyring.rows(of: job.job)
      else { continue }
      let sealed = Set(try CanonicalJSON.decode(KeptRows.self, from: bytes).roots)
      guard sealed.isSuperset(of: roots) else { continue }
      covered.insert(KeptCount(rule: rule, until: due, count: 0, conditional: follow.conditional))
    }
    return covered
  }

  /// When the last of the erasures this job waits for was settled: backups begun before may hold the person.
  private func lastErasure(
    before planned: PlannedJob, in plan: ErasurePlan
  ) async throws(ConnectorFailure) -> UTCTime? {
    guard planned.verb == .tagExpiry || planned.verb == .confirmExpiry else { return nil }
    let tagJob = planned.verb == .tagExpiry ? planned.job : planned.followUp?.of
    let edges = tagJob.flatMap { plan.job($0) }?.dependsOn.map(\.job) ?? []
    do {
      let jobs = try await journal.read { [plan] reader in try reader.jobs(of: plan.plan) }
      return jobs.filter { edges.contains($0.job) }.compactMap(\.settledAt).max()
    } catch {
      throw .transient(FailureCode("journal-unavailable"), retryAfterSeconds: nil)
    }
  }

  private static func failure(of failure: VaultFailure) -> ConnectorFailure {
    switch failure {
    case .busy, .full, .unavailable: .transient(FailureCode("vault-unavailable"), retryAfterSeconds: nil)
    case .unknownRequest, .exists, .wrongKey, .damaged: .permanent(FailureCode("vault-unreadable"))
    }
  }
}
