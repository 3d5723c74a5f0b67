import ConnectorKit
import ErasureDomain

/// The body of an `erasure.requested` event (contract `erasure-notice/1`), the same bytes for every attempt.
struct ErasureNotice {
  let bytes: [UInt8]

  /// Encodes the notice of an order.
  ///
  /// Only identifiers of the kinds that the register names for the company are sent: it must hold them already.
  /// A test says so in its `test` member. Throws when none is left or one is empty, and for a verb that tells nobody.
  init(
    order: ErasureOrder, record: SystemRecord, timestamp: String, callbackURL: String?, isTest: Bool = false
  ) throws(ConnectorFailure) {
    let sent = order.identifiers.filter { record.identifiers.contains($0.kind) }
      .sorted { ($0.kind, $0.value) < ($1.kind, $1.value) }
    guard !sent.isEmpty else { throw .permanent(FailureCode("no-identifier-for-this-company")) }
    guard sent.allSatisfy({ $0.value.contains { !$0.isWhitespace } }) else {
      throw .permanent(FailureCode("empty-identifier"))
    }
    guard let duty = Self.duty(of: order.verb) else { throw .permanent(FailureCode("verb-not-supported")) }
    var data: [String: CanonicalJSON] = [
      "request_id": .string(order.request.text),
      "job_id": .string(order.job.text),
      "blind": .string(order.blind),
      "duty": .string(duty),
      "regulation": .string("gdpr"),
      "ground": .string(order.ground.article),
      "received_on": .string(order.receivedOn.description),
      "subject": .array(sent.map(Self.identity)),
      "scope": .array(record.subjects.map { .string($0.rawValue) }),
      "deadline": .string(order.deadline.description),
    ]
    data["callback_url"] = callbackURL.map(CanonicalJSON.string)
    if isTest { data["test"] = .boolean(true) }
    bytes = CanonicalJSON.object([
      "type": .string("erasure.requested"), "timestamp": .string(timestamp), "data": .object(data),
    ]).encoded()
  }

  /// The duty of law behind a verb (GDPR Art. 19, Art. 28(3)); nil for verbs that tell no company.
  private static func duty(of verb: JobVerb) -> String? {
    switch verb {
    case .notify: "notify"
    case .instruct: "instruct"
    case .stopSending: "stop-sending"
    case .erase, .tagExpiry, .manual, .eraseKept, .confirmExpiry, .export: nil
    }
  }

  /// One identity in the words of OpenDSR.
  private static func identity(_ identifier: SubjectIdentifier) -> CanonicalJSON {
    let type =
      switch identifier.kind.rawValue {
      case "customer-no": "controller_customer_id"
      case let kind: String(kind.map { $0 == "-" ? "_" : $0 })
      }
    return .object([
      "identity_type": .string(type), "identity_format": .string("raw"), "identity_value": .string(identifier.value),
    ])
  }
}
