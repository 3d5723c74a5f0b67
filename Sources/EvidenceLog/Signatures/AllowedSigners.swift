public import ErasureDomain

/// The keys that may decide, as OpenSSH's allowed_signers file lists them.
///
/// Stricter than OpenSSH: patterns, certificate authorities and times without `Z` are refused, because each makes the
/// file mean more, or other things elsewhere, than it shows. Every file taken here means the same to `ssh-keygen`.
public struct AllowedSigners: Hashable, Sendable {
  /// The most bytes such a file may have.
  public static let maximumBytes = 1 << 20

  /// The lines that name a signer, in order.
  public let signers: [AllowedSigner]

  /// Reads a file whole; one bad line refuses it.
  public init(parsing bytes: [UInt8]) throws(AllowedSignersError) {
    guard bytes.count <= Self.maximumBytes else { throw .tooLong(count: bytes.count) }
    var signers: [AllowedSigner] = []
    let lines = bytes.split(separator: Lines.newline, omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      var reading = AllowedSignersLine(Array(line), number: number + 1)
      if let signer = try reading.signer() { signers.append(signer) }
    }
    self.signers = signers
  }

  /// The listed signer for a principal whose key made a signature, judged at the time of the decision.
  ///
  /// Where several lines name the pair, one that allows is enough; else the reason is that of the nearest miss.
  @discardableResult
  public func key(
    for principal: String, matching key: SSHPublicKey, namespace: String, at time: UTCTime
  ) throws(SignerRefusal) -> AllowedSigner {
    let named = signers.filter { $0.names(principal) }
    guard !named.isEmpty else { throw .unknownPrincipal(principal) }
    let listed = named.filter { $0.key == key }
    guard !listed.isEmpty else { throw .keyNotListed(principal: principal, fingerprint: key.fingerprint) }
    let allowed = listed.filter { $0.allows(namespace) }
    guard !allowed.isEmpty else { throw .namespaceNotAllowed(principal: principal, namespace: namespace) }
    guard let signer = allowed.first(where: { $0.isValid(at: time) }) else {
      throw .notValidAt(principal: principal, time: time)
    }
    return signer
  }

  /// The principals a key is listed for, in the file's order, whatever purpose and time.
  public func principals(of key: SSHPublicKey) -> [String] {
    signers.filter { $0.key == key }.flatMap(\.principals)
  }
}
