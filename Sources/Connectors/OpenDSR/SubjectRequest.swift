import ConnectorKit
import ErasureDomain

/// The body of a request, the same bytes for every attempt.
struct SubjectRequest {
  let bytes: [UInt8]

  init(
    id: SubjectRequestID, version: OpenDSRVersion, submitted: String, callback: String?,
    identities: [SubjectIdentity]
  ) {
    var members: [String: CanonicalJSON] = [
      "api_version": .string(version.rawValue),
      "subject_request_id": .string(id.text),
      "subject_request_type": .string("erasure"),
      "submitted_time": .string(submitted),
      "subject_identities": .array(identities.map(\.json)),
    ]
    if version == .openDSR2 { members["regulation"] = .string("gdpr") }
    if let callback { members["status_callback_urls"] = .array([.string(callback)]) }
    bytes = CanonicalJSON.object(members).encoded()
  }
}

/// One identity as a processor gets it. It has no textual description: its value is the person's.
struct SubjectIdentity {
  let identity: OpenDSRIdentity
  private let value: String

  var json: CanonicalJSON {
    .object([
      "identity_type": .string(identity.type), "identity_format": .string(identity.format.rawValue),
      "identity_value": .string(value),
    ])
  }

  /// The identities of an order: only kinds that the register names for the processor.
  ///
  /// Throws when none is left or one is empty.
  static func all(
    of order: ErasureOrder, record: SystemRecord, settings: OpenDSRSettings
  ) throws(ConnectorFailure) -> [SubjectIdentity] {
    let sent = order.identifiers.filter { record.identifiers.contains($0.kind) }
      .sorted { ($0.kind, $0.value) < ($1.kind, $1.value) }
    guard !sent.isEmpty else { throw .permanent(FailureCode("no-identifier-for-this-company")) }
    var identities: [SubjectIdentity] = []
    for identifier in sent {
      guard identifier.value.contains(where: { !$0.isWhitespace }) else {
        throw .permanent(FailureCode("empty-identifier"))
      }
      guard let identity = settings.identities[identifier.kind.rawValue] else {
        throw .permanent(FailureCode("no-identifier-for-this-company"))
      }
      identities.append(SubjectIdentity(identity: identity, value: identity.written(identifier.value)))
    }
    return identities
  }
}
