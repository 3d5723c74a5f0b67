public import ConnectorKit
public import ErasureDomain
import ErasureEngine
public import EvidenceLog
import Journal
import Logging
import OfficerAPI
import SubjectVault

/// Takes the notices of other companies and makes requests of them, which officers decide about like all others.
public struct NoticeIntake: Sendable {
  /// What became of a call.
  public enum Verdict: Sendable {
    /// It is durable; also when the same notice came before.
    case accepted(JobReference)
    /// A reminder or a withdrawal is heard.
    case heard
    case status(NoticeStatus)
    case unsigned
    case unknown
    /// The same id came with another body before.
    case contradicts
    case malformed(FailureCode)
    case busy
  }

  /// Where a notice stands, in the words of the contract.
  public struct NoticeStatus: Sendable {
    public let job: JobReference
    public let answer: NoticeAnswered
    /// Our signed receipt, a compact JWS.
    public let receipt: String?
  }

  private let desk: OfficerDesk
  private let reader: any NoticeReading
  private let senders: [String: NoticeSender]
  /// Tells officers that something came: a code and a reference.
  private let notice: @Sendable (_ code: String, _ reference: String) async -> Void
  private let turns = NoticeTurns()
  private let tests = TestNotices()
  /// Signs receipts about test notices, as the engine's does about real ones; nil where no key is configured.
  private let receipts: ReceiptSigner?

  public init(
    desk: OfficerDesk, reader: any NoticeReading, senders: [NoticeSender], receipts: ReceiptSigner? = nil,
    notice: @escaping @Sendable (_ code: String, _ reference: String) async -> Void
  ) {
    self.desk = desk
    self.reader = reader
    self.senders = Dictionary(senders.map { ($0.code, $0) }) { $1 }
    self.receipts = receipts
    self.notice = notice
  }

  /// An event that a sender posts.
  public func take(_ call: IncomingCall, from code: String) async -> Verdict {
    guard let sender = senders[code] else { return .unknown }
    let event: NoticeEvent
    do { event = try reader.read(call, from: sender) } catch { return Self.verdict(error) }
    do {
      switch event {
      case .requested(let requested) where requested.isTest:
        return await tests.take(requested, from: sender.code, at: desk.clock.now())
          ? .accepted(requested.job) : .contradicts
      case .reminder(let job), .cancelled(let job):
        if await tests.notice(job, from: sender.code) != nil { return .heard }
      case .requested: break
      }
      switch event {
      case .requested(let requested): return try await received(requested, from: sender)
      case .reminder(let job):
        guard let record = try await record(job, from: sender) else { return .unknown }
        await notice("notice-reminded", record.request.text)
        return .heard
      case .cancelled(let job): return try await withdrawn(job, from: sender)
      }
    } catch {
      return verdict(for: error)
    }
  }

  /// Where a notice stands.
  public func status(_ call: IncomingCall, from code: String, about text: String) async -> Verdict {
    guard let sender = senders[code], let job = JobReference(text) else { return .unknown }
    do { try reader.check(call, from: sender, about: job) } catch { return Self.verdict(error) }
    do {
      if let (test, at) = await tests.notice(job, from: sender.code) { return try status(of: test, at: at) }
      guard let record = try await record(job, from: sender) else { return .unknown }
      if let answer = record.noticeAnswered {
        var receipt: [UInt8]?
        if let digest = answer.receipt {
          receipt = try await desk.journal.read { reader in try reader.artifact(digest) }
        }
        return .status(
          NoticeStatus(job: job, answer: answer, receipt: receipt.map { String(decoding: $0, as: UTF8.self) }))
      }
      let word: RecipientWord = record.state == .received ? .received : .inProgress
      return .status(NoticeStatus(job: job, answer: NoticeAnswered(status: word), receipt: nil))
    } catch {
      return verdict(for: error)
    }
  }

  /// Nobody has the identifiers of a test.
  private func status(of test: RequestedNotice, at time: UTCTime) throws -> Verdict {
    let answer = NoticeAnswered(status: .noMatch)
    let receipt = try receipts?.sign(
      ReceiptSigner.Statement(
        request: test.request, job: test.job, notice: test.digest, answer: answer, completedAt: time,
        backupsExpireAt: nil), at: desk.clock.now())
    return .status(
      NoticeStatus(job: test.job, answer: answer, receipt: receipt.map { String(decoding: $0, as: UTF8.self) }))
  }

  private func record(_ job: JobReference, from sender: NoticeSender) async throws -> RequestRecord? {
    let reference = RequestReference(sender: sender.code, notice: job)
    return try await desk.journal.read { reader in try reader.request(reference) }
  }

  private func received(_ requested: RequestedNotice, from sender: NoticeSender) async throws -> Verdict {
    guard await turns.begin(requested.job) else { return .busy }
    let verdict: Verdict
    do {
      verdict = try await registering(requested, from: sender)
    } catch {
      await turns.end(requested.job)
      throw error
    }
    await turns.end(requested.job)
    return verdict
  }

  private func registering(_ requested: RequestedNotice, from sender: NoticeSender) async throws -> Verdict {
    if let record = try await record(requested.job, from: sender) {
      guard try await desk.vault.contains(record.request) else { return .accepted(requested.job) }
      let kept = try await desk.vault.get(NoticeKept.self, .notice, of: record.request)
      return kept.map { $0.digest == requested.digest } ?? true ? .accepted(requested.job) : .contradicts
    }
    let reference = try await desk.register(
      AddRequest(
        channel: "notice-" + sender.code, capacities: sender.capacities, identifiers: requested.identifiers,
        text: Self.text(requested, from: sender)),
      as: RequestReference(sender: sender.code, notice: requested.job),
      notice: NoticeReceived(sender: sender.code, notice: requested.job, duty: requested.duty),
      kept: NoticeKept(request: requested.request, job: requested.job, digest: requested.digest), by: nil)
    await notice("notice-received", reference.text)
    return .accepted(requested.job)
  }

  /// What the officer reads; it lies in the vault.
  private static func text(_ requested: RequestedNotice, from sender: NoticeSender) -> String {
    """
    A notice of \(sender.code), not the person's own words.
    Duty: \(requested.duty)
    Their ground: \(requested.ground)
    They wait until: \(requested.deadline)
    """
  }

  private func withdrawn(_ job: JobReference, from sender: NoticeSender) async throws -> Verdict {
    guard let record = try await record(job, from: sender) else { return .unknown }
    if record.noticeWithdrawn != true, record.state != .ended {
      try await desk.append(
        NoticeWithdrawn(), about: EntrySubject(request: record.request), by: nil, expecting: record.revision)
      await notice("notice-withdrawn", record.request.text)
    }
    return .heard
  }

  private static func verdict(_ refusal: CallRefusal) -> Verdict {
    switch refusal {
    case .unsigned: .unsigned
    case .malformed(let code): .malformed(code)
    case .unavailable: .busy
    }
  }

  private func verdict(for error: any Error) -> Verdict {
    if let refusal = error as? Refusal, refusal.reason == .invalid { return .malformed(FailureCode("subject")) }
    desk.logger.warning(
      "a notice could not be taken", metadata: ["error": "\(String(describing: type(of: error)))"])
    return .busy
  }
}

/// One call about a notice at a time, so that two cannot write over each other in the vault.
private actor NoticeTurns {
  private var busy: Set<JobReference> = []

  func begin(_ job: JobReference) -> Bool { busy.insert(job).inserted }

  func end(_ job: JobReference) { busy.remove(job) }
}
