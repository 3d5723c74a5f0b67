import Foundation
import Synchronization
import TestKit

/// Authorities and certificates made by openssl, valid from now: once for all tests that run at the same time, and gone
/// with the last of them.
final class ProcessorKeys: Sendable {
  static let domain = "cleansing.example"

  private struct Last {
    weak var keys: ProcessorKeys?
  }

  private static let last = Mutex(Last())

  let folder: TemporaryFolder

  /// Those that are there, or new ones.
  static func shared() throws -> ProcessorKeys {
    try last.withLock { last in
      if let keys = last.keys { return keys }
      let keys = try ProcessorKeys()
      last.keys = keys
      return keys
    }
  }

  private init() throws {
    folder = try TemporaryFolder()
    try authority("ca")
    try authority("other-ca")
    try issue("rsa", by: "ca", key: Self.rsa)
    try issue("ec", by: "ca", key: Self.ec)
    try issue("p384", by: "ca", key: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp384r1"])
    try issue("short-lived", by: "ca", key: Self.ec, days: 1)
    try issue("other-name", by: "ca", key: Self.ec, extensions: "subjectAltName=DNS:other.example")
    try issue("wildcard", by: "ca", key: Self.ec, extensions: "subjectAltName=DNS:*.example")
    try issue("nameless", by: "ca", key: Self.ec, extensions: "basicConstraints=CA:FALSE")
    try issue("foreign", by: "other-ca", key: Self.ec)
    try issue("middle", by: "ca", key: Self.ec, extensions: "basicConstraints=critical,CA:TRUE", name: "Middle CA")
    try issue("chained", by: "middle", key: Self.rsa)
    try issue("by-a-leaf", by: "ec", key: Self.ec, name: "by a leaf")
    for (leaf, issuer) in [("chained", "middle"), ("by-a-leaf", "ec")] {
      let both = try bytes(leaf + ".pem") + bytes(issuer + ".pem")
      try Data(both).write(to: URL(fileURLWithPath: folder.path(leaf + ".pem")))
    }
    try Self.openssl(
      ["req", "-x509"] + Self.ec + [
        "-nodes", "-days", "365", "-subj", "/CN=\(Self.domain)", "-addext", "subjectAltName=DNS:\(Self.domain)",
        "-keyout", folder.path("self-signed.key"), "-out", folder.path("self-signed.pem"),
      ])
    try Data("no certificate".utf8).write(to: URL(fileURLWithPath: folder.path("garbled.pem")))
    try FileManager.default.copyItem(atPath: folder.path("ec.key"), toPath: folder.path("garbled.key"))
  }

  private static let rsa = ["-newkey", "rsa:2048"]
  private static let ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]

  private func authority(_ name: String) throws {
    try Self.openssl(
      ["req", "-x509"] + Self.rsa + [
        "-nodes", "-days", "3650", "-subj", "/CN=\(name)", "-keyout", folder.path(name + ".key"), "-out",
        folder.path(name + ".pem"),
      ])
  }

  private func issue(
    _ file: String, by issuer: String, key: [String], days: Int = 365,
    extensions: String = "subjectAltName=DNS:\(domain)\nbasicConstraints=CA:FALSE", name: String = domain
  ) throws {
    try Self.openssl(
      ["req", "-new"] + key + [
        "-nodes", "-subj", "/CN=\(name)", "-keyout", folder.path(file + ".key"), "-out", folder.path(file + ".csr"),
      ])
    try Data((extensions + "\n").utf8).write(to: URL(fileURLWithPath: folder.path("extensions")))
    let serial = file.utf8.reduce(1) { $0 * 31 % 1_000_003 + Int($1) }
    try Self.openssl([
      "x509", "-req", "-in", folder.path(file + ".csr"), "-CA", folder.path(issuer + ".pem"), "-CAkey",
      folder.path(issuer + ".key"), "-set_serial", String(serial), "-days",
      String(days), "-sha256", "-extfile", folder.path("extensions"), "-out", folder.path(file + ".pem"),
    ])
  }

  func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: folder.path(name)))) }

  /// Signs as a processor does.
  func sign(_ body: [UInt8], by leaf: String) throws -> [UInt8] {
    try Self.openssl(["dgst", "-sha256", "-sign", folder.path(leaf + ".key")], input: body)
  }

  @discardableResult
  static func openssl(_ arguments: [String], input: [UInt8] = []) throws -> [UInt8] {
    let program = URL(fileURLWithPath: "/usr/bin/openssl")
    guard FileManager.default.isExecutableFile(atPath: program.path) else {
      throw FixtureProblem(text: "install the package openssl")
    }
    return try PythonTools.run(program, arguments, input: input)
  }
}
