/// An HTTP proxy through which a request goes, always by CONNECT: it sees host and port, never what an https request says.
public struct HTTPProxy: Sendable, Equatable {
  /// User and password of the proxy, sent by Basic.
  public struct Login: Sendable, Equatable {
    public var user: String
    public var password: String

    public init(user: String, password: String) {
      self.user = user
      self.password = password
    }
  }

  /// `http` or `https`, a host and a port; where no port is written, that of the scheme.
  public var url: String
  /// Who we are for the proxy; nothing where it does not ask.
  public var login: Login?

  /// Takes both parts.
  public init(url: String, login: Login? = nil) {
    self.url = url
    self.login = login
  }

  /// The proxy's origin; nil for what is no URL, and for one with a path.
  public var origin: String? {
    guard let parts = URLParts(url), parts.target == "/" else { return nil }
    return parts.origin
  }
}

extension HTTPProxy: CustomStringConvertible, CustomReflectable {
  /// Never the password.
  public var description: String { "proxy (not shown)" }

  /// Nothing, so that `dump` and a failed test print no more than `description` does.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
