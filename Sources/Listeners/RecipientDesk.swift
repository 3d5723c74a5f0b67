public import ConnectorKit
public import ErasureEngine

/// Answers companies in the words of HTTP; what is taken and what not is the intake's matter.
public struct RecipientDesk: RecipientCallHandler {
  private let intake: CallbackIntake

  public init(intake: CallbackIntake) { self.intake = intake }

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
