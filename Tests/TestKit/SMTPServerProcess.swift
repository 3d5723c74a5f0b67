import Foundation
import Glibc

/// A real SMTP server of others (aiosmtpd) on a free port of 127.0.0.1; `make setup` installs it.
///
/// It keeps each mail it takes in a folder: `N.mail`, and `N.envelope` with sender, recipient and user.
public final class SMTPServerProcess {
  public struct Options {
    /// `starttls` demands TLS first, `auth` a login; `reject` answers 550 to the recipient, `later` 451 to the mail,
    /// `hang` nothing to the mail, `drop` closes after it; `open` listens on 127.0.0.2.
    public var modes: [String] = []
    public var certificate: String?
    public var key: String?

    public init(modes: [String] = [], certificate: String? = nil, key: String? = nil) {
      self.modes = modes
      self.certificate = certificate
      self.key = key
    }
  }

  public struct Missing: Error, CustomStringConvertible {
    public let description: String
  }

  public let port: Int
  private let folder: TemporaryFolder
  private let process: ChildProcess
  private let output = Pipe()

  public init(_ options: Options = Options()) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let python = root.appending(path: ".build/python-services/venv/bin/python").path
    guard FileManager.default.isExecutableFile(atPath: python) else {
      throw Missing(description: "\(python) is missing; run: make setup")
    }
    folder = try TemporaryFolder()
    process = try ChildProcess(
      [
        python, "-W", "ignore", root.appending(path: "Tests/PythonServices/smtp_server.py").path, folder.path,
        options.modes.joined(separator: ","), options.certificate ?? "", options.key ?? "",
      ], output: output.fileHandleForWriting.fileDescriptor)
    try output.fileHandleForWriting.close()
    var text = ""
    while !text.contains("\n") {
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else { throw Missing(description: "the SMTP server ended; run: make setup") }
      text += String(decoding: more, as: UTF8.self)
    }
    guard let port = Int(text.prefix { $0.isNumber }) else { throw Missing(description: "no port: \(text)") }
    self.port = port
  }

  deinit {
    process.signal(SIGKILL)
    process.wait()
  }

  public func stop() {
    process.signal(SIGKILL)
    process.wait()
  }

  /// What the server has taken, as it came, in order.
  public var mails: [(message: String, envelope: [String])] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".mail") }.sorted().map {
        let envelope = try String(
          contentsOfFile: folder.path($0.replacing(".mail", with: ".envelope")), encoding: .utf8)
        return (
          try String(contentsOfFile: folder.path($0), encoding: .utf8),
          envelope.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        )
      }
    }
  }
}
