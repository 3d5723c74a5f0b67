import ErasureDomain
import EvidenceLog
import Foundation
import Glibc

/// A real time-stamping authority (`openssl ts`) on a free port of 127.0.0.1: the demo's own.
public final class TimeStampServer: Sendable {
  public struct Missing: Error, CustomStringConvertible {
    public let description: String
  }

  public let port: Int
  private let folder: TemporaryFolder
  private let process: ChildProcess
  private let input = Pipe()

  public init() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    for program in ["python3", "openssl"] where !FileManager.default.isExecutableFile(atPath: "/usr/bin/" + program) {
      throw Missing(description: "/usr/bin/\(program) is missing; install python3 and openssl")
    }
    folder = try TemporaryFolder()
    let script = root.appending(path: "Sources/demo-company/time_stamp_authority.py").path
    process = try ChildProcess(
      ["/usr/bin/python3", script, folder.path("authority"), folder.path("port"), "--attached"],
      input: input.fileHandleForReading.fileDescriptor)
    while !FileManager.default.fileExists(atPath: folder.path("port")) {
      guard process.ending == nil else { throw Missing(description: "time_stamp_authority.py did not start") }
      usleep(10_000)
    }
    let text = try String(contentsOfFile: folder.path("port"), encoding: .utf8)
    guard let port = Int(text.filter(\.isNumber)) else { throw Missing(description: "no port: \(text)") }
    self.port = port
  }

  deinit { stop() }

  public func stop() {
    process.signal(SIGKILL)
    process.wait()
  }

  /// Where it answers; `lie` says how it answers wrongly.
  public func url(lie: String? = nil) -> String {
    "http://127.0.0.1:\(port)/" + (lie.map { "lie/" + $0 } ?? "")
  }

  /// What whoever trusts it needs.
  public var authorities: String { folder.path("authority/ca.pem") }

  /// Where its list of revoked certificates is.
  public func revocations(lie: String? = nil) -> String { url(lie: lie) + (lie == nil ? "crl" : "/crl") }

  /// Revokes the certificate with which it stamps.
  public func revoke() throws {
    let files = ["-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key", "-revoke", "tsa.pem"]
    try ChildProcess.run(
      ["/usr/bin/openssl", "ca"] + files.map { $0.hasPrefix("-") ? $0 : folder.path("authority/" + $0) })
  }

  /// Its answer about these bytes.
  public func stamp(_ bytes: [UInt8]) throws -> [UInt8] {
    let imprint = ContentDigest(hashing: bytes).bytes
    let post = """
      import sys, urllib.request as r
      q = r.Request(sys.argv[1], sys.stdin.buffer.read(), {"Content-Type": "application/timestamp-query"})
      sys.stdout.buffer.write(r.urlopen(q).read())
      """
    return try ChildProcess.run(
      ["/usr/bin/python3", "-c", post, url()], input: try TimeStamp.request(imprint: imprint, nonce: 7))
  }

  /// Runs `openssl ts -verify`; throws what it says when the time stamp is not good. `checkingLists` wants a list of revoked
  /// certificates among the authorities.
  public static func verify(
    data: String, stamp: String, authorities: String, time: Int64, checkingLists: Bool = false
  ) throws {
    try ChildProcess.run(
      ["/usr/bin/openssl", "ts", "-verify", "-data", data, "-in", stamp, "-CAfile", authorities, "-attime", "\(time)"]
        + (checkingLists ? ["-crl_check"] : []))
  }
}
