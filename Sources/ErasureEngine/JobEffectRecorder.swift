import ConnectorKit
import ErasureDomain
import Journal
import SubjectVault

/// Makes a prepared effect durable: tags and kept rows in the keyring, then `attempt.prepared` in the journal.
///
/// Only when all of it is stored does the connector commit. Where the attempt's claim is not durable yet it goes first in
/// the same append.
actor JobEffectRecorder: EffectRecorder {
  private let journal: any Journal
  private let vault: SubjectVault
  private let keyring: Keyring
  private let clock: any CivilClock
  private let settings: EngineSettings
  private let plan: ErasurePlan
  private let planned: PlannedJob
  private let epoch: Int
  private(set) var revision: Int
  private(set) var prepared: PreparedEffect?
  /// The claim, as long as it was not handed to the journal.
  private(set) var claim: EntryDraft?
  /// Why the claim was not appended, or may not have been: then the attempt has not begun.
  private(set) var claimFailure: JournalFailure?
  /// Items of the vault that must be durable before anything leaves the house.
  private var unsaved: [VaultItem: [UInt8]] = [:]
  /// A company's receipt, for the end of the attempt.
  private(set) var receipt: CompanyReceipt?
  /// What an export has read, for the end of the attempt.
  private(set) var collected: RowsCollected?
  /// A company has been silent for so long that somebody is to hear of it.
  private(set) var isSilent = false

  init(
    journal: any Journal, vault: SubjectVault, keyring: Keyring, clock: any CivilClock, settings: EngineSettings,
    plan: ErasurePlan, planned: PlannedJob, claim: EntryDraft?, epoch: Int, revision: Int
  ) {
    self.journal = journal
    self.vault = vault
    self.keyring = keyring
    self.clock = clock
    self.settings = settings
    self.plan = plan
    self.planned = planned
    self.claim = claim
    self.epoch = epoch
    self.revision = revision
  }

  func record(_ effect: PreparedEffect) async throws(ConnectorFailure) {
    try checkDates(effect)
    try await save()
    let tags = try await writeTags(effect)
    try await sealKept(effect)
    do {
      var drafts = [claim].compactMap { $0 }
      let subject = EntrySubject(request: plan.request, plan: plan.plan, job: planned.job)
      if let tags, tags.count > 0 { drafts.append(try EntryDraft(tags, about: subject)) }
      let facts = AttemptPrepared(
        epoch: epoch, effects: effect.effects, transaction: effect.transaction, tags: tags?.count ?? 0,
        earlier: effect.earlier)
      drafts.append(try EntryDraft(facts, about: subject))
      revision += try await append(drafts)
      prepared = effect
    } catch _ where claimFailure != nil {
      // The attempt has not begun, and its system is not at fault.
      throw .interrupted
    } catch JournalFailure.refused {
      // What came in the middle of an attempt makes the journal refuse the intent: a stop, a pause, a key in other hands.
      throw .interrupted
    } catch {
      throw .transient(FailureCode("journal-not-durable"), retryAfterSeconds: nil)
    }
  }

  private func append(_ drafts: [EntryDraft]) async throws(JournalFailure) -> Int {
    let isClaim = claim != nil
    claim = nil
    do {
      return try await journal.append(drafts, to: .job(planned.job), expecting: revision).entries.count
    } catch {
      if isClaim { claimFailure = error }
      throw error
    }
  }

  func remember(_ value: String, as name: String) async throws(ConnectorFailure) {
    let item = VaultItem.remembered(planned.job)
    try await save(item) { bytes in
      var remembered = try bytes.map { try SubjectVault.value([String: String].self, item, of: $0) } ?? [:]
      remembered[name] = value
      return try CanonicalJSON.encode(remembered)
    }
  }

  /// Keeps an item for the vault: it is there before the next thing is remembered or an effect recorded.
  func keep(_ value: [UInt8], as item: VaultItem) { unsaved[item] = value }

  private func save() async throws(ConnectorFailure) {
    guard let (item, value) = unsaved.first else { return }
    try await save(item) { _ in value }
  }

  /// Changes an item, and stores those that are not saved yet in the same write.
  private func save(
    _ item: VaultItem, _ body: @escaping @Sendable ([UInt8]?) throws -> [UInt8]
  ) async throws(ConnectorFailure) {
    var others = unsaved
    others[item] = nil
    do {
      try await vault.change(item, of: plan.request, with: others, body)
    } catch {
      throw .transient(FailureCode("vault-not-durable"), retryAfterSeconds: nil)
    }
    for saved in others.keys { unsaved[saved] = nil }
    unsaved[item] = nil
  }

  func noteSilence() { isSilent = true }

  /// Puts what an export has read into the vault; what the journal hears of it comes with the end of the attempt.
  func keep(_ rows: [CollectedRows]) async throws(ConnectorFailure) {
    do {
      let (bytes, mac) = try await CollectionStore(vault).put(rows, of: planned.job, plan.request)
      collected = RowsCollected(
        epoch: epoch,
        datasets: rows.map { RowsCollected.Dataset(dataset: $0.dataset, rows: $0.rows.count, shared: $0.shared) },
        bytes: bytes, mac: mac, expires: clock.now().adding(seconds: Int64(CollectionStore.days) * 86_400))
    } catch VaultFailure.unavailable(let code) where code.rawValue == "item-too-large" {
      throw .needsOfficer(Question(code: .other, detail: FailureCode("row-too-large")))
    } catch {
      throw .transient(FailureCode("vault-not-durable"), retryAfterSeconds: nil)
    }
  }

  func keep(_ receipt: CompanyReceipt) { self.receipt = receipt }

  /// Rows may be kept only for dates that an approved follow-up has.
  private func checkDates(_ effect: PreparedEffect) throws(ConnectorFailure) {
    for kept in effect.kept where followUp(kept) == nil {
      throw .needsOfficer(Question(code: .dateNotApproved, found: kept.roots.count))
    }
    let rows = effect.kept.reduce(0) { $0 + $1.roots.count }
    guard rows <= settings.keptRows else {
      throw .needsOfficer(
        Question(code: .other, detail: FailureCode("too-many-kept-rows"), approved: settings.keptRows, found: rows))
    }
  }

  private func followUp(_ kept: KeptRows) -> PlannedJob? {
    plan.jobs.first { job in
      guard let follow = job.followUp, follow.of == planned.job else { return false }
      return follow.rule == kept.rule && follow.due == kept.until && follow.isConditional == kept.isConditional
    }
  }

  private func writeTags(_ effect: PreparedEffect) async throws(ConnectorFailure) -> TagsWritten? {
    guard !effect.recognition.isEmpty else { return nil }
    let now = clock.now()
    let today = clock.day(of: now)
    let epoch = Keyring.Epoch(containing: today)
    let expires = today.adding(days: settings.probeDays)
    do {
      let count = try await keyring.write(
        tags: effect.recognition.map { row in row.fields.map { (field: $0.name, value: $0.value) } },
        of: planned.system, request: plan.request, epoch: epoch, erasedAt: now, expires: expires)
      return TagsWritten(system: planned.system, count: count, epoch: epoch.description, expires: expires)
    } catch {
      throw .transient(FailureCode("keyring-not-durable"), retryAfterSeconds: nil)
    }
  }

  private func sealKept(_ effect: PreparedEffect) async throws(ConnectorFailure) {
    do {
      for kept in effect.kept {
        guard let job = followUp(kept) else { continue }
        let bytes = try CanonicalJSON.encode(kept)
        try await keyring.seal(bytes, rowsOf: job.job, dueIn: Keyring.Epoch(containing: kept.until))
      }
    } catch {
      throw .transient(FailureCode("keyring-not-durable"), retryAfterSeconds: nil)
    }
  }
}
