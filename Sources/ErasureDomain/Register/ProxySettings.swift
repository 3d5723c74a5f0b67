/// The HTTP proxy through which one system is reached. There is no other: nothing of the environment is one.
public struct ProxySettings: Hashable, Sendable, Codable {
  /// `http` or `https`, host and port.
  public let url: String
  /// Name of the credential with `user:password`; nothing where the proxy does not ask.
  public let user: String?

  /// The keys of the register.
  public static let keys = ["url", "user"]

  public init(url: String, user: String? = nil) {
    self.url = url
    self.user = user
  }
}
