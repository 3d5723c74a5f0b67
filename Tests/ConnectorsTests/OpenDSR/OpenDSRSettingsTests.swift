import ConnectorKit
import Connectors
import ErasureDomain
import ErasurePlanning
import Foundation
import TestKit
import Testing

struct OpenDSRSettingsTests {
  private static let whole: [String: CanonicalJSON] = [
    "base": .string("https://api.cleansing.example"), "version": .string("2.0"),
    "domain": .string("cleansing.example"), "auth": .object(["bearer": .string("token")]),
    "identities": .object([
      "email": .object(["type": .string("email"), "format": .string("sha256"), "normalise": .string("lower")]),
      "customer-no": .object(["type": .string("controller_customer_id")]),
    ]),
    "authorities": .string("ca"),
  ]

  /// What is wrong with a system's record, nil for nothing.
  private func problem(
    _ changes: [String: CanonicalJSON] = [:], without: String? = nil, role: SystemRole = .processor,
    secrets: [String: String]? = nil
  ) throws -> String? {
    var settings = Self.whole
    for (key, value) in changes { settings[key] = value }
    if let without { settings[without] = nil }
    let authority = String(decoding: try ProcessorKeys.shared().bytes("ca.pem"), as: UTF8.self)
    do {
      _ = try StandardConnectors.registry(loops: WebhookConnectorTests.loops).connector(
        for: CompanyOrders.context(
          role: role, connector: "opendsr", settings: .object(settings), clock: ManualClock(),
          secrets: secrets ?? ["token": "t0ken", "ca": authority]))
      return nil
    } catch let problem as SettingsProblem {
      return problem.description
    }
  }

  @Test func `the register's settings are read, whichever way of authentication`() throws {
    #expect(try problem() == nil)
    #expect(try problem(["auth": .string("none")]) == nil)
    let basic: CanonicalJSON = .object(["basic": .object(["user": .string("key"), "password": .string("token")])])
    #expect(try problem(["auth": basic, "version": .string("1.0")]) == nil)
    for auth in [OpenDSRAuth.none, .bearer("token"), .basic(user: "key", password: "token")] {
      let settings = OpenDSRSettings(base: "https://a.example", domain: "a.example", auth: auth, identities: [:])
      #expect(try CanonicalJSON.decode(OpenDSRSettings.self, from: CanonicalJSON.encode(settings)) == settings)
    }
  }

  @Test func `the example of plans README is read and makes a connector`() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let readme = try String(contentsOf: root.appending(path: "plans/README.md"), encoding: .utf8)
    let section = try #require(readme.components(separatedBy: "\n## OpenDSR\n").last)
    let example = try #require(section.components(separatedBy: "```yaml\n").dropFirst().first)
    let settings = try #require(example.components(separatedBy: "```").first)
    let system = """
      register: 1
      system: cleansing
      name: Address cleansing
      role: processor
      owner: marketing
      subjects: [customer]
      identifiers: [email, customer-no]

      """
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path("o"), withIntermediateDirectories: true)
    try Data((system + settings).utf8).write(to: URL(fileURLWithPath: folder.path("o/cleansing.yaml")))
    let record = try #require(try SystemRegister.load(folder: folder.path, organisation: "o").systems.first)
    let pem = String(decoding: try ProcessorKeys.shared().bytes("ca.pem"), as: UTF8.self)
    var secrets = ["cleansing-ca", "corp-ca", "our-cert", "our-key"].reduce(into: [:]) { $0[$1] = pem }
    secrets["cleansing-secret"] = "s3cret"
    let context = ConnectorContext(
      record: record, retention: [:], clock: ManualClock(), random: SeededRandom(), folder: folder.path, copiesOf: [],
      secrets: FixedSecrets(secrets: secrets))
    let connector = try StandardConnectors.registry(loops: WebhookConnectorTests.loops).connector(for: context)
    #expect(connector is OpenDSRConnector)
  }

  @Test func `what cannot work is named`() throws {
    let bad: [([String: CanonicalJSON], String)] = [
      (["extensions": .boolean(true)], "unknown setting"), (["base": .string("http://a.example")], "base is not https"),
      (["base": .string("https://a.example/")], "last slash"), (["base": .string("https://u:p@a.example")], "base"),
      (["version": .string("3.0")], "version"), (["domain": .string("https://a.example")], "domain is no name"),
      (["domain": .string("A.example")], "domain is no name"),
      (["certificate-host": .string("a.example/x")], "certificate-host is no name"),
      (["auth": .string("anything")], "auth"), (["auth": .object([:])], "auth"),
      (["auth": .object(["bearer": .string("token"), "basic": .object([:])])], "auth"),
      (["auth": .object(["bearer": .string("other")])], #"no credential is named "other""#),
      (["auth": .object(["basic": .object(["user": .string("u"), "word": .string("w")])])], "unknown setting"),
      (["authorities": .string("token")], "holds no certificates"), (["authorities": .string("x")], "no credential"),
      (["identities": .object(["email": .object(["type": .string("email")])])], #"how "customer-no" is named"#),
      (
        ["identities": .object(["email": .object(["type": .string("email"), "salt": .string("")])])], "unknown setting"
      ),
      (["tls": .object(["verify": .boolean(false)])], "unknown setting"),
    ]
    for (changes, expected) in bad {
      let said = try problem(changes)
      #expect(said?.contains(expected) == true, "\(changes.keys): \(said ?? "nothing")")
    }
    for key in ["base", "version", "domain", "auth", "identities"] {
      #expect(try problem(without: key)?.contains(key) == true)
    }
    #expect(try problem(role: .source)?.contains("role source") == true)
    #expect(try problem(secrets: ["token": "two\nlines", "ca": "x"])?.contains("not one line") == true)
  }
}
