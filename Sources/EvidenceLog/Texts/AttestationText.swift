public import ErasureDomain

/// What a person signs who did a manual task: `expunged-attestation/v1`.
///
/// It names carriers and methods, never a data subject; two people sign the same bytes where two names are asked.
public struct AttestationText: Hashable, Sendable {
  /// What the signature is made for.
  public static let namespace = SignatureNamespace.attestation
  /// The first line.
  public static let header = "expunged-attestation/v1"

  /// The origin of the log that the job is in.
  public let log: String
  /// The job that was done by hand.
  public let job: JobReference
  /// The request that the job belongs to.
  public let request: RequestReference
  /// What was done, in one line.
  public let done: String
  /// What it was done to: the carrier or place, such as a serial number.
  public let medium: String
  /// How it was done.
  public let method: String
  /// 32 lower-case hexadecimal digits from the question that asked for it.
  public let nonce: String

  /// A text from its values; each is one printable line of at most 512 bytes without space at its ends.
  public init(
    log: String, job: JobReference, request: RequestReference, done: String, medium: String, method: String,
    nonce: String
  ) throws(SignedTextError) {
    try SignedTextLines.checkLog(log)
    try SignedTextLines.check(done, name: "done")
    try SignedTextLines.check(medium, name: "medium")
    try SignedTextLines.check(method, name: "method")
    try SignedTextLines.checkNonce(nonce)
    self.log = log
    self.job = job
    self.request = request
    self.done = done
    self.medium = medium
    self.method = method
    self.nonce = nonce
  }

  /// Reads a text strictly: exactly its lines in their order.
  public init(parsing bytes: [UInt8]) throws(SignedTextError) {
    let values = try SignedTextLines.values(of: bytes, header: Self.header, names: Self.names)
    try self.init(
      log: values[0], job: try SignedTextLines.parsed(values[1], name: "job"),
      request: try SignedTextLines.parsed(values[2], name: "request"), done: values[3], medium: values[4],
      method: values[5], nonce: values[6])
  }

  /// The bytes to sign.
  public var encoded: [UInt8] {
    let values = [log, job.description, request.description, done, medium, method, nonce]
    return SignedTextLines.bytes(
      header: Self.header, lines: zip(Self.names, values).map { (name: $0, value: $1) })
  }

  private static let names = ["log", "job", "request", "done", "medium", "method", "nonce"]
}
