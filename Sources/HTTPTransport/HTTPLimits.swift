/// How long one request may take and how much answer is accepted.
public struct HTTPLimits: Sendable, Equatable {
  /// Seconds for name resolution, connecting and the TLS handshake.
  public static let defaultConnectSeconds = 10
  /// Seconds until the first byte of the answer; Standard Webhooks asks senders to wait 15 to 30.
  public static let defaultFirstByteSeconds = 30
  /// Seconds for everything, waiting for a free place included.
  public static let defaultTotalSeconds = 60
  /// Bytes of answer body: an answer that we read is a receipt or a page of results, never a file.
  public static let defaultBodyBytes = 1 << 20
  /// The longest time that any of the limits can be set to, in seconds.
  public static let maximumSeconds = 86_400
  /// Bytes of all header lines of an answer together.
  public static let headerBytes = 64 << 10

  /// Seconds for name resolution, connecting and the TLS handshake.
  public var connectSeconds: Int
  /// Seconds from the start of the transfer, connecting and sending included, until the first byte of the answer.
  public var firstByteSeconds: Int
  /// Seconds from `send` until the whole answer is here.
  public var totalSeconds: Int
  /// Bytes of answer body; one more ends the transfer with `HTTPFailure.tooLarge`.
  public var bodyBytes: Int

  /// Limits with the named defaults where nothing is said.
  public init(
    connectSeconds: Int = HTTPLimits.defaultConnectSeconds,
    firstByteSeconds: Int = HTTPLimits.defaultFirstByteSeconds,
    totalSeconds: Int = HTTPLimits.defaultTotalSeconds,
    bodyBytes: Int = HTTPLimits.defaultBodyBytes
  ) {
    self.connectSeconds = connectSeconds
    self.firstByteSeconds = firstByteSeconds
    self.totalSeconds = totalSeconds
    self.bodyBytes = bodyBytes
  }

  /// A time within 1 second and `maximumSeconds`: libcurl reads 0 as "no limit".
  static func bounded(_ seconds: Int) -> Int { min(max(seconds, 1), maximumSeconds) }
}
