import ConnectorKit
import ErasureDomain
import ErasurePlanning
import HTTPTransport
import TestKit
import Testing

@testable import Connectors

/// Systems of the register that are reached through a proxy.
@Suite struct ProxiedSystemTests {
  private static let loops = HTTPLoops(
    publicOnly: HTTPLoop(reach: .publicOnly), privateToo: HTTPLoop(reach: .privateToo))
  private static let secrets = [
    "s": CompanyOrders.secret, "at-proxy": "expunged:right\n", "wrong": "expunged:wrong", "no-colon": "expunged",
    "service-key": "k",
  ]

  private func webhook(
    _ endpoint: String, _ proxy: ProxySettings, isInternal: Bool = true,
    secrets: any SecretSource = FixedSecrets(
      secrets: ProxiedSystemTests.secrets)
  ) throws -> WebhookConnector {
    try WebhookConnector(
      settings: WebhookSettings(endpoint: endpoint, secret: "s", isInternal: isInternal, proxy: proxy),
      context: CompanyOrders.context(secretsFrom: secrets, clock: ManualClock()), loops: Self.loops)
  }

  private func service(_ base: String, _ proxy: ProxySettings, isInternal: Bool = true) throws -> HTTPSystemConnector {
    let call = HTTPSystemCall(method: "GET", target: "/me", done: [HTTPSystemCondition(status: 200)])
    let description = HTTPSystemDescription(
      name: "desk", hasRunAgainstVendor: true, sources: ["the test"], base: base, auth: .bearer(token: "{secret.key}"),
      rate: nil, timeoutSeconds: 5, control: call, locators: [], steps: [], looks: [], effects: [])
    let settings = HTTPSystemSettings(
      description: description, values: [:], secrets: ["key": "service-key"], isInternal: isInternal, proxy: proxy)
    let context = try CompanyOrders.context(
      role: .own, connector: "http", clock: ManualClock(), secrets: Self.secrets)
    return try HTTPSystemConnector(settings: settings, context: context, loops: Self.loops)
  }

  /// What a notice and a search through the proxy come to.
  private func outcomes(_ company: ScriptedCompany, _ proxy: ProxySettings) async throws -> [String] {
    let notice = try webhook(company.url + "/erasure", proxy)
    let search = try service("http://desk.example", proxy)
    let order = ConnectorOrders.search(try CompanyOrders.name("sister"), HTTPSystemWorld.identifiers)
    return [
      try await HTTPSystemWorld.failure { _ = try await notice.erase(CompanyOrders.order(), before: NoticeRecorder()) },
      try await HTTPSystemWorld.failure { _ = try await search.locate(order) },
    ]
  }

  @Test func `a notice and a search go through the proxy that the register names, with its login`() async throws {
    let company = try ScriptedCompany(.status(200))
    let proxy = try ConnectProxy(to: company.port, login: "expunged:right")
    let settings = ProxySettings(url: proxy.url, user: "at-proxy")
    #expect(try await outcomes(company, settings) == ["none", "none"])
    #expect(company.calls.map(\.target) == ["/erasure", "/me"])
    #expect(company.calls.allSatisfy { $0.headers["proxy-authorization"] == nil })
    #expect(proxy.heads.map { $0.split(separator: " ")[1] } == ["127.0.0.1:\(company.port)", "desk.example:80"])
    #expect(!proxy.heads.joined().contains("Bearer") && !proxy.heads.joined().contains("webhook"))
  }

  @Test func `what the proxy says is named, is no answer of the system, and leaves nothing unknown`() async throws {
    let company = try ScriptedCompany(.status(200))
    let asks = try ConnectProxy(to: company.port, login: "expunged:right")
    let credentials = "officer other proxy-credentials"
    #expect(try await outcomes(company, ProxySettings(url: asks.url, user: "wrong")) == [credentials, credentials])
    #expect(try await outcomes(company, ProxySettings(url: asks.url)) == [credentials, credentials])
    let forbids = try ConnectProxy(to: company.port, refusal: 403)
    let refused = "officer other proxy-refused"
    #expect(try await outcomes(company, ProxySettings(url: forbids.url)) == [refused, refused])
    let busy = try ConnectProxy(to: company.port, refusal: 503)
    let later = "transient proxy-refused -"
    #expect(try await outcomes(company, ProxySettings(url: busy.url)) == [later, later])
    let down = try ConnectProxy(to: company.port)
    let isDown = ProxySettings(url: down.url)
    down.stop()
    let unreachable = "transient proxy-unreachable -"
    #expect(try await outcomes(company, isDown) == [unreachable, unreachable])
    #expect(company.calls.isEmpty)
  }

  @Test func `a login that went missing sends nothing, and later the same order works`() async throws {
    let company = try ScriptedCompany(.status(200))
    let proxy = try ConnectProxy(to: company.port, login: "expunged:right")
    let secret = ChangingSecret(CompanyOrders.secret)
    // The only source gives the webhook's secret for every name: it is no `user:password`.
    #expect(throws: SettingsProblem.self) {
      try webhook(company.url, ProxySettings(url: proxy.url, user: "at-proxy"), secrets: secret)
    }
    var request = HTTPRequest(method: "GET", url: company.url)
    let failure = #expect(throws: ConnectorFailure.self) {
      try request.use(ProxySettings(url: proxy.url, user: "at-proxy")) { _ in nil }
    }
    #expect(failure == .transient(FailureCode("credential-unusable"), retryAfterSeconds: nil))
    #expect(request.proxy == nil)
  }

  @Test func `what is wrong with a proxy is said at start`() {
    func said(
      _ url: String, user: String? = nil, target: String = "https://sister.example/", isInternal: Bool = false
    ) -> [String] {
      let proxy = ProxySettings(url: url, user: user)
      return [
        { _ = try webhook(target, proxy, isInternal: isInternal) },
        { _ = try service(String(target.dropLast()), proxy, isInternal: isInternal) },
      ].map { (make: () throws -> Void) in
        do {
          try make()
          return "none"
        } catch { return "\(error)" }
      }
    }
    func both(_ text: String) -> [String] { ["system \"sister\": \(text)", "system \"sister\": \(text)"] }
    // A proxy may be on a private address: the register names it.
    #expect(said("http://10.0.0.1:3128") == ["none", "none"])
    #expect(said("https://proxy.example", user: "at-proxy") == ["none", "none"])
    let address = both("proxy url is not http(s)://host:port; correct it, and name user under a credential")
    for url in ["socks5://proxy.example:1080", "proxy.example:3128", "http://u:p@proxy.example", "http://p.example/x"] {
      #expect(said(url) == address, "\(url)")
    }
    #expect(
      said("http://proxy.example:3128", user: "none-such")
        == both("no credential is named \"none-such\"; create it"))
    #expect(
      said("http://proxy.example:3128", user: "no-colon")
        == both("credential \"no-colon\" is not one line user:password; replace it"))
    let hidden = both(
      "its address is a private one, also behind a proxy; say internal: true if it is in your own network")
    #expect(said("http://proxy.example:3128", target: "https://127.0.0.1/") == hidden)
    #expect(said("http://proxy.example:3128", target: "https://127.0.0.1/", isInternal: true) == ["none", "none"])
    // Plain http stays a matter of the own network.
    #expect(said("http://proxy.example:3128", target: "http://sister.example/").allSatisfy { $0.contains("https") })
  }

  @Test func `the register's proxy is read strictly`() throws {
    var registry = ConnectorRegistry()
    registry.add(WebhookConnector.self) { try WebhookConnector(settings: $0, context: $1, loops: Self.loops) }
    func read(_ proxy: [String: CanonicalJSON]) throws {
      let settings: CanonicalJSON = .object([
        "endpoint": .string("https://sister.example/"), "secret": .string("s"), "proxy": .object(proxy),
      ])
      _ = try registry.connector(
        for: CompanyOrders.context(settings: settings, clock: ManualClock(), secrets: Self.secrets))
    }
    try read(["url": .string("http://proxy.example:3128"), "user": .string("at-proxy")])
    let misspelt = #expect(throws: SettingsProblem.self) {
      try read(["url": .string("http://proxy.example:3128"), "password": .string("x")])
    }
    #expect(misspelt?.description.contains("password") == true)
    #expect(throws: SettingsProblem.self) { try read(["user": .string("at-proxy")]) }
  }
}
