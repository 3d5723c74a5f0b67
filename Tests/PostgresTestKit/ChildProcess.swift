import Foundation
import Glibc
import Synchronization

/// A program that is run with three files and no others.
///
/// Not `Foundation.Process`: that takes a program for running as long as anything it has started holds on to a file
/// descriptor, as a server does for which `pg_ctl` is over.
final class ChildProcess: Sendable {
  private struct State {
    var status: Int32?
    var waiters: [CheckedContinuation<Int32, Never>] = []
  }

  private let state = Mutex(State())

  /// Starts the program; it is waited for in the background.
  init(_ words: [String], input: Int32, output: Int32) throws {
    // Everything else is closed by the shell: a server would keep other tests' files open.
    let closing = #"for file in /proc/self/fd/*; do file=${file##*/}; [ $file -lt 3 ] || eval "exec $file>&-"; done; "#
    let all = ["/bin/bash", "-c", closing + #"exec "$@""#, "bash"] + words
    var arguments: [UnsafeMutablePointer<CChar>?] = all.map { strdup($0) } + [nil]
    let settings = ["PATH=/usr/bin:/bin", "LC_ALL=C", "HOME=/"]
    var environment: [UnsafeMutablePointer<CChar>?] = settings.map { strdup($0) } + [nil]
    var files = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&files)
    posix_spawnattr_init(&attributes)
    defer {
      for text in arguments + environment { free(text) }
      posix_spawn_file_actions_destroy(&files)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_adddup2(&files, input, 0)
    posix_spawn_file_actions_adddup2(&files, output, 1)
    posix_spawn_file_actions_adddup2(&files, output, 2)
    // A thread of libdispatch holds signals back, and a child would inherit that.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var process = pid_t()
    let code = posix_spawn(&process, all[0], &files, &attributes, &arguments, &environment)
    guard code == 0 else { throw PostgresFixtureFailure("\(words[0]) did not start: errno \(code)") }
    Thread.detachNewThread { [process] in
      var status: Int32 = 0
      while waitpid(process, &status, 0) < 0, errno == EINTR {}
      self.end(status)
    }
  }

  /// Waits for its end and returns its exit status, or 128 and the signal that ended it.
  func status() async -> Int32 {
    await withCheckedContinuation { continuation in
      let status = state.withLock { state in
        if state.status == nil { state.waiters.append(continuation) }
        return state.status
      }
      if let status { continuation.resume(returning: status) }
    }
  }

  private func end(_ raw: Int32) {
    let status = raw & 0x7F == 0 ? (raw >> 8) & 0xFF : 128 + (raw & 0x7F)
    let waiters = state.withLock { state in
      state.status = status
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume(returning: status) }
  }
}
