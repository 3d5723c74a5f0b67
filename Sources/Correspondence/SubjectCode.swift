public import ErasureDomain
import EvidenceLog

/// The text a data subject takes home: with it, and only with it, his request can be found in the log.
///
/// It holds the nonce of the commitment and the kinds of his identifiers, not their values (evidence.md 10.2).
public struct SubjectCode: Hashable, Sendable, CustomStringConvertible {
  public static let header = "expunged-subject/v1"

  public let origin: String
  public let request: RequestReference
  /// Index of the entry `request.received`.
  public let entry: UInt64
  public let nonce: [UInt8]
  public let kinds: [IdentifierKind]

  public init(origin: String, request: RequestReference, entry: UInt64, nonce: [UInt8], kinds: [IdentifierKind]) {
    self.origin = origin
    self.request = request
    self.entry = entry
    self.nonce = nonce
    self.kinds = kinds
  }

  public var description: String {
    """
    \(Self.header)
    log \(origin)
    request \(request)
    entry \(entry)
    kinds \(kinds.map(\.rawValue).joined(separator: " "))
    nonce \(Hex.encode(nonce))

    """
  }

  /// The commitment that `request.received` carries, hex: HMAC-SHA256 under the nonce.
  public static func commitment(nonce: [UInt8], identifiers: [SubjectIdentifier]) -> String {
    Hex.encode(
      SubjectCommitment.compute(
        nonce: nonce, identifiers: identifiers.map { (kind: $0.kind.rawValue, value: $0.value) }))
  }
}
