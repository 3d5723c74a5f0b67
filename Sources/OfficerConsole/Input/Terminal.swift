import ErasureDomain
import Foundation
@preconcurrency import Glibc

/// Where the commands read what a person types, or what is piped in.
public struct Terminal: Sendable {
  /// The most bytes that are read from a file or a pipe.
  static let mostBytes = 1 << 20

  /// What the commands of this task read from; tests put one of their own here.
  @TaskLocal public static var current = Terminal(
    isInteractive: { isatty(STDIN_FILENO) == 1 },
    line: { Swift.readLine(strippingNewline: true) },
    everything: { FileHandle.standardInput.readDataToEndOfFile().map { $0 } })

  private let interactive: @Sendable () -> Bool
  private let line: @Sendable () -> String?
  private let everything: @Sendable () -> [UInt8]

  /// A terminal made from functions: whether a person is there, the next line, and all that is left.
  public init(
    isInteractive: @escaping @Sendable () -> Bool, line: @escaping @Sendable () -> String?,
    everything: @escaping @Sendable () -> [UInt8]
  ) {
    interactive = isInteractive
    self.line = line
    self.everything = everything
  }

  /// Whether a person can be asked.
  var isInteractive: Bool { interactive() }

  /// Asks for one line; nil at the end of input.
  ///
  /// White space at its ends is dropped.
  func ask(_ question: String) -> String? {
    Output.current.ask(question + " ")
    return line().map(Self.trimmed)
  }

  /// Asks for lines until an empty one.
  func askLines(_ question: String) -> [String] {
    Output.current.show(question, on: .note)
    var lines: [String] = []
    while true {
      Output.current.ask("> ")
      guard let next = line().map(Self.trimmed), !next.isEmpty else { return lines }
      lines.append(next)
    }
  }

  /// The text of a file, or of standard input for `-`.
  func text(from path: String) throws(ConsoleFailure) -> String {
    String(decoding: try bytes(from: path), as: UTF8.self)
  }

  /// The bytes of a file, or of standard input for `-`.
  func bytes(from path: String) throws(ConsoleFailure) -> [UInt8] {
    let bytes: [UInt8]
    if path == "-" {
      bytes = everything()
    } else {
      guard let data = FileManager.default.contents(atPath: path) else {
        throw ConsoleFailure(.usage, "the file \(path) cannot be read; look at its name and permissions")
      }
      bytes = Array(data)
    }
    guard bytes.count <= Self.mostBytes else {
      throw ConsoleFailure(.usage, "the input is larger than \(Self.mostBytes) bytes; shorten it")
    }
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw ConsoleFailure(.usage, "the input is not UTF-8; save it as UTF-8")
    }
    return bytes
  }

  static func trimmed(_ text: some StringProtocol) -> String {
    String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
