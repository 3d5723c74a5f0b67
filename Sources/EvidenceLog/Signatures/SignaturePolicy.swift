/// What is demanded of a signature beyond that it fits.
///
/// A touch is demanded of every key in hardware and is no matter of policy: `ssh-keygen -Y verify` does not look at it.
public struct SignaturePolicy: Hashable, Sendable {
  /// Whether a key in hardware must have asked for a PIN or biometry.
  ///
  /// Keys in files show nothing of the kind and are taken as before.
  public var requiresUserVerification: Bool
  /// The pages on which a browser may have signed, each as `https://host[:port]`; nil leaves it open, and an empty list
  /// takes no browser's signature.
  public var origins: [String]?

  /// Touch only, on any page, unless more is said.
  public init(requiresUserVerification: Bool = false, origins: [String]? = nil) {
    self.requiresUserVerification = requiresUserVerification
    self.origins = origins
  }
}
