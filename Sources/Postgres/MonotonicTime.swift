import Glibc

/// Nanoseconds of the kernel's monotonic clock.
///
/// It measures how long a connection waits and never becomes a time of the record, so it is not the injected clock.
struct MonotonicTime: Sendable, Comparable {
  let nanoseconds: UInt64

  static var now: MonotonicTime {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return MonotonicTime(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
  }

  func adding(milliseconds: Int) -> MonotonicTime {
    MonotonicTime(nanoseconds: nanoseconds + UInt64(max(milliseconds, 0)) * 1_000_000)
  }

  /// Milliseconds from now, rounded up, 0 if the time has passed.
  var millisecondsLeft: Int {
    let now = MonotonicTime.now
    return self <= now ? 0 : Int((nanoseconds - now.nanoseconds + 999_999) / 1_000_000)
  }

  static func < (one: MonotonicTime, other: MonotonicTime) -> Bool { one.nanoseconds < other.nanoseconds }
}
