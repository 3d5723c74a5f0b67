import ConnectorKit
import ErasureDomain
import HTTPTransport

extension ProxySettings {
  /// Checks the proxy's address and its credential, and that `target` is one that may be handed to a proxy.
  ///
  /// The proxy itself may be anywhere: the register names it. What it dials for a name, it alone knows. A target that
  /// says by itself that it is private needs `internal: true`; `Reach` looks again at each request.
  func check(_ context: ConnectorContext, target: String, isInternal: Bool) throws(SettingsProblem) {
    let system = "system \"\(context.record.system)\": "
    guard HTTPProxy(url: url).origin != nil else {
      throw SettingsProblem(
        system + "proxy url is not http(s)://host:port; correct it, and name user under a credential")
    }
    if !isInternal, let host = URLParts(target)?.host, Reach.isNamedPrivate(host: host) {
      throw SettingsProblem(
        system + "its address is a private one, also behind a proxy; say internal: true if it is in your own network")
    }
    guard let user else { return }
    guard let text = context.secrets.secret(user) else {
      throw SettingsProblem(system + "no credential is named \"\(user)\"; create it")
    }
    guard Self.login(text) != nil else {
      throw SettingsProblem(system + "credential \"\(user)\" is not one line user:password; replace it")
    }
  }

  /// `user:password` (RFC 7617): the user has no colon.
  fileprivate static func login(_ bytes: [UInt8]) -> HTTPProxy.Login? {
    guard let text = HTTPSystemConnector.secretText(bytes), let colon = text.firstIndex(of: ":"),
      colon > text.startIndex
    else { return nil }
    return HTTPProxy.Login(user: String(text[..<colon]), password: String(text[text.index(after: colon)...]))
  }
}

extension HTTPRequest {
  /// Goes through the system's proxy, if it has one; the credential is read anew.
  mutating func use(_ proxy: ProxySettings?, _ credential: (String) -> [UInt8]?) throws(ConnectorFailure) {
    guard let proxy else { return }
    var through = HTTPProxy(url: proxy.url)
    if let name = proxy.user {
      guard let login = credential(name).flatMap(ProxySettings.login) else {
        throw .transient(FailureCode("credential-unusable"), retryAfterSeconds: nil)
      }
      through.login = login
    }
    self.proxy = through
  }
}

/// What a proxy's own answer means. Nothing has reached the system then, so nothing of it is unknown.
enum ProxyAnswer {
  /// Its gateway errors pass; that it does not know us, or does not allow the address, changes only by a person.
  static func failure(status: Int) -> ConnectorFailure {
    switch status {
    case 407: .needsOfficer(Question(code: .other, detail: FailureCode("proxy-credentials")))
    case 500...: .transient(FailureCode("proxy-refused"), retryAfterSeconds: nil)
    default: .needsOfficer(Question(code: .other, detail: FailureCode("proxy-refused")))
    }
  }
}
