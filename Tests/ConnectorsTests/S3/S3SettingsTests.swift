import ConnectorKit
import ErasureDomain
import ErasurePlanning
import Foundation
import TestKit
import Testing

@testable import Connectors

struct S3SettingsTests {
  private static let whole: [String: CanonicalJSON] = [
    "endpoint": .string("https://s3.eu-central-1.amazonaws.com"), "region": .string("eu-central-1"),
    "bucket": .string("our-backups"), "prefix": .string("crm/"), "access-key": .string("s3-access"),
    "secret-key": .string("s3-secret"), "longest-hours": .integer(4), "retention-days": .integer(36),
    "lifecycle": .string("check"),
  ]

  private func problem(
    _ changes: [String: CanonicalJSON] = [:], without: String? = nil, copiesOf: [String] = ["crm"],
    secrets: [String: String] = SeaweedServer.secrets
  ) throws -> String? {
    var settings = Self.whole.merging(changes) { $1 }
    if let without { settings[without] = nil }
    do {
      _ = try StandardConnectors.registry(loops: SeaweedBucket.loops).connector(
        for: CompanyOrders.context(
          role: .backup, connector: "s3", settings: .object(settings), clock: ManualClock(),
          copiesOf: try copiesOf.map { try CompanyOrders.name($0) }, secrets: secrets))
      return nil
    } catch let problem as SettingsProblem {
      return problem.description
    }
  }

  @Test func `good settings are taken and written back the same`() throws {
    #expect(try problem() == nil)
    #expect(try problem(["prefix": .string("")]) == nil)
    #expect(try problem(["endpoint": .string("http://10.0.0.5:9000"), "internal": .boolean(true)]) == nil)
    let settings = S3Settings(
      endpoint: "https://s3.example", region: "r", bucket: "abc", prefix: "", accessKey: "a", secretKey: "s",
      longestHours: 1, retentionDays: 0, lifecycle: .install, tls: TLSSettings(authorities: "ca"),
      proxy: ProxySettings(url: "http://proxy.example:3128"))
    #expect(try CanonicalJSON.decode(S3Settings.self, from: CanonicalJSON.encode(settings)) == settings)
  }

  @Test(arguments: [
    ("endpoint", CanonicalJSON.string("https://s3.example/bucket"), "endpoint is not https://host"),
    ("endpoint", .string("https://s3.example/"), "endpoint is not https://host"),
    ("endpoint", .string("http://s3.example"), "endpoint is not https; use https, or say internal: true"),
    ("region", .string(""), "region is empty"), ("bucket", .string("ab"), "bucket is not 3 to 63"),
    ("bucket", .string("Our_Backups"), "bucket is not 3 to 63"), ("prefix", .string("/crm"), "prefix begins with /"),
    ("longest-hours", .integer(0), "longest-hours is not 1 to 720"),
    ("retention-days", .integer(-1), "retention-days is not 0 to 36500"),
    ("lifecycle", .string("delete"), "lifecycle"), ("longest-hours", .string("4"), "longest-hours"),
    ("acces-key", .string("x"), "unknown setting; use only endpoint, region, bucket, prefix, access-key"),
    ("proxy", .object(["url": .string("http://p.example:1"), "usr": .string("x")]), "unknown setting"),
    ("tls", .object(["ca": .string("x")]), "unknown setting"),
  ])
  func `a wrong setting is named`(key: String, value: CanonicalJSON, said: String) throws {
    let text = try #require(try problem([key: value]))
    #expect(text.contains(said) && text.contains("system \"sister\""), "\(text)")
  }

  @Test(arguments: whole.keys.sorted()) func `a missing setting is named`(key: String) throws {
    let text = try #require(try problem(without: key))
    #expect(text.contains(key), "\(text)")
  }

  @Test func `a missing credential, one of two lines and a system without copies are named`() throws {
    #expect(try problem(secrets: ["s3-access": "a"])?.contains("no credential is named \"s3-secret\"") == true)
    #expect(
      try problem(secrets: ["s3-access": "a\nb", "s3-secret": "b"])?.contains("\"s3-access\" is not one line") == true)
    #expect(try problem(copiesOf: [])?.contains("looks after no system's copies") == true)
  }
}
