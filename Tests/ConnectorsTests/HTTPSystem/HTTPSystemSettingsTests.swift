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
    isInternal: Bool = false
  ) -> HTTPSystemSettings {
    let call = HTTPSystemCall(method: "GET", target: "/me", done: [HTTPSystemCondition(status: 200)])
    let description = HTTPSystemDescription(
      name: "desk", hasRunAgainstVendor: true, sources: ["the test"], base: base, auth: .bearer(token: "{secret.key}"),
      rate: nil, timeoutSeconds: 5, control: call, locators: [], steps: [], looks: [], effects: [])
    return HTTPSystemSettings(description: description, values: values, secrets: secrets, isInternal: isInternal)
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
