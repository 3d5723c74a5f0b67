import Foundation
import TestKit

/// Real software in a folder of its own, on a free port of 127.0.0.1; ended with this value, or with the test program.
final class PythonService: Sendable {
  let folder: TemporaryFolder
  let port: Int
  private let process: ChildProcess
  private let input = Pipe()
  /// Held, or what it prints would end it.
  private let output = Pipe()

  var url: String { "http://127.0.0.1:\(port)" }

  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path
  /// Where `Tests/PythonServices/install.sh` puts everything.
  static let installed = root + "/.build/python-services"
  static let scripts = root + "/Tests/PythonServices"
  static let programs = installed + "/venv/bin"

  /// Starts a command in which `{port}` stands for the port.
  init(in folder: TemporaryFolder, _ command: [String]) throws {
    guard FileManager.default.fileExists(atPath: Self.installed + "/stamp") else {
      throw FixtureProblem(text: "\(Self.installed) is not there; make it by: make setup")
    }
    self.folder = folder
    let log = folder.path("log")
    try Data().write(to: URL(fileURLWithPath: log))
    let errors = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
    let process = try ChildProcess(
      [Self.programs + "/python", Self.scripts + "/run.py"] + command,
      input: input.fileHandleForReading.fileDescriptor, output: output.fileHandleForWriting.fileDescriptor,
      errors: errors.fileDescriptor, folder: folder.path)
    try errors.close()
    try output.fileHandleForWriting.close()
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      process.wait()
      throw FixtureProblem(text: "the server did not start: \(try String(contentsOfFile: log, encoding: .utf8))")
    }
    self.process = process
    self.port = port
  }

  /// Ends the server and waits until it has ended.
  func stop() {
    try? input.fileHandleForWriting.close()
    process.wait()
  }

  deinit { stop() }
}
