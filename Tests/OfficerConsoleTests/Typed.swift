import Synchronization

@testable import OfficerConsole

/// A terminal at which a person types these lines.
final class Typed: Sendable {
  private let lines: Mutex<[String]>

  init(_ lines: [String]) { self.lines = Mutex(lines) }

  var terminal: Terminal {
    Terminal(
      isInteractive: { true },
      line: { self.lines.withLock { $0.isEmpty ? nil : $0.removeFirst() } },
      everything: { Array(self.lines.withLock { $0 }.joined(separator: "\n").utf8) })
  }
}
