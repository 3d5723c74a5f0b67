import ConnectorKit
import ErasureDomain
import FoundationEssentials

/// What a processor says it can do. It is not signed: it is believed only in what it refuses.
struct OpenDSRDiscovery: Decodable {
  private struct Identity: Decodable {
    var type: String
    var format: String

    enum CodingKeys: String, CodingKey {
      case type = "identity_type"
      case format = "identity_format"
    }
  }

  /// URL of its certificate.
  let certificate: String
  private let identities: [Identity]
  private let requestTypes: [String]

  private enum CodingKeys: String, CodingKey {
    case certificate = "processor_certificate"
    case identities = "supported_identities"
    case requestTypes = "supported_subject_request_types"
  }

  init(body: [UInt8]) throws(ConnectorFailure) {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(body))
    } catch {
      throw OpenDSRConnector.unsettled("opendsr-malformed-discovery")
    }
  }

  /// Throws a question when it could not do what it will be asked: part of a person is not the person.
  func check(takes wanted: [SubjectIdentity]) throws(ConnectorFailure) {
    guard requestTypes.contains("erasure") else { throw OpenDSRConnector.unsettled("opendsr-erasure-not-supported") }
    for one in wanted {
      guard identities.contains(where: { $0.type == one.identity.type && $0.format == one.identity.format.rawValue })
      else { throw OpenDSRConnector.unsettled("opendsr-identity-not-supported") }
    }
  }
}
