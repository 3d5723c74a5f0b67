import OfficerConsole
import Synchronization

/// Runs commands and keeps what they print.
final class Printed: Sendable {
  private let pieces = Mutex<[(stream: Output.Stream, bytes: [UInt8])]>([])

  var answers: String { text(.answer) }
  var notes: String { text(.note) }

  func run(_ arguments: [String]) async -> Int32 {
    let output = Output { stream, bytes in self.pieces.withLock { $0.append((stream, bytes)) } }
    return await Output.$current.withValue(output) { await ExpungeCommand.execute(arguments) }
  }

  private func text(_ stream: Output.Stream) -> String {
    pieces.withLock { pieces in
      String(decoding: pieces.filter { $0.stream == stream }.flatMap(\.bytes), as: UTF8.self)
    }
  }
}
