import Glibc
import TestKit

/// Ends a server and removes its folder as soon as this object goes, or the whole process, however it ends.
///
/// A shell reads from a socket whose other end only we hold; the kernel closes it for us. It is in a session of its own
/// and no child of ours: whoever ends a process with its group or with all its descendants does not end the shell, and
/// the server, which `pg_ctl` has made a child of init, would otherwise be left over.
final class ServerWatchdog: Sendable {
  private let end: Int32

  /// Watches over the server that is going to live in `folder/data`.
  init(folder: String) throws {
    var ends: [Int32] = [-1, -1]
    // A pair of sockets, as pipe2 is not in Swift's Glibc: no other child may inherit our end.
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
      throw PostgresFixtureFailure("no pair of sockets: errno \(errno)")
    }
    end = ends[1]
    defer { close(ends[0]) }
    _ = try ChildProcess(
      ["/usr/bin/setsid", "--fork", "/bin/sh", "-c", Self.script, "sh", folder], input: ends[0],
      environment: PostgresPrograms.environment)
  }

  deinit { close(end) }

  /// Goes on until nothing says any more that it works in the folder: a server may be about to start, or be made.
  /// `dat[a]` keeps the search from finding itself; who is stopped or does not listen is killed.
  private static let script = """
    cat > /dev/null
    quiet=0
    while [ "$quiet" -lt 3 ]; do
      quiet=$((quiet + 1))
      for file in $(grep -ls "$1/dat[a]" /proc/[0-9]*/cmdline); do
        quiet=0
        pid=${file#/proc/} && pid=${pid%/cmdline}
        children=$(cat "/proc/$pid/task/$pid/children")
        kill -QUIT "$pid"
        for wait in $(seq 60); do
          [ -d "/proc/$pid" ] || break
          sleep 0.05
        done
        for process in "$pid" $children; do
          if grep -qs -e "$1/dat[a]" -e ^postgres: "/proc/$process/cmdline"; then kill -KILL "$process"; fi
        done
      done
      rm -rf "$1"
      sleep 0.5
    done
    """
}
