import Foundation
@preconcurrency import Glibc

/// Decrypts with `age` on the officer's own machine.
struct AgeDecryption {
  /// The largest output.
  static let largest = 4 << 20

  /// The program; found in the search path.
  var program = "age"

  /// What the SSH key opens. Its passphrase is asked at our terminal, as `ssh-keygen` does.
  func opened(_ box: [UInt8], with key: String) throws -> [UInt8] {
    guard FileManager.default.fileExists(atPath: key) else {
      throw ConsoleFailure(.usage, "the key \(key) does not exist; name your private SSH key, which age reads itself")
    }
    return try PrivateFolder.with { folder in
      let file = folder + "/box"
      try Data(box).write(to: URL(fileURLWithPath: file))
      return try run(["-d", "-i", key, file], input: nil)
    }
  }

  /// What a secret of `age` opens. The secret goes in by a pipe, the result comes out by one: no file has either.
  func opened(_ box: [UInt8], withSecret secret: [UInt8]) throws -> [UInt8] {
    try PrivateFolder.with { folder in
      let file = folder + "/box"
      try Data(box).write(to: URL(fileURLWithPath: file))
      return try run(["-d", "-i", "-", file], input: secret)
    }
  }

  private func run(_ arguments: [String], input: [UInt8]?) throws(ConsoleFailure) -> [UInt8] {
    let failure = ConsoleFailure(.usage, "\(program) cannot be started; install age (Debian: apt-get install age)")
    var output: [Int32] = [0, 0]
    var feed: [Int32] = [0, 0]
    guard pipe(&output) == 0, pipe(&feed) == 0 else { throw failure }
    // The child gets copies of the ends that it needs, and no others.
    for end in output + feed { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO)
    // A secret of some hundred bytes fits into the pipe at once.
    if let input {
      posix_spawn_file_actions_adddup2(&actions, feed[0], STDIN_FILENO)
      _ = input.withUnsafeBytes { Glibc.write(feed[1], $0.baseAddress, $0.count) }
    }
    var strings = ([program] + arguments).map { strdup($0) }
    strings.append(nil)
    defer { strings.forEach { free($0) } }
    var child = pid_t()
    let problem = posix_spawnp(&child, program, &actions, nil, strings, environ)
    for end in [output[1], feed[0], feed[1]] { close(end) }
    defer { close(output[0]) }
    guard problem == 0 else { throw failure }
    let bytes = Self.all(from: output[0])
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 {
      guard errno == EINTR else { throw ConsoleFailure(.usage, "the end of \(program) was not seen; try again") }
    }
    guard status == 0, let bytes else {
      throw ConsoleFailure(.usage, "\(program) did not open it; its own message is above")
    }
    return bytes
  }

  private static func all(from descriptor: Int32) -> [UInt8]? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= largest {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        return nil
      }
      bytes += buffer[..<count]
    }
    return nil
  }
}
