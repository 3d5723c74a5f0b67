public import ErasureDomain
import SwiftASN1

/// What a time-stamping authority says about some bytes (RFC 3161): that they existed at a time.
///
/// Reading one checks no signature and no chain: `openssl ts -verify` does, with the auditor's own authorities.
public struct TimeStamp: Hashable, Sendable {
  /// The most bytes of an answer: a token with a long chain has about ten thousand.
  public static let maximumBytes = 65_536

  /// The SHA-256 of the bytes that were stamped.
  public let imprint: [UInt8]
  /// The number that the request had and the answer repeats; nothing where there is none of 64 bits.
  public let nonce: UInt64?
  /// When the authority saw the imprint, in whole seconds.
  public let time: ErasureDomain.UTCTime

  /// Reads an answer (`TimeStampResp`), as it lies in `checkpoint.tsr`; one that grants nothing throws.
  public init(reply bytes: [UInt8]) throws(TimeStampProblem) {
    guard bytes.count <= Self.maximumBytes else { throw .tooLong(count: bytes.count) }
    let reply: TimeStampReply
    do { reply = try TimeStampReply(berEncoded: bytes) } catch { throw .malformed }
    guard reply.status == 0 || reply.status == 1 else { throw .refused(status: reply.status) }
    guard let content = reply.content else { throw .malformed }
    do {
      let token = try TimeStampToken(derEncoded: content)
      guard token.imprint.count == 32 else { throw TimeStampProblem.otherHash }
      (imprint, nonce, time) = (token.imprint, token.nonce, token.time)
    } catch let problem as TimeStampProblem {
      throw problem
    } catch {
      throw .malformed
    }
  }

  /// The request for a stamp of that SHA-256 (`TimeStampReq`, version 1), which asks for the authority's certificate.
  public static func request(imprint: [UInt8], nonce: UInt64) throws(TimeStampProblem) -> [UInt8] {
    do {
      var serializer = DER.Serializer()
      try serializer.appendConstructedNode(identifier: .sequence) { request in
        try request.serialize(1)
        try request.appendConstructedNode(identifier: .sequence) { message in
          try message.appendConstructedNode(identifier: .sequence) { algorithm in
            try algorithm.serialize(TimeStampToken.sha256)
            try algorithm.serialize(ASN1Null())
          }
          try message.serialize(ASN1OctetString(contentBytes: imprint[...]))
        }
        try request.serialize(nonce)
        try request.serialize(true)
      }
      return serializer.serializedBytes
    } catch {
      throw .malformed
    }
  }
}

/// The outer part of an answer: the status, and the bytes that the authority signed.
///
/// What is around the signed part may be BER, as CMS allows (RFC 5652).
private struct TimeStampReply: BERParseable {
  let status: Int
  let content: [UInt8]?

  init(berEncoded node: ASN1Node) throws {
    (status, content) = try BER.sequence(node, identifier: .sequence) { nodes in
      let status = try BER.sequence(try nodes.required(), identifier: .sequence) { info in
        let status = try Int(berEncoded: &info)
        while info.next() != nil {}
        return status
      }
      guard let token = nodes.next() else { return (status, nil) }
      return (status, try Self.signedContent(token))
    }
  }

  init(derEncoded node: ASN1Node) throws { try self.init(berEncoded: node) }

  private static func signedContent(_ node: ASN1Node) throws -> [UInt8] {
    try BER.sequence(node, identifier: .sequence) { nodes in
      guard try ASN1ObjectIdentifier(berEncoded: &nodes) == TimeStampToken.signedData else {
        throw TimeStampProblem.malformed
      }
      return try BER.explicitlyTagged(&nodes, tagNumber: 0, tagClass: .contextSpecific) { data in
        try BER.sequence(data, identifier: .sequence) { fields in
          _ = try Int(berEncoded: &fields)
          // The digest algorithms.
          _ = fields.next()
          let content = try BER.sequence(try fields.required(), identifier: .sequence) { content in
            guard try ASN1ObjectIdentifier(berEncoded: &content) == TimeStampToken.contentType else {
              throw TimeStampProblem.malformed
            }
            return try BER.explicitlyTagged(&content, tagNumber: 0, tagClass: .contextSpecific) { octets in
              Array(try ASN1OctetString(berEncoded: octets).bytes)
            }
          }
          while fields.next() != nil {}
          return content
        }
      }
    }
  }
}

/// What the authority signed (`TSTInfo`).
private struct TimeStampToken: DERParseable {
  static let sha256: ASN1ObjectIdentifier = [2, 16, 840, 1, 101, 3, 4, 2, 1]
  static let signedData: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 1, 7, 2]
  static let contentType: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 1, 9, 16, 1, 4]

  let imprint: [UInt8]
  let nonce: UInt64?
  let time: ErasureDomain.UTCTime

  init(derEncoded node: ASN1Node) throws {
    (imprint, nonce, time) = try DER.sequence(node, identifier: .sequence) { nodes in
      guard try Int(derEncoded: &nodes) == 1 else { throw TimeStampProblem.malformed }
      _ = try ASN1ObjectIdentifier(derEncoded: &nodes)
      let imprint = try DER.sequence(try nodes.required(), identifier: .sequence) { message in
        let algorithm = try DER.sequence(try message.required(), identifier: .sequence) { algorithm in
          let identifier = try ASN1ObjectIdentifier(derEncoded: &algorithm)
          while algorithm.next() != nil {}
          return identifier
        }
        guard algorithm == Self.sha256 else { throw TimeStampProblem.otherHash }
        return Array(try ASN1OctetString(derEncoded: &message).bytes)
      }
      _ = try ArraySlice<UInt8>(derEncoded: &nodes)
      let time = try ErasureDomain.UTCTime(try GeneralizedTime(derEncoded: &nodes))
      var nonce: UInt64?
      while let next = nodes.next() {
        // Accuracy, ordering, name and extensions say nothing that we rely on.
        if next.identifier == .integer {
          // One of more bits is not ours.
          do { nonce = try UInt64(derEncoded: next) } catch { nonce = nil }
        }
      }
      return (imprint, nonce, time)
    }
  }
}

extension ErasureDomain.UTCTime {
  /// The same time without its fraction of a second.
  init(_ time: GeneralizedTime) throws(TimeStampProblem) {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let day = "\(time.year)-\(two(time.month))-\(two(time.day))"
    let text = "\(day)T\(two(time.hours)):\(two(time.minutes)):\(two(time.seconds))Z"
    guard let time = ErasureDomain.UTCTime(text) else { throw .malformed }
    self = time
  }
}

extension ASN1NodeCollection.Iterator {
  /// The next element, which must be there.
  mutating func required() throws -> ASN1Node {
    guard let node = next() else { throw TimeStampProblem.malformed }
    return node
  }
}
