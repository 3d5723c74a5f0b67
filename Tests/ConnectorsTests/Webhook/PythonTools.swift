import Foundation
import TestKit

/// Python libraries of others, installed by `make setup` (`Tests/PythonServices/install.sh`).
enum PythonTools {
  private static let program = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: ".build/python-services/venv/bin/python")

  /// Runs a script with the input and returns what it prints; throws when it fails.
  static func run(_ script: String, input: [UInt8] = []) throws -> [UInt8] {
    guard FileManager.default.isExecutableFile(atPath: program.path) else {
      throw FixtureProblem(text: "\(program.path) is missing; run: make setup")
    }
    return try run(program, ["-W", "ignore", "-c", script], input: input)
  }

  /// Runs a program with the input and returns what it prints; throws when it fails.
  static func run(_ program: URL, _ arguments: [String], input: [UInt8] = []) throws -> [UInt8] {
    do { return try ChildProcess.run([program.path] + arguments, input: input) } catch {
      throw FixtureProblem(text: "\(error)")
    }
  }
}
