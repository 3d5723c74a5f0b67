public import ErasureDomain
import EvidenceLog
import Journal
import SubjectVault

/// What the vault keeps of a company's notice until it is answered.
public struct NoticeKept: Codable, Sendable {
  /// The sender's request and job.
  public var request: RequestReference
  public var job: JobReference
  /// SHA-256 of the notice's body. The random value in the body blinds it, and the body itself is not kept.
  public var digest: ContentDigest

  public init(request: RequestReference, job: JobReference, digest: ContentDigest) {
    self.request = request
    self.job = job
    self.digest = digest
  }
}

/// Answers the company whose notice made a request: once, when the request is decided.
struct NoticeAnswer {
  let around: ErasureEngine.Surroundings

  /// Appends the answer when it is due and not there yet; true when it did.
  func giveIfDue(_ request: RequestRecord, _ jobs: [JobRecord]) async throws -> Bool {
    guard let notice = request.notice, request.noticeAnswered == nil, let decided = request.concludedAt else {
      return false
    }
    if request.state == .withdrawnPartly, !jobs.allSatisfy({ $0.verb.isFollowUp || $0.state.isSettled }) {
      return false
    }
    let entries = try await around.journal.read { reader in try reader.entries(of: request.request) }
    let (found, backups) = try Self.answer(to: request, jobs, entries.map(\.entry))
    var answer = found
    var artifacts: [Artifact] = []
    if let signer = around.receipts, [.completed, .completedWithRetention, .noMatch].contains(answer.status),
      try await around.vault.contains(request.request),
      let kept = try await around.vault.get(NoticeKept.self, .notice, of: request.request)
    {
      let bytes = try signer.sign(
        ReceiptSigner.Statement(
          request: kept.request, job: notice.notice, notice: kept.digest, answer: answer, completedAt: decided,
          backupsExpireAt: backups), at: around.clock.now())
      artifacts.append(Artifact(digest: ContentDigest(hashing: bytes), bytes: bytes))
      answer.receipt = artifacts[0].digest
      answer.key = signer.jwk
    }
    let draft = try EntryDraft(answer, about: EntrySubject(request: request.request), artifacts: artifacts)
    try await around.journal.append([draft], to: .request(request.request), expecting: request.revision)
    await around.publishOrLog()
    return true
  }

  private static let reasons = [
    "no_match", "claim_not_covered", "outside_jurisdiction", "insuf_verification", "suspected_fraud",
    "too_many_requests",
  ]
  /// Something is not gone, or not for certain: a person there will ask a person here.
  private static let undecided = NoticeAnswered(status: .denied, reason: "other")

  /// The most that may honestly be said, and when the last tagged copy expires.
  static func answer(
    to request: RequestRecord, _ jobs: [JobRecord], _ entries: [EvidenceEntry]
  ) throws -> (answer: NoticeAnswered, backups: UTCTime?) {
    if let refused = entries.last(where: { $0.kind == RequestRefused.kind }) {
      let word = String(try refused.facts(as: RequestRefused.self).ground.map { $0 == "-" ? "_" : $0 })
      return (NoticeAnswered(status: .denied, reason: reasons.contains(word) ? word : "other"), nil)
    }
    if entries.contains(where: { $0.kind == RequestWithdrawn.kind }) {
      return (NoticeAnswered(status: .cancelled), nil)
    }
    // Records an officer left out may be this person's.
    if entries.contains(where: { $0.kind == ExceptionGranted.kind }) { return (undecided, nil) }
    var (rows, backups): (Int, UTCTime?) = (0, nil)
    // A processor may say that it has erased and not how much.
    var isErased = false
    var kept: Set<KeptCount> = []
    for job in jobs where !job.verb.isFollowUp && job.verb != .notify && job.verb != .stopSending {
      guard case .settled(let outcome) = job.state else { return (undecided, nil) }
      switch outcome {
      case .erased(let receipt), .nothingFound(let receipt):
        rows += receipt.effects.reduce(0) { $0 + $1.erased }
        if case .erased = outcome { isErased = true }
        let seen = receipt.verification.kept + receipt.effects.flatMap(\.kept)
        kept.formUnion(seen.filter { $0.count > 0 }.map(\.group))
      case .expiryTagged(_, let until, _): backups = max(backups ?? until, until)
      case .exported: break
      // Of an older plan that a newer one took the place of.
      case .cancelled where job.plan != request.plan: break
      case .anonymised, .restricted, .notified, .unconfirmed, .excepted, .cancelled: return (undecided, nil)
      }
    }
    let grounds = Dictionary(
      jobs.compactMap { job in job.followUp?.rule.map { ($0, job.followUp?.ground?.rawValue) } }
    ) { $0 ?? $1 }
    let retained = kept.sorted { ($0.until, $0.rule) < ($1.until, $1.rule) }.map {
      NoticeAnswered.Retained(category: $0.rule, until: $0.until, basis: (grounds[$0.rule] ?? nil) ?? "art17(3)")
    }
    if !retained.isEmpty {
      return (NoticeAnswered(status: .completedWithRetention, recordsErased: rows, retained: retained), backups)
    }
    let status: RecipientWord = isErased ? .completed : .noMatch
    return (NoticeAnswered(status: status, recordsErased: rows > 0 ? rows : nil), backups)
  }
}
