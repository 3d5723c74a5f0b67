import ConnectorKit
import Connectors
import ErasureDomain
import ErasurePlanning
import TestKit
import Testing

/// Where a system may be, and what it needs before it is called.
@Suite struct HTTPSystemSettingsTests {
  private func settings(
    _ base: String, values: [String: String] = [:], secrets: [String: String] = ["key": "service-key"],
    isInternal: Bool = false, tls: TLSSettings? = nil
  ) -> HTTPSystemSettings {
    let call = HTTPSystemCall(method: "GET", target: "/me", done: [HTTPSystemCondition(status: 200)])
    let description = HTTPSystemDescription(
      name: "desk", hasRunAgainstVendor: true, sources: ["the test"], base: base, auth: .bearer(token: "{secret.key}"),
      rate: nil, timeoutSeconds: 5, control: call, locators: [], steps: [], looks: [], effects: [])
    return HTTPSystemSettings(
      description: description, values: values, secrets: secrets, isInternal: isInternal, tls: tls)
  }

  private func connector(
    _ settings: HTTPSystemSettings, secrets: any SecretSource = FixedSecrets(secrets: ["service-key": "k"])
  ) throws -> HTTPSystemConnector {
    let context = try CompanyOrders.context(
      secretsFrom: secrets, role: .own, connector: "http", clock: ManualClock())
    return try HTTPSystemConnector(settings: settings, context: context, loops: HTTPSystemWorld.loops)
  }

  private func problem(
    _ settings: HTTPSystemSettings, secrets: any SecretSource = FixedSecrets(secrets: ["service-key": "k"])
  ) -> String {
    do {
      _ = try connector(settings, secrets: secrets)
      return "none"
    } catch {
      return "\(error)"
    }
  }

  @Test func `an address is https, unless it is in the own network`() {
    #expect(problem(settings("https://api.example.org")) == "none")
    #expect(
      problem(settings("http://api.example.org"))
        == "system \"sister\": base is not https; use https, or say internal: true if it is in your own network")
    #expect(problem(settings("http://api.example.org", isInternal: true)) == "none")
  }

  @Test(arguments: [
    "evil.example/x", "evil.example#", "evil.example?", "a@evil.example", "evil.example:1/", "a b", "é",
  ])
  func `a setting does not move the host that the description names`(value: String) {
    let wrong = settings("https://{setting.dc}.api.example.com/3.0", values: ["dc": value])
    #expect(problem(wrong).contains("base of desk is no URL with the settings given"))
    #expect(problem(settings("https://{setting.dc}.api.example.com/3.0", values: ["dc": "us6"])) == "none")
  }

  @Test func `an address of our own network is dialled only where the register says so`() async throws {
    let service = try FakeService { _, _ in FakeService.answer([:]) }
    let address = service.url.replacing("http://", with: "https://")
    let search = ConnectorOrders.search(try CompanyOrders.name("sister"), HTTPSystemWorld.identifiers)
    let outside = try connector(settings(address))
    #expect(
      try await HTTPSystemWorld.failure { _ = try await outside.locate(search) } == "permanent address-not-public")
    let inside = try connector(settings(service.url, isInternal: true))
    #expect(try await inside.locate(search).total == 0)
  }

  @Test func `a service behind an authority of its own sees our certificate`() async throws {
    let folder = try KeyFolder()
    try folder.makeCertificate("server", name: "localhost")
    try folder.makeCertificate("client", name: "client")
    let server = try TLSServer(
      folder: folder, arguments: ["-Verify", "1", "-CAfile", folder.path("client.pem"), "-verify_return_error"])
    defer { server.stop() }
    func text(_ name: String) throws -> String { String(decoding: try folder.bytes(name), as: UTF8.self) }
    let secrets = FixedSecrets(secrets: [
      "service-key": "k", "ca": try text("server.pem"), "cert": try text("client.pem"),
      "private": try text("client.key"),
    ])
    let search = ConnectorOrders.search(try CompanyOrders.name("sister"), HTTPSystemWorld.identifiers)
    func answer(_ tls: TLSSettings?) async throws -> String {
      let settings = settings("https://localhost:\(server.port)", isInternal: true, tls: tls)
      let connector = try connector(settings, secrets: secrets)
      return try await HTTPSystemWorld.failure { _ = try await connector.locate(search) }
    }
    #expect(try await answer(TLSSettings(authorities: "ca", certificate: "cert", key: "private")) == "none")
    #expect(try await answer(TLSSettings(certificate: "cert", key: "private")).contains("tls"))
    // In TLS 1.3 the refusal comes after our side of the handshake is done, so it may look like a lost connection.
    #expect(try await answer(TLSSettings(authorities: "ca")) != "none")
  }

  @Test func `what is wrong with tls is said at start`() {
    func said(_ tls: TLSSettings) -> String { problem(settings("https://api.example.org", tls: tls)) }
    #expect(said(TLSSettings(authorities: "ca")) == "system \"sister\": no credential is named \"ca\"; create it")
    #expect(
      said(TLSSettings(authorities: "service-key"))
        == "system \"sister\": credential \"service-key\" is no PEM; replace it")
    #expect(
      said(TLSSettings(certificate: "cert"))
        == "system \"sister\": tls has a certificate or a key alone; name the credentials of both")
  }

  @Test func `a secret that is missing is named at start, and later the call may be tried again`() async throws {
    #expect(
      problem(settings("https://api.example.org"), secrets: FixedSecrets(secrets: [:]))
        == "system \"sister\": no credential is named \"service-key\"; create it")
    #expect(
      problem(settings("https://api.example.org"), secrets: FixedSecrets(secrets: ["service-key": "a\nb"]))
        == "system \"sister\": credential \"service-key\" is not one line of text; replace it")
    let secret = ChangingSecret("k")
    let service = try FakeService { call, _ in
      call.headers["authorization"] == "Bearer n" ? FakeService.answer([:]) : .status(401)
    }
    let inside = try connector(settings(service.url, isInternal: true), secrets: secret)
    let search = ConnectorOrders.search(try CompanyOrders.name("sister"), HTTPSystemWorld.identifiers)
    secret.replace(by: nil)
    #expect(
      try await HTTPSystemWorld.failure { _ = try await inside.locate(search) } == "transient credential-unusable -")
    secret.replace(by: "n\n")
    #expect(try await inside.locate(search).total == 0)
  }
}
