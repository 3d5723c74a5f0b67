public import ErasureDomain

/// What somebody outside said about a stored checkpoint. It is beside the log and never in it: an entry about it would
/// need another checkpoint.
public enum CheckpointAnchor: Hashable, Sendable {
  /// A witness's signature line over the checkpoint of that size, verified by the caller.
  case cosignature(size: UInt64, witness: String, line: String)
  /// An authority's answer about the checkpoint as it was published, with the cosignatures it had then.
  case timeStamp(size: UInt64, StoredTimeStamp)

  /// The number of entries of the checkpoint.
  public var size: UInt64 {
    switch self {
    case .cosignature(let size, _, _), .timeStamp(let size, _): size
    }
  }
}

/// A time stamp with what it takes to check it later.
public struct StoredTimeStamp: Hashable, Sendable {
  /// The SHA-256 of the exact bytes that were stamped.
  public var imprint: ContentDigest
  /// The authority's whole answer (RFC 3161, `TimeStampResp`).
  public var reply: [UInt8]
  /// The authorities that we trusted on that day, as PEM; empty where none is configured.
  public var authorities: [UInt8]

  public init(imprint: ContentDigest, reply: [UInt8], authorities: [UInt8]) {
    self.imprint = imprint
    self.reply = reply
    self.authorities = authorities
  }
}
