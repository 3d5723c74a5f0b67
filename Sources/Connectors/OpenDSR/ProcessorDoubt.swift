import ConnectorKit
import ErasureDomain

/// Why something is not believed to be the processor's; the raw value is what the evidence says.
enum ProcessorDoubt: String, Error, CaseIterable {
  case otherDomain = "opendsr-other-domain"
  case noSignature = "opendsr-no-signature"
  case badSignature = "opendsr-bad-signature"
  /// Discovery names an address that is not the processor's.
  case certificateElsewhere = "opendsr-certificate-elsewhere"
  case certificateUnreadable = "opendsr-certificate-unreadable"
  case certificateSelfSigned = "opendsr-certificate-self-signed"
  /// Not valid yet, or no longer.
  case certificateExpired = "opendsr-certificate-expired"
  case certificateOtherDomain = "opendsr-certificate-other-domain"
  /// No chain to an authority that is trusted.
  case certificateUntrusted = "opendsr-certificate-untrusted"

  /// The question for the officer: what cannot be believed is no answer.
  var question: ConnectorFailure { OpenDSRConnector.unsettled(rawValue) }
}
