/// The two versions of the protocol; 2.0 is 1.0 under new names, with the member `regulation`.
public enum OpenDSRVersion: String, Hashable, Sendable, Codable, CaseIterable {
  /// OpenGDPR 1.0.
  case openGDPR1 = "1.0"
  /// OpenDSR 2.0.
  case openDSR2 = "2.0"

  /// Path of discovery below the processor's base.
  var discoveryPath: String {
    switch self {
    case .openGDPR1: "/v1/discovery"
    case .openDSR2: "/v2/discovery"
    }
  }

  /// Path of requests below the processor's base.
  var requestsPath: String {
    switch self {
    case .openGDPR1: "/v1/opengdpr_requests"
    case .openDSR2: "/v2/requests"
    }
  }

  /// Field with the processor's signature, in lower case.
  var signatureHeader: String {
    switch self {
    case .openGDPR1: "x-opengdpr-signature"
    case .openDSR2: "x-opendsr-signature"
    }
  }

  /// Field with the processor's domain, in lower case.
  var domainHeader: String {
    switch self {
    case .openGDPR1: "x-opengdpr-processor-domain"
    case .openDSR2: "x-opendsr-processor-domain"
    }
  }
}
