public import ConnectorKit
public import ErasureDomain
import EvidenceLog
import FoundationEssentials

/// Reads notices of contract `erasure-notice/1` that other companies send to us.
public struct NoticeReader: NoticeReading {
  private let clock: any CivilClock
  private let credential: @Sendable (String) -> [UInt8]?

  public init(clock: any CivilClock, credential: @escaping @Sendable (String) -> [UInt8]?) {
    self.clock = clock
    self.credential = credential
  }

  /// Whether the sender's credentials are there and are secrets.
  public func canCheck(_ sender: NoticeSender) -> Bool { secrets(of: sender) != nil }

  public func check(
    _ call: IncomingCall, from sender: NoticeSender, about job: JobReference
  ) throws(CallRefusal) {
    guard try verified(call, from: sender) == job.text else { throw .unsigned }
  }

  public func read(_ call: IncomingCall, from sender: NoticeSender) throws(CallRefusal) -> NoticeEvent {
    let id = try verified(call, from: sender)
    let event: Event
    do { event = try JSONDecoder().decode(Event.self, from: Data(call.body)) } catch {
      throw .malformed(FailureCode("malformed-notice"))
    }
    guard let job = JobReference(event.data.job) else { throw .malformed(FailureCode("job-id")) }
    switch event.type {
    case "erasure.requested":
      guard id == job.text else { throw .malformed(FailureCode("webhook-id")) }
      return .requested(try Self.requested(event.data, job, call.body, from: sender))
    case "erasure.reminder":
      guard id.hasPrefix(job.text + "_reminder_") else { throw .malformed(FailureCode("webhook-id")) }
      return .reminder(of: job)
    case "erasure.cancelled":
      guard id == job.text + "_cancel" else { throw .malformed(FailureCode("webhook-id")) }
      return .cancelled(job)
    default: throw .malformed(FailureCode("unknown-event"))
    }
  }

  /// The id of a call whose signature is right and not old.
  private func verified(_ call: IncomingCall, from sender: NoticeSender) throws(CallRefusal) -> String {
    guard let secrets = secrets(of: sender) else { throw .unavailable(FailureCode("credential-unusable")) }
    guard let id = call.headers["webhook-id"], let signatures = call.headers["webhook-signature"],
      let timestamp = call.headers["webhook-timestamp"].flatMap({ Int64($0) }),
      WebhookSignature.isValid(
        signatures, id: id, timestamp: timestamp, body: call.body, secrets: secrets, now: clock.now())
    else { throw .unsigned }
    return id
  }

  private func secrets(of sender: NoticeSender) -> [WebhookSecret]? {
    let secrets = sender.secrets.compactMap { credential($0).flatMap { WebhookSecret(text: $0) } }
    return secrets.count == sender.secrets.count && !secrets.isEmpty ? secrets : nil
  }

  private static let duties = ["notify", "instruct", "stop-sending"]

  private static func requested(
    _ data: Event.Notice, _ job: JobReference, _ body: [UInt8], from sender: NoticeSender
  ) throws(CallRefusal) -> RequestedNotice {
    guard let request = data.request.flatMap({ RequestReference($0) }) else {
      throw .malformed(FailureCode("request-id"))
    }
    guard let duty = data.duty, duties.contains(duty) else { throw .malformed(FailureCode("duty")) }
    guard let deadline = data.deadline.flatMap({ UTCTime($0) }) else { throw .malformed(FailureCode("deadline")) }
    // Without it the digest in a receipt would let anybody test a guessed address.
    guard let blind = data.blind.flatMap({ Base64.decodeURLSafe($0) }), blind.count >= 16 else {
      throw .malformed(FailureCode("blind"))
    }
    guard let ground = data.ground, (1...64).contains(ground.utf8.count),
      ground.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { throw .malformed(FailureCode("ground")) }
    var identifiers: [SubjectIdentifier] = []
    for identity in data.subject ?? [] {
      guard identity.format == "raw", let kind = kind(of: identity.type, from: sender) else {
        throw .malformed(FailureCode("subject"))
      }
      identifiers.append(SubjectIdentifier(kind: kind, value: identity.value))
    }
    guard !identifiers.isEmpty else { throw .malformed(FailureCode("subject")) }
    return RequestedNotice(
      request: request, job: job, digest: ContentDigest(hashing: body), duty: duty, ground: ground,
      deadline: deadline, identifiers: identifiers, isTest: data.test == true)
  }

  /// What names a person everywhere is a kind of ours. Every other number is the sender's own: it gets a kind with the
  /// sender's code, so that it is never searched as one of ours.
  private static func kind(of type: String, from sender: NoticeSender) -> IdentifierKind? {
    let word: String
    switch type {
    case "email", "phone": return IdentifierKind(rawValue: type)
    case "controller_customer_id": word = "customer-no"
    default: word = String(type.map { $0 == "_" ? "-" : $0 })
    }
    let name = sender.code + "-" + word
    return SystemName.isName(name) ? IdentifierKind(rawValue: name) : nil
  }

  private struct Event: Decodable {
    let type: String
    let data: Notice

    struct Notice: Decodable {
      let job: String
      let request: String?
      let blind: String?
      let duty: String?
      let ground: String?
      let deadline: String?
      let subject: [Identity]?
      let test: Bool?

      private enum CodingKeys: String, CodingKey {
        case job = "job_id"
        case request = "request_id"
        case blind, duty, ground, deadline, subject, test
      }
    }

    struct Identity: Decodable {
      let type: String
      let format: String
      let value: String

      private enum CodingKeys: String, CodingKey {
        case type = "identity_type"
        case format = "identity_format"
        case value = "identity_value"
      }
    }
  }
}
