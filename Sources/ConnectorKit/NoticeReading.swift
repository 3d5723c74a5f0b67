public import ErasureDomain

/// A company that may tell us to erase, as the configuration has it.
public struct NoticeSender: Hashable, Sendable {
  /// Its code; the channel of its requests is `notice-` and this.
  public let code: String
  /// Credentials that verify what it sends: the present one and, while it changes over, the one before.
  public let secrets: [String]
  /// In which capacity its people are ours.
  public let capacities: [Capacity]

  public init(code: String, secrets: [String], capacities: [Capacity]) {
    self.code = code
    self.secrets = secrets
    self.capacities = capacities
  }
}

/// What a company's notice says, once its signature was right.
public enum NoticeEvent: Sendable {
  case requested(RequestedNotice)
  /// It waits, and half of its time is over.
  case reminder(of: JobReference)
  /// It takes the notice back.
  case cancelled(JobReference)
}

/// A notice to erase a person.
public struct RequestedNotice: Sendable {
  public let request: RequestReference
  public let job: JobReference
  /// SHA-256 of the body as it came; the random value in the body blinds it.
  public let digest: ContentDigest
  public let duty: String
  public let ground: String
  public let deadline: UTCTime
  public let identifiers: [SubjectIdentifier]
  /// The sender tries out our endpoint: the identifiers are nobody's, and no request is to be made.
  public let isTest: Bool

  public init(
    request: RequestReference, job: JobReference, digest: ContentDigest, duty: String, ground: String,
    deadline: UTCTime, identifiers: [SubjectIdentifier], isTest: Bool = false
  ) {
    self.request = request
    self.job = job
    self.digest = digest
    self.duty = duty
    self.ground = ground
    self.deadline = deadline
    self.identifiers = identifiers
    self.isTest = isTest
  }
}

/// Reads the calls of companies that tell us to erase. Nothing is read before the signature was right.
public protocol NoticeReading: Sendable {
  func read(_ call: IncomingCall, from sender: NoticeSender) throws(CallRefusal) -> NoticeEvent
  /// Whether a question about a notice is the sender's.
  func check(_ call: IncomingCall, from sender: NoticeSender, about job: JobReference) throws(CallRefusal)
}
