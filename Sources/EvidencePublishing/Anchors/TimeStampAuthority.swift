public import ErasureDomain
import EvidenceLog
public import HTTPTransport
import Journal

/// A time-stamping authority that we ask (RFC 3161 over HTTP).
public struct TimeStampAuthority: Sendable {
  /// What it is called in logs, entries and warnings.
  public static let name = "time-stamp"
  static let limits = HTTPLimits(
    connectSeconds: 5, firstByteSeconds: 10, totalSeconds: 15, bodyBytes: TimeStamp.maximumBytes)

  private let url: String
  private let authorities: [UInt8]
  private let loop: HTTPLoop
  private let random: any RandomSource

  /// An authority at that address; `authorities` is the PEM of those that its chain leads to, kept beside each answer
  /// as they were that day, and may be empty.
  public init(url: String, authorities: [UInt8], loop: HTTPLoop, random: any RandomSource) {
    self.url = url
    self.authorities = authorities
    self.loop = loop
    self.random = random
  }

  /// A stamp over exactly these bytes. Nothing but a granted answer with our imprint and our number comes back.
  func stamp(_ bytes: [UInt8]) async throws(AnchorFailure) -> StoredTimeStamp {
    let imprint = ContentDigest(hashing: bytes)
    let nonce = random.bytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let body: [UInt8]
    do { body = try TimeStamp.request(imprint: imprint.bytes, nonce: nonce) } catch { throw AnchorFailure(error) }
    let response: HTTPResponse
    do {
      response = try await loop.send(
        HTTPRequest(
          method: "POST", url: url,
          headers: [("Content-Type", "application/timestamp-query"), ("Accept", "application/timestamp-reply")],
          body: body, limits: Self.limits))
    } catch { throw AnchorFailure(error) }
    guard response.status == 200 else { throw .status(response.status) }
    let stamp: TimeStamp
    do { stamp = try TimeStamp(reply: response.body) } catch { throw AnchorFailure(error) }
    guard stamp.imprint == imprint.bytes else { throw .otherImprint }
    guard stamp.nonce == nonce else { throw .otherNonce }
    return StoredTimeStamp(imprint: imprint, reply: response.body, authorities: authorities)
  }
}
