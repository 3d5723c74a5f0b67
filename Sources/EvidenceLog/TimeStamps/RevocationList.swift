public import ErasureDomain
import SwiftASN1

/// A list of the certificates that an authority has revoked (a CRL, RFC 5280), of one day.
///
/// Reading one checks no signature: OpenSSL does (`-crl_check`), with the auditor's own authorities.
public struct RevocationList: Hashable, Sendable {
  /// The most bytes of a list.
  public static let maximumBytes = 1 << 20

  /// When it was issued.
  public let issued: ErasureDomain.UTCTime
  /// When the next one is to be issued at the latest; nothing where the list does not say.
  public let next: ErasureDomain.UTCTime?
  /// The list as PEM, as files of authorities hold it.
  public let pem: [UInt8]

  /// Reads a list as DER, behind which nothing may follow, or as PEM.
  public init(_ bytes: [UInt8]) throws(TimeStampProblem) {
    guard bytes.count <= Self.maximumBytes else { throw .tooLong(count: bytes.count) }
    do {
      let der = bytes.first == 0x30 ? bytes : try Self.der(of: bytes)
      let list = try CertificateList(derEncoded: der)
      (issued, next) = (list.issued, list.next)
      pem = Array((PEMDocument(type: Self.label, derBytes: der).pemString + "\n").utf8)
    } catch {
      throw .malformed
    }
  }

  /// Whether it was the newest one at a time.
  public func isCurrent(at time: ErasureDomain.UTCTime) -> Bool { issued <= time && next.map { time <= $0 } ?? true }

  private static let label = "X509 CRL"

  private static func der(of pem: [UInt8]) throws -> [UInt8] {
    let document = try PEMDocument(pemString: String(decoding: pem, as: UTF8.self))
    guard document.discriminator == label else { throw TimeStampProblem.malformed }
    return document.derBytes
  }
}

/// What of a `CertificateList` says of which day it is.
private struct CertificateList: DERParseable {
  let issued: ErasureDomain.UTCTime
  let next: ErasureDomain.UTCTime?

  init(derEncoded node: ASN1Node) throws {
    (issued, next) = try DER.sequence(node, identifier: .sequence) { nodes in
      let times = try DER.sequence(try nodes.required(), identifier: .sequence) { list in
        var field = try list.required()
        // The version, which stands there only when it is 2.
        if field.identifier == .integer { field = try list.required() }
        // The algorithm has been; the issuer follows.
        _ = try list.required()
        let issued = try Self.time(try list.required())
        var next: ErasureDomain.UTCTime?
        while let field = list.next() {
          if field.identifier == .utcTime || field.identifier == .generalizedTime { next = try Self.time(field) }
        }
        return (issued, next)
      }
      _ = try nodes.required()
      _ = try ASN1BitString(derEncoded: &nodes)
      return times
    }
  }

  private static func time(_ node: ASN1Node) throws -> ErasureDomain.UTCTime {
    guard node.identifier == .utcTime else { return try .init(try GeneralizedTime(derEncoded: node)) }
    let time = try SwiftASN1.UTCTime(derEncoded: node)
    return try .init(
      try GeneralizedTime(
        year: time.year, month: time.month, day: time.day, hours: time.hours, minutes: time.minutes,
        seconds: time.seconds, fractionalSeconds: 0))
  }
}
