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
    try make(file, name: name, alternative: "DNS:\(name)")
  }

  /// The same for a numeric address.
  public func makeAddressCertificate(_ file: String, address: String) throws {
    try make(file, name: address, alternative: "IP:\(address)")
  }

  private func make(_ file: String, name: String, alternative: String) throws {
    try OpenSSL.run([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
      "/CN=\(name)", "-addext", "subjectAltName=\(alternative)", "-keyout", path(file + ".key"), "-out",
      path(file + ".pem"),
    ])
  }
}

private enum OpenSSL {
  static func run(_ arguments: [String]) throws {
    do { try ChildProcess.run([try program] + arguments) } catch { throw OpenSSLProblem(description: "\(error)") }
  }

  static var program: String {
    get throws {
      let program = "/usr/bin/openssl"
      guard FileManager.default.isExecutableFile(atPath: program) else {
        throw OpenSSLProblem(description: "install the package openssl to run the TLS tests")
      }
      return program
    }
  }
}

/// `openssl s_server` on a free port of 127.0.0.1 with `server.pem` of a folder: each GET gets status 200 and a page.
public final class TLSServer {
  public let port: Int
  private let process: ChildProcess
  /// Held, or what it prints would end it.
  private let output = Pipe()

  public init(folder: KeyFolder, arguments: [String]) throws {
    process = try ChildProcess(
      [
        try OpenSSL.program, "s_server", "-accept", "127.0.0.1:0", "-cert", folder.path("server.pem"), "-key",
        folder.path("server.key"), "-www",
      ] + arguments, output: output.fileHandleForWriting.fileDescriptor)
    try output.fileHandleForWriting.close()
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
    process.signal(SIGKILL)
    process.wait()
  }
}
