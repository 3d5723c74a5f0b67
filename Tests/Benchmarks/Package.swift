// swift-tools-version: 6.2
import PackageDescription

/// Benchmarks are a package of their own, so that the main build does not make what only they need.
let package = Package(
  name: "benchmarks",
  dependencies: [
    .package(name: "expunged", path: "../.."), .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    .executableTarget(
      name: "database-bench", dependencies: [.product(name: "DatabaseErasing", package: "expunged")],
      swiftSettings: [.treatAllWarnings(as: .error)]),
    .executableTarget(
      name: "webhook-bench", dependencies: ["BareCurl", .product(name: "WebhookSending", package: "expunged")],
      swiftSettings: [.treatAllWarnings(as: .error)]),
    .executableTarget(
      name: "audit-bench",
      dependencies: [
        .product(name: "EvidenceVerifying", package: "expunged"), .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: [.treatAllWarnings(as: .error)]),
    .target(name: "BareCurl", linkerSettings: [.linkedLibrary("curl")]),
    .executableTarget(name: "quick-server"),
  ],
  swiftLanguageModes: [.v6]
)
