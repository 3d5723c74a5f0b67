import ErasureDomain
import FoundationEssentials
import SwiftASN1
@_spi(FixedExpiryValidationTime) import X509

/// A processor's certificate that was verified: by an authority, for its domain, at this time.
struct ProcessorCertificate: Sendable {
  /// More certificates than any chain has.
  private static let mostCertificates = 10

  private let key: Certificate.PublicKey

  /// Reads the certificate and those that issued it, and verifies the chain (RFC 5280).
  ///
  /// The domain must stand in the certificate itself, letter for letter: a wildcard is no name of a processor.
  init(pem: [UInt8], domain: String, roots: CertificateStore, now: ErasureDomain.UTCTime) async throws(ProcessorDoubt) {
    guard let chain = Self.certificates(pem: pem), let leaf = chain.first, chain.count <= Self.mostCertificates else {
      throw .certificateUnreadable
    }
    guard leaf.issuer != leaf.subject, !leaf.publicKey.isValidSignature(leaf.signature, for: leaf) else {
      throw .certificateSelfSigned
    }
    let date = Date(timeIntervalSince1970: TimeInterval(now.secondsSince1970))
    guard leaf.notValidBefore <= date, date <= leaf.notValidAfter else { throw .certificateExpired }
    guard Self.names(of: leaf).contains(domain) else { throw .certificateOtherDomain }
    var verifier = Verifier(rootCertificates: roots) {
      RFC5280Policy(fixedExpiryValidationTime: date)
      ServerIdentityPolicy(serverHostname: domain, serverIP: nil)
    }
    // A chain of one would be a certificate that is its own authority.
    guard
      case .validCertificate(let valid) = await verifier.validate(
        leaf: leaf, intermediates: CertificateStore(chain.dropFirst())), valid.count > 1
    else { throw .certificateUntrusted }
    key = leaf.publicKey
  }

  /// Whether its key has signed these bytes: RSA with PKCS#1 v1.5, or ECDSA, over SHA-256. The protocol names no
  /// algorithm; the key decides.
  func hasSigned(_ body: [UInt8], _ signature: [UInt8]) -> Bool {
    [Certificate.SignatureAlgorithm.sha256WithRSAEncryption, .ecdsaWithSHA256].contains {
      key.isValidSignature(signature, for: body, signatureAlgorithm: $0)
    }
  }

  /// All certificates of a PEM text in their order; nil when it holds anything else.
  static func certificates(pem: [UInt8]) -> [Certificate]? {
    guard let text = String(validating: pem, as: UTF8.self) else { return nil }
    do {
      return try PEMDocument.parseMultiple(pemString: text).map { try Certificate(pemDocument: $0) }
    } catch {
      return nil
    }
  }

  private static func names(of leaf: Certificate) -> [String] {
    do {
      return try leaf.extensions.subjectAlternativeNames?.compactMap { name in
        if case .dnsName(let text) = name { text.lowercased() } else { nil }
      } ?? []
    } catch {
      return []
    }
  }
}
