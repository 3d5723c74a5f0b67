import Foundation
import Glibc

/// A program like `sendmail -t -i` that takes one message from its standard input. Nothing about a person is in its
/// arguments.
public struct MailCommand: MailSending {
  /// The largest message: what a pipe holds before anybody reads.
  static let largestMessage = 60_000

  private let words: [String]

  /// The program with its arguments; nil for none.
  public init?(_ words: [String]) {
    guard !words.isEmpty else { return nil }
    self.words = words
  }

  public func send(_ message: [UInt8]) async -> MailEnding {
    guard message.count <= Self.largestMessage, let input = Self.pipe(holding: message) else { return .notStarted }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: words[0])
    process.arguments = Array(words.dropFirst())
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        process.terminationHandler = { ended in
          continuation.resume(
            returning: ended.terminationReason == .exit ? .exited(ended.terminationStatus) : .killed)
        }
        do {
          try process.run()
          // A cancellation before the start found nothing to end.
          if Task.isCancelled { kill(process.processIdentifier, SIGKILL) }
        } catch {
          continuation.resume(returning: .notStarted)
        }
      }
    } onCancel: {
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
  }

  /// The reading end of a pipe with all bytes in it: a program that ends early breaks no pipe of ours.
  private static func pipe(holding bytes: [UInt8]) -> FileHandle? {
    var ends: [Int32] = [0, 0]
    guard Glibc.pipe(&ends) == 0 else { return nil }
    // No other program that is started meanwhile may hold an end open.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let reading = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
    defer { close(ends[1]) }
    return write(ends[1], bytes, bytes.count) == bytes.count ? reading : nil
  }
}
