import Glibc

/// Ends a server and removes its folder as soon as this object goes, or the whole process, however it ends.
///
/// A shell in a session of its own reads from a socket whose other end only we hold; the kernel closes it for us.
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
    let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
    defer {
      close(ends[0])
      close(nothing)
    }
    _ = try ChildProcess(
      ["/usr/bin/setsid", "/bin/sh", "-c", Self.script, "sh", folder], input: ends[0], output: nothing)
  }

  deinit { close(end) }

  /// Twice, for a server that was just about to start. A process is only ended if it says what it is.
  private static let script = """
    cat > /dev/null
    for round in 1 2; do
      pid=$(head -n 1 "$1/data/postmaster.pid")
      if [ -n "$pid" ] && grep -q "$1/data" "/proc/$pid/cmdline"; then
        children=$(cat "/proc/$pid/task/$pid/children")
        kill -QUIT "$pid"
        for wait in $(seq 60); do
          [ -d "/proc/$pid" ] || break
          sleep 0.05
        done
        for process in "$pid" $children; do
          if grep -q -e "$1/data" -e ^postgres: "/proc/$process/cmdline"; then kill -KILL "$process"; fi
        done
      fi
      rm -rf "$1"
      [ "$round" = 2 ] || sleep 1
    done
    """
}
