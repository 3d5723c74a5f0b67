import Foundation
import Glibc

/// What `openssl` did not do.
public struct OpenSSLProblem: Error, CustomStringConvertible {
  public let description: String
}

/// A temporary folder with keys and self-signed certificates, which goes when the value does.
public final class KeyFolder: Sendable {
  private let folder: URL

  public init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit {
    // A folder that cannot be removed is the temporary folder's business.
    try? FileManager.default.removeItem(at: folder)
  }

  public func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  public func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appendingPathComponent(name)))
  }

  /// Makes `<file>.pem` and `<file>.key` for a host's name.
  public func makeCertificate(_ file: String, name: String) throws {
    let process = try OpenSSL.process([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
      "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)", "-keyout", path(file + ".key"), "-out",
      path(file + ".pem"),
    ])
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw OpenSSLProblem(description: "openssl req failed") }
  }
}

private enum OpenSSL {
  static func process(_ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl") else {
      throw OpenSSLProblem(description: "install the package openssl to run the TLS tests")
    }
    process.arguments = arguments
    return process
  }
}

/// `openssl s_server` on a free port of 127.0.0.1 with `server.pem` of a folder: each GET gets status 200 and a page.
public final class TLSServer {
  public let port: Int
  private let process: Process

  public init(folder: KeyFolder, arguments: [String]) throws {
    process = try OpenSSL.process(
      [
        "s_server", "-accept", "127.0.0.1:0", "-cert", folder.path("server.pem"), "-key", folder.path("server.key"),
        "-www",
      ] + arguments)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    // It prints `ACCEPT 127.0.0.1:40123` once it listens.
    var text = ""
    while !text.contains("ACCEPT") || !text.hasSuffix("\n") {
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else { throw OpenSSLProblem(description: "openssl s_server ended") }
      text += String(decoding: more, as: UTF8.self)
    }
    let line = text.split(separator: "\n").first { $0.hasPrefix("ACCEPT") }
    guard let port = line?.split(separator: ":").last.flatMap({ Int($0) }) else {
      throw OpenSSLProblem(description: "openssl s_server names no port")
    }
    self.port = port
  }

  public func stop() {
    // SIGKILL: the child inherits the signal mask of a libdispatch thread, which holds SIGTERM back.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}
