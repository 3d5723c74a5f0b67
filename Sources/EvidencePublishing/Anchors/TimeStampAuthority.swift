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
  private static let limitsOfLists = HTTPLimits(
    connectSeconds: 5, firstByteSeconds: 10, totalSeconds: 15, bodyBytes: RevocationList.maximumBytes)
  /// What is said where a stamp has no list of revoked certificates beside it.
  static let lists = "time-stamp-crl"

  private let url: String
  private let authorities: [UInt8]
  private let revocations: [String]
  private let loop: HTTPLoop
  private let random: any RandomSource

  /// An authority at that address; `authorities` is the PEM of those that its chain leads to, kept beside each answer
  /// as they were that day, and may be empty. So are the lists of revoked certificates that `revocations` has the addresses of.
  public init(
    url: String, authorities: [UInt8], revocations: [String] = [], loop: HTTPLoop, random: any RandomSource
  ) {
    self.url = url
    self.authorities = authorities
    self.revocations = revocations
    self.loop = loop
    self.random = random
  }

  /// A stamp over exactly these bytes. Nothing but a granted answer with our imprint and our number comes back. Why a list
  /// of revoked certificates is not with it is said beside it: the time is worth more than the list.
  func stamp(_ bytes: [UInt8]) async throws(AnchorFailure) -> (stamp: StoredTimeStamp, missing: AnchorFailure?) {
    // Before the stamp, so that they are not younger than it.
    let (lists, absent) = await lists()
    let (reply, time) = try await reply(about: bytes)
    let current = lists.filter { $0.isCurrent(at: time) }
    let missing = current.count < lists.count ? .outOfDate : absent
    var trusted = authorities
    for list in current {
      // A file of somebody else's may end without one.
      if trusted.last.map({ $0 != 0x0A }) ?? false { trusted.append(0x0A) }
      trusted += list.pem
    }
    let imprint = ContentDigest(hashing: bytes)
    return (StoredTimeStamp(imprint: imprint, reply: reply, authorities: trusted), missing)
  }

  private func reply(about bytes: [UInt8]) async throws(AnchorFailure) -> (reply: [UInt8], time: UTCTime) {
    let imprint = ContentDigest(hashing: bytes)
    let nonce = random.bytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let body: [UInt8]
    do { body = try TimeStamp.request(imprint: imprint.bytes, nonce: nonce) } catch { throw AnchorFailure(error) }
    let reply = try await send(
      HTTPRequest(
        method: "POST", url: url,
        headers: [("Content-Type", "application/timestamp-query"), ("Accept", "application/timestamp-reply")],
        body: body, limits: Self.limits))
    let stamp: TimeStamp
    do { stamp = try TimeStamp(reply: reply) } catch { throw AnchorFailure(error) }
    guard stamp.imprint == imprint.bytes else { throw .otherImprint }
    guard stamp.nonce == nonce else { throw .otherNonce }
    return (reply, stamp.time)
  }

  /// All that come, at once, and why one did not.
  private func lists() async -> (lists: [RevocationList], missing: AnchorFailure?) {
    let answers = await withTaskGroup(of: (Int, Result<RevocationList, AnchorFailure>).self) { group in
      for (place, address) in revocations.enumerated() {
        group.addTask {
          do throws(AnchorFailure) { return (place, .success(try await list(address))) } catch {
            return (place, .failure(error))
          }
        }
      }
      var answers: [(Int, Result<RevocationList, AnchorFailure>)] = []
      for await answer in group { answers.append(answer) }
      return answers.sorted { $0.0 < $1.0 }.map(\.1)
    }
    var (lists, missing): ([RevocationList], AnchorFailure?) = ([], nil)
    for answer in answers {
      switch answer {
      case .success(let list): lists.append(list)
      case .failure(let failure): missing = failure
      }
    }
    return (lists, missing)
  }

  private func list(_ address: String) async throws(AnchorFailure) -> RevocationList {
    let bytes = try await send(HTTPRequest(method: "GET", url: address, limits: Self.limitsOfLists))
    do { return try RevocationList(bytes) } catch { throw AnchorFailure(error) }
  }

  private func send(_ request: HTTPRequest) async throws(AnchorFailure) -> [UInt8] {
    let response: HTTPResponse
    do { response = try await loop.send(request) } catch { throw AnchorFailure(error) }
    guard response.status == 200 else { throw .status(response.status) }
    return response.body
  }
}
