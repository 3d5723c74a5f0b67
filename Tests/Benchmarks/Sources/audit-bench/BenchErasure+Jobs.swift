import Crypto
import ErasureDomain
import EvidenceLog
import Foundation

// The attempts and outcomes of an erasure's jobs.
extension BenchErasure {
  private static func find(_ name: String, _ verb: JobVerb, _ request: BenchRequest) throws -> PlannedJob {
    guard let job = request.plan?.jobs.first(where: { $0.system.description == name && $0.verb == verb }) else {
      throw BenchProblem("no job to \(verb.rawValue) in \(name)")
    }
    return job
  }

  private static func begin(
    _ job: PlannedJob, _ epoch: Int, _ request: BenchRequest, _ log: inout BenchLog, _ at: UTCTime
  ) throws {
    guard let digest = request.digest else { throw BenchProblem("no plan") }
    try request.add(AttemptStarted(attempt: log.reference(), epoch: epoch, digest: digest), &log, at, job)
  }

  private static func receipt(_ voucher: Voucher, _ seen: WhatWasSeen, _ effects: [EffectCount]) throws
    -> ErasureReceipt
  {
    try ErasureReceipt(
      verification: Verification(voucher: voucher, seen: seen, path: FailureCode("look-again")), effects: effects)
  }

  /// The number of attempts at a job so far.
  private static func epoch(of job: PlannedJob, _ request: BenchRequest) -> Int {
    request.entries.count { $0.entry.subject.job == job.job && $0.entry.kind == AttemptStarted.kind }
  }

  static func tell(_ name: String, _ request: BenchRequest, _ log: inout BenchLog, _ at: UTCTime) throws {
    let job = try find(name, .notify, request)
    try begin(job, 1, request, &log, at)
    let effect = EffectCount(dataset: "recipient", approved: 0, found: 0, erased: 0)
    try request.add(AttemptPrepared(epoch: 1, effects: [effect], transaction: nil, tags: 0), &log, at, job)
    try request.add(AttemptEnded(.accepted(checkAt: at.adding(seconds: 30)), epoch: 1), &log, at, job)
  }

  static func hear(_ name: String, _ request: BenchRequest, _ log: inout BenchLog, _ at: UTCTime) throws {
    let job = try find(name, .notify, request)
    try begin(job, 2, request, &log, at)
    let isSigned = name == "sister"
    if isSigned { try keepReceipt(job, request, &log, at) }
    try request.add(AttemptEnded(.done, epoch: 2), &log, at, job)
    let effect = EffectCount(dataset: "recipient", approved: 0, found: 1, erased: 1)
    try request.add(
      JobSettled(
        outcome: .erased(try receipt(isSigned ? .recipientSigned : .recipientUnsigned, .confirmation, [effect]))), &log,
      at, job)
  }

  private static func keepReceipt(
    _ job: PlannedJob, _ request: BenchRequest, _ log: inout BenchLog, _ at: UTCTime
  ) throws {
    let seed = [UInt8](repeating: 9, count: 32)
    guard let signer = ReceiptSigner(issuer: "https://sister.example", seed: seed) else {
      throw BenchProblem("no key of the sister company")
    }
    let jws = try signer.sign(
      ReceiptSigner.Statement(
        request: request.request, job: job.job, notice: ContentDigest(bytes: log.random.bytes(32)),
        answer: NoticeAnswered(status: .completed, recordsErased: 1), completedAt: at, backupsExpireAt: nil), at: at)
    let key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed).publicKey.rawRepresentation
    guard let dot = jws.lastIndex(of: 0x2E),
      let signature = Base64.decodeURLSafe(String(decoding: jws[(dot + 1)...], as: UTF8.self))
    else { throw BenchProblem("no receipt") }
    log.note(key: key, signature: signature, Array(jws[..<dot]))
    try request.add(ReceiptKept(epoch: 2, receipt: try log.artifact(jws), key: signer.jwk), &log, at, job)
  }

  static func fail(_ name: String, _ request: BenchRequest, _ log: inout BenchLog, _ at: UTCTime) throws {
    let job = try find(name, .erase, request)
    try begin(job, 1, request, &log, at)
    let retryAt = at.adding(seconds: 30)
    try request.add(
      AttemptEnded(
        .transientFailure(FailureCode("cannot-connect"), retryAt: retryAt), epoch: 1, retryAt: retryAt), &log, at, job)
  }

  static func start(
    _ name: String, _ verb: JobVerb, _ request: BenchRequest, _ log: inout BenchLog, _ at: UTCTime
  ) throws {
    let job = try find(name, verb, request)
    try begin(job, epoch(of: job, request) + 1, request, &log, at)
  }

  static func erase(_ name: String, _ request: BenchRequest, _ log: inout BenchLog, _ at: UTCTime) throws {
    let job = try find(name, .erase, request)
    let epoch = epoch(of: job, request)
    let quarter = "\(at.utcDay.year)-Q\((at.utcDay.month + 2) / 3)"
    try request.add(
      TagsWritten(system: job.system, count: 6, epoch: quarter, expires: at.utcDay.adding(days: 180)), &log, at, job)
    let effects = job.counts.map { count in
      EffectCount(
        dataset: count.dataset, approved: count.erase,
        found: count.erase + count.kept.reduce(0) { $0 + $1.count }, erased: count.erase, kept: count.kept)
    }
    try request.add(
      AttemptPrepared(epoch: epoch, effects: effects, transaction: "\(request.number)", tags: 6), &log, at, job)
    try request.add(AttemptEnded(.done, epoch: epoch), &log, at, job)
    try request.add(JobSettled(outcome: .erased(try receipt(.us, .secondLook, effects))), &log, at, job)
  }

  static func erase(
    kept job: PlannedJob, _ request: BenchRequest, _ log: inout BenchLog, _ at: UTCTime
  ) throws {
    try begin(job, 1, request, &log, at)
    let effects = [EffectCount(dataset: "invoice", approved: 3, found: 3, erased: 3)]
    try request.add(AttemptPrepared(epoch: 1, effects: effects, transaction: nil, tags: 0), &log, at, job)
    try request.add(AttemptEnded(.done, epoch: 1), &log, at, job)
    try request.add(JobSettled(outcome: .erased(try receipt(.us, .secondLook, effects))), &log, at, job)
  }

  static func tag(_ request: BenchRequest, _ log: inout BenchLog, _ at: UTCTime) throws {
    let job = try find("backups", .tagExpiry, request)
    try begin(job, 1, request, &log, at)
    try request.add(AttemptEnded(.done, epoch: 1), &log, at, job)
    let last = at.utcDay.adding(days: 30)
    try request.add(
      JobSettled(outcome: .expiryTagged(until: last, untilAt: last.adding(days: 1).utcMidnight, seen: .listing)), &log,
      at,
      job)
  }

  static func expire(_ request: BenchRequest, _ log: inout BenchLog, _ at: UTCTime) throws {
    let job = try find("backups", .confirmExpiry, request)
    try begin(job, 1, request, &log, at)
    try request.add(AttemptEnded(.done, epoch: 1), &log, at, job)
    try request.add(CopyExpired(system: job.system, sets: 1), &log, at, job)
    let sets = EffectCount(dataset: "backup-sets", approved: 1, found: 1, erased: 1)
    try request.add(JobSettled(outcome: .erased(try receipt(.us, .listing, [sets]))), &log, at, job)
  }
}
