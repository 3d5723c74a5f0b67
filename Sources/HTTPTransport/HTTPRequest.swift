/// One HTTP request, sent as written: no redirect is followed, no cookie kept, no compression asked for.
public struct HTTPRequest: Sendable {
  /// `GET`, `POST` and so on, in capitals.
  public var method: String
  /// An absolute `http` or `https` URL in ASCII, without user, password or fragment (see `URLParts`).
  public var url: String
  /// Header fields in order; `Content-Length`, `Transfer-Encoding` and `Expect` are ours and refused here.
  public var headers: [(String, String)]
  /// The body; `nil` sends none (an empty one for `POST`, `PUT` and `PATCH`).
  public var body: [UInt8]?
  /// How long it may take and how much may come back.
  public var limits: HTTPLimits
  /// Path of a Unix socket to dial instead of the URL's host; only a loop of reach `privateToo` does.
  public var unixSocket: String?
  /// The proxy that is dialled instead of the URL's host; nothing of the environment is one.
  public var proxy: HTTPProxy?
  /// Whose certificates are believed.
  public var trust: TLSTrust
  /// The certificate that we show, if the server wants one.
  public var clientCertificate: ClientCertificate?
  /// Never use a kept connection.
  ///
  /// libcurl repeats a request by itself when a kept connection turns out dead before the first byte of an answer. Set
  /// this where a second arrival would do harm in spite of the idempotency key.
  public var onFreshConnection: Bool

  /// A request with the default limits and the system's trust where nothing is said.
  public init(
    method: String, url: String, headers: [(String, String)] = [], body: [UInt8]? = nil,
    limits: HTTPLimits = HTTPLimits(), unixSocket: String? = nil, proxy: HTTPProxy? = nil,
    trust: TLSTrust = .system, clientCertificate: ClientCertificate? = nil, onFreshConnection: Bool = false
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.limits = limits
    self.unixSocket = unixSocket
    self.proxy = proxy
    self.trust = trust
    self.clientCertificate = clientCertificate
    self.onFreshConnection = onFreshConnection
  }
}

extension HTTPRequest: CustomStringConvertible, CustomReflectable {
  /// Method and sizes only: URL, headers and body may name a person or hold a secret.
  public var description: String { "\(method) with \(headers.count) headers and \(body?.count ?? 0) bytes" }

  /// Nothing, so that `dump` and a failed test print no more than `description` does.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
