import ArgumentParser
import Foundation

extension ExitCode {
  /// Ends the program with this status.
  func leave() -> Never { exit(rawValue) }
}

/// The standard error stream.
enum StandardError {
  static func write(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}
