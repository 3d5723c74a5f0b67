// swift-tools-version: 6.2
import PackageDescription

/// The same rules for every target of ours: Swift 6 mode, no warnings, imports say who may see them.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let swiftASN1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// A library of ours. It may name only libraries of a lower level (ARCHITECTURE.md, "Where a line of code lives").
func library(
  _ name: String, uses dependencies: [Target.Dependency] = [], exclude: [String] = [], resources: [Resource] = []
) -> Target {
  .target(name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: strict)
}

func program(_ name: String, uses dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .executableTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

/// Tests name every module they import; a golden file lies beside the test that compares with it.
func tests(of name: String, uses dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.byName(name: name), "TestKit"] + dependencies, exclude: exclude,
    swiftSettings: strict)
}

let package = Package(
  name: "expunged",
  products: [
    .executable(name: "expunged", targets: ["expunged"]),
    .executable(name: "expunge", targets: ["expunge"]),
    .executable(name: "expunge-audit", targets: ["expunge-audit"]),
    .executable(name: "demo-company", targets: ["demo-company"]),
    // For the package in Tests/Benchmarks.
    .library(
      name: "DatabaseErasing", targets: ["Connectors", "ConnectorKit", "ErasureDomain", "Postgres", "CPostgres"]),
    .library(
      name: "WebhookSending",
      targets: [
        "Connectors", "ConnectorKit", "ErasureDomain", "ErasureEngine", "EvidenceLog", "HTTPTransport", "Journal",
        "SubjectVault", "TestKit",
      ]),
    .library(name: "EvidenceVerifying", targets: ["ErasureDomain", "EvidenceLog", "TestKit"]),
  ],
  dependencies: [
    // The stores: SQLite with prepared statements, pools and backup that are tested elsewhere.
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    // The command socket, the listener for companies and the officer's page.
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    // Templates of the officer's page, escaped by default.
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    // Commands, options and their help texts.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // YAML with the line of every node, which strict decoding needs.
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    // The logging interface that Hummingbird uses too.
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    // SHA-256, Ed25519, P-256, HMAC and AES-GCM; RSA for companies that sign with nothing else.
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    // Chains of X.509 certificates, which OpenDSR wants verified: libcurl checks only those of its own connections.
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    // PEM, the form in which those certificates come, and the answers of time-stamping authorities.
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    // Programs of others, without a shell and without our files.
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    // File descriptors as swift-subprocess takes them.
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
  ],
  targets: [
    // Level 0
    library("ErasureDomain"),
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
    .target(name: "CPeerCredentials"),
    .target(name: "CPrograms"),
    .target(name: "CPageFiles", exclude: ["files.sh"]),
    .target(name: "CSecondVerifier"),
    .target(name: "CPostgres", linkerSettings: [.linkedLibrary("pq")]),
    // Level 1
    library(
      "EvidenceLog", uses: ["ErasureDomain", "CSecondVerifier", crypto, cryptoExtras, swiftASN1],
      exclude: ["FORMAT.md", "verify.py"]),
    library("ErasurePlanning", uses: ["ErasureDomain", yams]),
    library("ConnectorKit", uses: ["ErasureDomain"]),
    library("OfficerAPI", uses: ["ErasureDomain"]),
    // Level 2
    library("Correspondence", uses: ["ErasureDomain", "EvidenceLog", "ConnectorKit"]),
    library("ExternalPrograms", uses: ["CPrograms", subprocess, systemPackage]),
    library("HTTPTransport", uses: ["ErasureDomain", "CCurl"]),
    library("MailTransport", uses: ["CCurl"]),
    library("Postgres", uses: ["CPostgres"]),
    library("SFTPTransport", uses: ["CCurl"]),
    // Level 3
    library("Journal", uses: ["ErasureDomain", "EvidenceLog", grdb, crypto]),
    library("SubjectVault", uses: ["ErasureDomain", "EvidenceLog", grdb, crypto]),
    // Level 4
    library(
      "Connectors",
      uses: [
        "ErasureDomain", "EvidenceLog", "ErasurePlanning", "ConnectorKit", "Correspondence", "ExternalPrograms",
        "HTTPTransport", "MailTransport", "Postgres", "SFTPTransport", grdb, crypto, swiftASN1, x509,
      ]),
    library(
      "ErasureEngine",
      uses: ["ErasureDomain", "EvidenceLog", "ConnectorKit", "Journal", "SubjectVault", logging]),
    library("EvidencePublishing", uses: ["ErasureDomain", "EvidenceLog", "HTTPTransport", "Journal"]),
    // Level 6
    library(
      "OfficerDesk",
      uses: [
        "ErasureDomain", "EvidenceLog", "ErasurePlanning", "ConnectorKit", "OfficerAPI", "Journal", "SubjectVault",
        "ErasureEngine", "EvidencePublishing", "Correspondence", "ExternalPrograms", crypto, logging,
      ]),
    // Level 7
    library(
      "Listeners",
      uses: [
        "ErasureDomain", "EvidenceLog", "OfficerAPI", "ConnectorKit", "Correspondence", "ErasureEngine", "OfficerDesk",
        "CPageFiles", "CPeerCredentials", hummingbird, mustache, logging,
      ], exclude: ["Page/Assets", "Page/Templates", "Page/Words"]),
    library("OfficerConsole", uses: ["ErasureDomain", "EvidenceLog", "OfficerAPI", "HTTPTransport", argumentParser]),
    // Level 8
    program(
      "expunged",
      uses: [
        "ErasureDomain", "EvidenceLog", "ErasurePlanning", "ConnectorKit", "HTTPTransport", "MailTransport", "Journal",
        "SubjectVault", "Connectors", "ErasureEngine", "EvidencePublishing", "Correspondence", "ExternalPrograms",
        "OfficerDesk",
        "Listeners", argumentParser, grdb, logging,
      ]),
    program("expunge", uses: ["OfficerConsole"]),
    program("expunge-audit", uses: ["ErasureDomain", "EvidenceLog", argumentParser]),
    program(
      "demo-company", uses: ["ErasureDomain", hummingbird, argumentParser, crypto, grdb, logging],
      exclude: [
        "demo.sh", "demo-auditor.sh", "demo-auditor-daemon.sh", "demo-operator.sh", "demo-page.sh", "search.py",
        "time_stamp_authority.py",
      ]),
    // Tests
    .target(
      name: "TestKit", dependencies: ["ErasureDomain", "EvidenceLog", "ConnectorKit", crypto], path: "Tests/TestKit",
      swiftSettings: strict),
    .target(
      name: "PostgresTestKit", dependencies: ["Postgres", "TestKit"], path: "Tests/PostgresTestKit",
      swiftSettings: strict),
    tests(of: "ErasureDomain", exclude: ["Golden"]),
    tests(of: "EvidenceLog", uses: ["ErasureDomain", crypto]),
    tests(of: "ErasurePlanning", uses: ["ErasureDomain", "ConnectorKit"], exclude: ["Golden"]),
    tests(of: "ExternalPrograms"),
    tests(of: "HTTPTransport", uses: ["ErasureDomain", "CPeerCredentials"]),
    tests(of: "MailTransport"),
    tests(of: "Postgres", uses: ["PostgresTestKit", "CPostgres"]),
    tests(of: "Journal", uses: ["ErasureDomain", "EvidenceLog", grdb]),
    tests(of: "SubjectVault", uses: ["ErasureDomain", "EvidenceLog", grdb]),
    tests(
      of: "Connectors",
      uses: [
        "Correspondence", "ErasureDomain", "EvidenceLog", "ErasurePlanning", "ConnectorKit", "HTTPTransport",
        "Postgres",
        "PostgresTestKit", grdb,
        "demo-company",
      ]),
    tests(
      of: "ErasureEngine", uses: ["ErasureDomain", "EvidenceLog", "ConnectorKit", "Journal", "SubjectVault", logging]),
    tests(
      of: "OfficerDesk",
      uses: [
        "ErasureDomain", "ErasurePlanning", "EvidenceLog", "ConnectorKit", "OfficerAPI", "Journal", "SubjectVault",
        "ErasureEngine", "Connectors", "Correspondence", grdb, crypto, logging,
      ]),
    tests(of: "Correspondence", uses: ["ErasureDomain", "ConnectorKit"], exclude: ["Golden"]),
    tests(of: "EvidencePublishing", uses: ["ErasureDomain", "EvidenceLog", "HTTPTransport", "Journal"]),
    tests(
      of: "OfficerConsole", uses: ["ErasureDomain", "ErasurePlanning", "OfficerAPI", "EvidenceLog", argumentParser],
      exclude: ["Golden"]),
    tests(
      of: "Listeners",
      uses: ["ErasureDomain", "EvidenceLog", "ConnectorKit", "OfficerAPI", "OfficerConsole", "HTTPTransport", logging]),
    // The programs are dependencies only so that they are built: these tests start them.
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "TestKit", "PostgresTestKit", "ErasureDomain", "EvidenceLog", "HTTPTransport", "Listeners", "OfficerDesk",
        "expunged", "expunge", "expunge-audit", "demo-company", grdb, crypto,
      ], path: "Tests/EndToEndTests", swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
