import ConnectorKit
import ErasureDomain
import ErasurePlanning
import Foundation
import TestKit
import Testing

@testable import Connectors

struct BackupToolSettingsTests {
  private static let program = CanonicalJSON.array([.string("/usr/bin/restic")])
  private static let restic: [String: CanonicalJSON] = [
    "tool": .string("restic"), "program": program, "retention-days": .integer(36),
    "environment": .object(["RESTIC_REPOSITORY": .string("/srv/restic")]),
    "credentials": .object(["RESTIC_PASSWORD": .string("restic-password")]),
  ]
  private static let pgBackRest: [String: CanonicalJSON] = [
    "tool": .string("pgbackrest"), "program": program, "stanza": .string("main"), "retention-days": .integer(22),
  ]

  private func problem(
    _ settings: [String: CanonicalJSON], _ changes: [String: CanonicalJSON] = [:], without: String? = nil
  ) throws -> String? {
    var settings = settings.merging(changes) { $1 }
    if let without { settings[without] = nil }
    do {
      _ = try StandardConnectors.registry(loops: WebhookConnectorTests.loops).connector(
        for: CompanyOrders.context(
          role: .backup, connector: "backup-tool", settings: .object(settings), clock: ManualClock(),
          copiesOf: [CompanyOrders.name("crm")], secrets: ResticWorld.secrets))
      return nil
    } catch let problem as SettingsProblem {
      return problem.description
    }
  }

  @Test func `good settings are taken and written back the same`() throws {
    #expect(try problem(Self.restic) == nil)
    #expect(try problem(Self.restic, ["host": .string("crm-1.example")]) == nil)
    #expect(try problem(Self.pgBackRest) == nil)
    let settings = BackupToolSettings(
      tool: .pgBackRest, program: ["/a"], stanza: "main", environment: ["A": "b"], credentials: ["B": "c"],
      retentionDays: 3)
    #expect(try CanonicalJSON.decode(BackupToolSettings.self, from: CanonicalJSON.encode(settings)) == settings)
  }

  @Test func `what is missing or wrong is named`() throws {
    func said(
      _ settings: [String: CanonicalJSON], _ changes: [String: CanonicalJSON] = [:], without: String? = nil,
      _ text: String
    ) throws {
      let problem = try problem(settings, changes, without: without) ?? "none"
      #expect(problem.hasPrefix("system \"sister\": ") && problem.contains(text), "\(problem)")
    }
    for key in ["tool", "program", "retention-days"] { try said(Self.restic, without: key, key) }
    try said(Self.restic, ["tool": .string("borg")], "tool")
    try said(Self.restic, ["stanze": .string("x")], "unknown setting; use only tool, program, stanza, host")
    try said(Self.restic, ["retention-days": .integer(40_000)], "retention-days is not 0 to 36500")
    try said(Self.restic, ["program": .array([.string("restic")])], "begins with an absolute path")
    try said(Self.restic, ["stanza": .string("main")], "stanza is for pgbackrest")
    try said(Self.restic, ["host": .string("--all")], "host is not of letters")
    try said(Self.restic, without: "environment", "restic needs RESTIC_REPOSITORY")
    try said(Self.restic, without: "credentials", "restic needs RESTIC_PASSWORD")
    let open = CanonicalJSON.object(["RESTIC_REPOSITORY": .string("/r"), "RESTIC_PASSWORD": .string("x")])
    try said(Self.restic, ["environment": open], without: "credentials", "RESTIC_PASSWORD is a secret")
    try said(
      Self.restic, ["credentials": .object(["RESTIC_PASSWORD": .string("other")])], "no credential is named \"other\"")
    try said(Self.pgBackRest, without: "stanza", "pgbackrest needs stanza")
    try said(Self.pgBackRest, ["stanza": .string("a b")], "pgbackrest needs stanza")
    try said(Self.pgBackRest, ["host": .string("a")], "host is for restic")
  }

  // MARK: Documentation

  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Makes every connector of an organisation's folder; each backup system looks after `crm`.
  private func connectors(plans: String, organisation: String) throws -> [String: any Connector] {
    let names = [
      "s3-access", "s3-secret", "restic-password", "corp-ca", "proxy-login",
    ]
    var secrets = Dictionary(uniqueKeysWithValues: names.map { ($0, "a:b") })
    secrets["corp-ca"] = String(decoding: try ProcessorKeys.shared().bytes("ca.pem"), as: UTF8.self)
    var made: [String: any Connector] = [:]
    for record in try SystemRegister.load(folder: plans, organisation: organisation).systems {
      made[record.system.description] = try StandardConnectors.registry(loops: WebhookConnectorTests.loops).connector(
        for: ConnectorContext(
          record: record, retention: [:], clock: ManualClock(), random: SeededRandom(), folder: plans,
          copiesOf: [try CompanyOrders.name("crm")], secrets: FixedSecrets(secrets: secrets)))
    }
    return made
  }

  @Test func `each sample makes a connector`() throws {
    let made = try connectors(plans: Self.root.appending(path: "plans").path, organisation: "samples")
    #expect(Set(made.keys) == ["s3-backups", "restic-backups", "pgbackrest-backups", "tapes"])
    #expect(made["s3-backups"] is S3Connector && made["tapes"] is CommandConnector)
  }

  @Test func `the examples of plans README are read and make connectors`() throws {
    let readMe = try String(contentsOf: Self.root.appending(path: "plans/README.md"), encoding: .utf8)
    let section = try #require(
      readMe.components(separatedBy: "\n## Backups\n").last?.components(separatedBy: "\n## ").first)
    let examples = section.components(separatedBy: "```yaml\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
    #expect(examples.count == 4)
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path("o"), withIntermediateDirectories: true)
    for (number, example) in examples.enumerated() {
      let head =
        "register: 1\nsystem: b\(number)\nname: Backups\nrole: backup\nowner: it\nsubjects: [customer]\n"
      try Data((head + example).utf8).write(to: URL(fileURLWithPath: folder.path("o/b\(number).yaml")))
    }
    let made = try connectors(plans: folder.path, organisation: "o")
    #expect(made["b0"] is EndsByItselfConnector && made["b1"] is S3Connector)
    #expect(made["b2"] is BackupToolConnector && made["b3"] is BackupToolConnector)
  }
}
