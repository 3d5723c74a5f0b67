import Synchronization

@testable import OfficerConsole

/// What a command printed.
final class Said: Sendable {
  private let pieces = Mutex<[(stream: Output.Stream, bytes: [UInt8])]>([])

  var output: Output { Output { stream, bytes in self.pieces.withLock { $0.append((stream, bytes)) } } }
  var terminal: Output {
    Output(onTerminal: true) { stream, bytes in self.pieces.withLock { $0.append((stream, bytes)) } }
  }
  var answers: String { text(.answer) }
  var notes: String { text(.note) }

  private func text(_ stream: Output.Stream) -> String {
    pieces.withLock { pieces in
      String(decoding: pieces.filter { $0.stream == stream }.flatMap(\.bytes), as: UTF8.self)
    }
  }
}
