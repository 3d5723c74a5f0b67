import Foundation
import Synchronization
import TestKit

/// The real `demo-company` in a folder of its own, ended and removed with the value.
final class DemoCompanyProcess: Sendable {
  let folder: String
  let port: Int
  private let process: ChildProcess
  /// Held, or what it prints would end it.
  private let output = Pipe()

  /// The program beside the running test program.
  private static var program: URL {
    get throws {
      let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      let program = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("demo-company")
      guard FileManager.default.isExecutableFile(atPath: program.path) else {
        throw FixtureProblem(text: "\(program.path) is missing; build it by: swift build --product demo-company")
      }
      return program
    }
  }

  init() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("demo-" + UUID().uuidString).path
    self.folder = folder
    try Self.run(["secrets", "--folder", folder + "/secrets"])
    process = try ChildProcess(
      [
        try Self.program.path, "--port", "0", "--ready-file", folder + "/ready", "--secrets-folder",
        folder + "/secrets", "--state", folder + "/state", "--pace", "quick",
      ], output: output.fileHandleForWriting.fileDescriptor)
    try output.fileHandleForWriting.close()
    let output = output
    let line = await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(returning: String(decoding: output.fileHandleForReading.availableData, as: UTF8.self))
      }
    }
    guard let port = line.split(separator: ":").last.flatMap({ Int($0.dropLast()) }) else {
      throw FixtureProblem(text: "demo-company did not start: \(line)")
    }
    self.port = port
  }

  deinit {
    process.signal(SIGTERM)
    process.wait()
    do {
      try FileManager.default.removeItem(atPath: folder)
    } catch {
      print("cannot remove \(folder): \(error)")
    }
  }

  /// Runs a command of the program to its end; throws when it fails.
  @discardableResult
  static func run(_ arguments: [String]) throws -> String {
    do { return String(decoding: try ChildProcess.run([try program.path] + arguments), as: UTF8.self) } catch {
      throw FixtureProblem(text: "\(error)")
    }
  }

  func secret(_ company: String) throws -> String {
    try String(contentsOfFile: "\(folder)/secrets/\(company)-webhook", encoding: .utf8)
  }

  func log(_ company: String) throws -> [String] {
    try String(contentsOfFile: "\(folder)/state/\(company).log", encoding: .utf8).split(separator: "\n").map(
      String.init)
  }

  /// Ends it as systemd would and tells how it ended.
  func end() -> ChildProcess.Ending {
    process.signal(SIGTERM)
    return process.wait()
  }
}
