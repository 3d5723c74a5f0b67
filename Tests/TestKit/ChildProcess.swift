import Foundation
public import Glibc
import Synchronization

/// A program that a test started. It gets three files and no others; only its own pid is ever signalled, and never after it
/// was waited for.
///
/// Not `Foundation.Process`: there a program inherits pipes that another thread opens at that moment, so that their readers
/// wait for its end too, and with some thousand open files starting one reads beyond a buffer.
public final class ChildProcess: Sendable {
  /// What a program said that did not end well.
  public struct Problem: Error, CustomStringConvertible {
    public let description: String
  }

  /// glibc has had it since 2.34; Swift's Glibc does not show it.
  private static let closeFrom = unsafeBitCast(
    dlsym(nil, "posix_spawn_file_actions_addclosefrom_np"),
    to: (@convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32).self)

  public enum Ending: Hashable, Sendable {
    case exited(Int32)
    case killed(by: Int32)
  }

  private struct State {
    var ending: Ending?
    var waiters: [CheckedContinuation<Ending, Never>] = []
  }

  public let pid: pid_t
  private let state = Mutex(State())
  private let ended = DispatchSemaphore(value: 0)

  /// Starts the program at an absolute path with its arguments. Streams that are not given are `/dev/null`, the folder and
  /// the environment ours.
  public init(
    _ words: [String], input: Int32? = nil, output: Int32? = nil, errors: Int32? = nil, folder: String? = nil,
    environment: [String: String]? = nil, blocked: [Int32] = []
  ) throws {
    var files = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&files)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&files)
      posix_spawnattr_destroy(&attributes)
    }
    for (number, file) in [input, output, errors].enumerated() {
      if let file {
        posix_spawn_file_actions_adddup2(&files, file, Int32(number))
      } else {
        posix_spawn_file_actions_addopen(&files, Int32(number), "/dev/null", O_RDWR, 0)
      }
    }
    guard Self.closeFrom(&files, 3) == 0 else { throw Problem(description: "no room for file actions") }
    let words = (folder.map { ["/usr/bin/env", "--chdir=\($0)"] } ?? []) + words
    // The threads of Swift's tasks have signals blocked, and a child would inherit that.
    var mask = sigset_t()
    sigemptyset(&mask)
    for signal in blocked { sigaddset(&mask, signal) }
    posix_spawnattr_setsigmask(&attributes, &mask)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let arguments = words.map { strdup($0) }
    let settings = (environment ?? ProcessInfo.processInfo.environment).map { strdup("\($0.key)=\($0.value)") }
    defer { for text in arguments + settings { free(text) } }
    var pid = pid_t()
    let code = posix_spawn(&pid, words[0], &files, &attributes, arguments + [nil], settings + [nil])
    guard code == 0 else { throw Problem(description: "\(words[0]) does not start: errno \(code)") }
    self.pid = pid
    Thread.detachNewThread { [self] in reap() }
  }

  /// How it ended; nothing while it runs.
  public var ending: Ending? { state.withLock { $0.ending } }

  /// Blocks until it has ended.
  @discardableResult public func wait() -> Ending {
    while true {
      ended.wait()
      // For whoever waits too.
      ended.signal()
      if let ending { return ending }
    }
  }

  /// The same without holding the thread.
  public func end() async -> Ending {
    await withCheckedContinuation { continuation in
      let ending = state.withLock { state in
        if state.ending == nil { state.waiters.append(continuation) }
        return state.ending
      }
      if let ending { continuation.resume(returning: ending) }
    }
  }

  /// Sends a signal, unless it has ended.
  public func signal(_ number: Int32) {
    state.withLock { state in
      if state.ending == nil { _ = kill(pid, number) }
    }
  }

  private func reap() {
    // It stays a zombie, and its pid its own, until nobody can signal it any more.
    var about = siginfo_t()
    while waitid(P_PID, id_t(pid), &about, WEXITED | WNOWAIT) < 0, errno == EINTR {}
    let (ending, waiters) = state.withLock { state in
      var raw: Int32 = 0
      while waitpid(pid, &raw, 0) < 0, errno == EINTR {}
      let ending: Ending = raw & 0x7F == 0 ? .exited((raw >> 8) & 0xFF) : .killed(by: raw & 0x7F)
      state.ending = ending
      defer { state.waiters = [] }
      return (ending, state.waiters)
    }
    ended.signal()
    for waiter in waiters { waiter.resume(returning: ending) }
  }
}

extension ChildProcess {
  /// Runs a program with the input to its end and returns what it wrote to both its streams; throws with that when its
  /// status is another one than 0.
  @discardableResult public static func run(
    _ words: [String], input: [UInt8] = [], folder: String? = nil, environment: [String: String]? = nil
  ) throws -> [UInt8] {
    let (given, output) = (Pipe(), Pipe())
    let process = try ChildProcess(
      words, input: given.fileHandleForReading.fileDescriptor, output: output.fileHandleForWriting.fileDescriptor,
      errors: output.fileHandleForWriting.fileDescriptor, folder: folder, environment: environment)
    try output.fileHandleForWriting.close()
    try given.fileHandleForReading.close()
    if !input.isEmpty { try given.fileHandleForWriting.write(contentsOf: Data(input)) }
    try given.fileHandleForWriting.close()
    let bytes = Array(try output.fileHandleForReading.readToEnd() ?? Data())
    let ending = process.wait()
    guard ending == .exited(0) else {
      let text = String(decoding: bytes, as: UTF8.self)
      throw Problem(description: "\(words.joined(separator: " ")): \(ending): \(text)")
    }
    return bytes
  }
}
