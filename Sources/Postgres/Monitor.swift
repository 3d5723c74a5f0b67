import Glibc

/// A value behind a lock, with a bell: whoever changes it wakes everybody who waits for it.
///
/// Only threads of our own may wait on it, never one of Swift's cooperative pool.
final class Monitor<State: Sendable>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let bell = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  /// Touched only while the lock is held, which is what makes the class sendable.
  private var state: State

  init(_ state: State) {
    self.state = state
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(bell, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(bell)
    pthread_mutex_destroy(mutex)
    bell.deallocate()
    mutex.deallocate()
  }

  /// Reads or changes the state and rings the bell.
  func withLock<R>(_ body: (inout State) -> R) -> R {
    pthread_mutex_lock(mutex)
    defer {
      pthread_cond_broadcast(bell)
      pthread_mutex_unlock(mutex)
    }
    return body(&state)
  }

  /// Waits until `ready` answers; `nil` when the time has come before.
  func wait<R>(until deadline: MonotonicTime? = nil, _ ready: (inout State) -> R?) -> R? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      if let answer = ready(&state) { return answer }
      guard let deadline else {
        pthread_cond_wait(bell, mutex)
        continue
      }
      guard deadline > MonotonicTime.now else { return nil }
      var time = timespec(
        tv_sec: Int(deadline.nanoseconds / 1_000_000_000), tv_nsec: Int(deadline.nanoseconds % 1_000_000_000))
      pthread_cond_timedwait(bell, mutex, &time)
    }
  }
}
