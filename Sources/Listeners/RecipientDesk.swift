public import ConnectorKit
import ErasureDomain
public import ErasureEngine
public import OfficerDesk

/// Answers companies in the words of HTTP; what is taken and what not is the intake's matter.
public struct RecipientDesk: RecipientCallHandler {
  private let intake: CallbackIntake

  private let notices: NoticeIntake?
  /// What stands before our paths where companies reach us; nothing, as a rule.
  private let path: String

  /// Without `notices` nobody may tell us to erase.
  public init(intake: CallbackIntake, notices: NoticeIntake? = nil, path: String = "") {
    self.intake = intake
    self.notices = notices
    self.path = path
  }

  public func takeNotice(_ call: IncomingCall, from sender: String) async -> RecipientReply {
    guard let notices else { return .nothingHere }
    return reply(await notices.take(call, from: sender), to: sender)
  }

  public func noticeStatus(_ call: IncomingCall, from sender: String, about job: String) async -> RecipientReply {
    guard let notices else { return .nothingHere }
    return reply(await notices.status(call, from: sender, about: job), to: sender)
  }

  private func reply(_ verdict: NoticeIntake.Verdict, to sender: String) -> RecipientReply {
    switch verdict {
    // The sender asks by its own ladder; officers decide in days, not in seconds.
    case .accepted(let job): RecipientReply(status: 202, location: "\(path)/v1/notices/\(sender)/\(job)")
    case .heard: RecipientReply(status: 204)
    case .status(let status): RecipientReply(status: 200, body: Self.body(status))
    case .unsigned: RecipientReply(status: 401, problem: "no valid signature, or it is older than five minutes")
    case .unknown: RecipientReply(status: 404, problem: "there is no such sender or notice")
    case .contradicts: RecipientReply(status: 409, problem: "another notice had this id before")
    case .malformed(let code): RecipientReply(status: 422, problem: "not understood: \(code)")
    case .busy: RecipientReply(status: 503, problem: "not now; call again", retryAfterSeconds: 10)
    }
  }

  private static func body(_ status: NoticeIntake.NoticeStatus) -> CanonicalJSON {
    let answer = status.answer
    var members: [String: CanonicalJSON] = [
      "job_id": .string(status.job.text), "status": .string(answer.status.contractWord),
    ]
    members["reason"] = answer.reason.map(CanonicalJSON.string)
    members["records_erased"] = answer.recordsErased.map { .integer(Int64($0)) }
    if let retained = answer.retained {
      members["retained"] = .array(
        retained.map {
          .object([
            "category": .string($0.category), "until": .string($0.until.description), "basis": .string($0.basis),
          ])
        })
    }
    members["receipt"] = status.receipt.map(CanonicalJSON.string)
    return .object(members)
  }

  public func callBack(_ call: IncomingCall, about job: String) async -> RecipientReply {
    switch await intake.take(call, about: job) {
    case .taken: RecipientReply(status: 202)
    case .unsigned: RecipientReply(status: 401, problem: "no valid signature, or it is older than five minutes")
    case .unknownJob: RecipientReply(status: 404, problem: "there is no such job")
    case .contradicts: RecipientReply(status: 409, problem: "another final status was given before")
    case .gone: RecipientReply(status: 410, problem: "the request of this job has ended")
    case .malformed(let code): RecipientReply(status: 400, problem: "not understood: \(code)")
    case .tooMany: RecipientReply(status: 429, problem: "too many calls about this job")
    case .busy(let seconds):
      RecipientReply(status: 503, problem: "not now; call again", retryAfterSeconds: seconds)
    }
  }
}
