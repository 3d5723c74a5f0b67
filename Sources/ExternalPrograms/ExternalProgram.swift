import CPrograms
import Glibc
import Subprocess
import SystemPackage

/// How a program ended.
public enum ProgramEnding: Hashable, Sendable {
  /// Nothing was started: it is missing, may not be run, or its input was too large.
  case notStarted
  /// It ended by itself, with what it wrote to its standard output.
  case exited(Int32, output: [UInt8])
  /// A signal ended it, ours when the task was cancelled.
  case killed
  /// It took longer than it may, and was ended.
  case timedOut
  /// It wrote more than it may, and was ended.
  case outputTooLarge
}

/// A program of the machine that is run to its end, without a shell.
///
/// It has three files and no others, and a session of its own: when its time is over, or the task is cancelled, it and
/// what it has started are asked to end, and after some seconds made to. What it writes to its standard error is dropped: it may name a person.
public struct ExternalProgram: Sendable {
  /// The largest input, in bytes. All of it waits in a pipe, so that a program that ends early breaks nothing of ours.
  public static let largestInput = 1 << 20

  /// Seconds between the request to end and the end by force.
  private static let graceSeconds: Int64 = 2
  /// What is ours alone in our own environment.
  private static let ownVariables = ["CREDENTIALS_DIRECTORY", "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC"]

  private let words: [String]
  private let environment: [String: String]?

  /// A program by its absolute path, with its arguments; nil for another path.
  ///
  /// Without an `environment` it has ours, less what systemd gave to us alone.
  public init?(_ words: [String], environment: [String: String]? = nil) {
    guard let path = words.first, path.hasPrefix("/"), !words.contains(where: { $0.utf8.contains(0) }) else {
      return nil
    }
    self.words = words
    self.environment = environment
  }

  /// Runs it with the further arguments and the input. It may write `outputBytes` and take `seconds`.
  public func run(
    _ arguments: [String] = [], input: [UInt8] = [], outputBytes: Int = 0, seconds: Int64
  ) async -> ProgramEnding {
    await ended(within: seconds) { await start(arguments, input: input, outputBytes: outputBytes) }
  }

  /// The same with more bytes, of any number, as its third file in the place of standard error.
  func run(input: [UInt8], extra: [UInt8], outputBytes: Int, seconds: Int64) async -> ProgramEnding {
    guard let pipe = Self.pipe(holding: input) else { return .notStarted }
    guard let file = Self.memoryFile(holding: extra) else {
      try? pipe.close()
      return .notStarted
    }
    return await ended(within: seconds) {
      await start([], input: pipe, extra: file, outputBytes: outputBytes, ownSession: true)
    }
  }

  /// The same with a terminal as its standard input. It makes a session of its own, to have the terminal in it.
  func run(terminal: FileDescriptor, extra: [UInt8], outputBytes: Int, seconds: Int64) async -> ProgramEnding {
    guard let file = Self.memoryFile(holding: extra) else {
      try? terminal.close()
      return .notStarted
    }
    return await ended(within: seconds) {
      await start([], input: terminal, extra: file, outputBytes: outputBytes, ownSession: false)
    }
  }

  private func ended(
    within seconds: Int64, _ start: @escaping @Sendable () async -> ProgramEnding
  ) async -> ProgramEnding {
    await withTaskGroup(of: ProgramEnding?.self) { group in
      group.addTask { await start() }
      group.addTask {
        // Cut short when the program has ended, or the whole task is cancelled.
        try? await Task.sleep(for: .seconds(seconds))
        return nil
      }
      let first = await group.next() ?? nil
      let isCancelled = Task.isCancelled
      group.cancelAll()
      if let first { return first }
      let ending = await group.next() ?? nil
      if case .exited = ending { return ending ?? .killed }
      return isCancelled ? .killed : .timedOut
    }
  }

  private func start(_ arguments: [String], input: [UInt8], outputBytes: Int) async -> ProgramEnding {
    guard !arguments.contains(where: { $0.utf8.contains(0) }), let pipe = Self.pipe(holding: input) else {
      return .notStarted
    }
    return await start(arguments, input: pipe, extra: nil, outputBytes: outputBytes, ownSession: true)
  }

  private func start(
    _ arguments: [String], input: FileDescriptor, extra: FileDescriptor?, outputBytes: Int, ownSession: Bool
  ) async -> ProgramEnding {
    var options = PlatformOptions()
    options.createSession = ownSession
    options.teardownSequence = [
      .gracefulShutDown(toProcessGroup: ownSession, allowedDurationToNextStep: .seconds(Self.graceSeconds))
    ]
    do {
      let (program, words) = (Executable.path(FilePath(words[0])), Arguments(Array(words.dropFirst()) + arguments))
      let (status, output): (TerminationStatus, [UInt8])
      if let extra {
        let result = try await Subprocess.run(
          program, arguments: words, environment: variables, platformOptions: options,
          input: .fileDescriptor(input, closeAfterSpawningProcess: true), output: .bytes(limit: outputBytes),
          error: .fileDescriptor(extra, closeAfterSpawningProcess: true))
        (status, output) = (result.terminationStatus, result.standardOutput)
      } else {
        let result = try await Subprocess.run(
          program, arguments: words, environment: variables, platformOptions: options,
          input: .fileDescriptor(input, closeAfterSpawningProcess: true), output: .bytes(limit: outputBytes),
          error: .discarded)
        (status, output) = (result.terminationStatus, result.standardOutput)
      }
      switch status {
      case .exited(let status): return .exited(status, output: output)
      case .signaled: return .killed
      }
    } catch let problem as SubprocessError where problem.code == .outputLimitExceeded {
      return .outputTooLarge
    } catch let problem as SubprocessError where Self.comeBeforeTheStart.contains(problem.code) {
      return .notStarted
    } catch {
      return .killed
    }
  }

  private static let comeBeforeTheStart: Set<SubprocessError.Code> = [
    .spawnFailed, .executableNotFound, .failedToChangeWorkingDirectory,
  ]

  private var variables: Environment {
    if let environment {
      return .custom(
        environment.reduce(into: [:]) { variables, pair in
          if let key = Environment.Key(rawValue: pair.key) { variables[key] = pair.value }
        })
    }
    return .inherit.updating(
      Self.ownVariables.reduce(into: [:]) { variables, name in
        if let key = Environment.Key(rawValue: name) { variables.updateValue(nil, forKey: key) }
      })
  }

  /// A file in memory with all bytes in it, read from its beginning.
  private static func memoryFile(holding bytes: [UInt8]) -> FileDescriptor? {
    let file = cprograms_memory_file()
    guard file >= 0 else { return nil }
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
      guard count > 0 else {
        close(file)
        return nil
      }
      written += count
    }
    guard lseek(file, 0, SEEK_SET) == 0 else {
      close(file)
      return nil
    }
    return FileDescriptor(rawValue: file)
  }

  /// The reading end of a pipe with all bytes in it.
  private static func pipe(holding bytes: [UInt8]) -> FileDescriptor? {
    var ends: [Int32] = [0, 0]
    guard bytes.count <= largestInput, Glibc.pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[1]) }
    // F_SETPIPE_SZ (Linux): more than the usual 64 KiB, up to the 1 MiB that anybody may have.
    let (setPipeSize, usualSize): (Int32, Int) = (1_031, 1 << 16)
    let fits = bytes.count <= usualSize || fcntl(ends[1], setPipeSize, Int32(bytes.count)) >= bytes.count
    guard fits, bytes.isEmpty || write(ends[1], bytes, bytes.count) == bytes.count else {
      close(ends[0])
      return nil
    }
    return FileDescriptor(rawValue: ends[0])
  }
}
