import Foundation
import Synchronization

/// The clock of the companies: the machine's, or the practice calendar of whoever writes to them.
final class DemoClock: Sendable {
  private let follows: Bool
  private let moved = Mutex<Int64>(0)

  /// With a time, in Unix seconds, it begins there and goes on with each later time that somebody has signed.
  init(beginning: Int64? = nil) {
    follows = beginning != nil
    if let beginning { moved.withLock { $0 = beginning - Self.machine } }
  }

  private static var machine: Int64 { Int64(Date().timeIntervalSince1970) }

  /// Unix seconds.
  var now: Int64 { Self.machine + moved.withLock { $0 } }

  /// The time against which a call is checked that says it was signed then.
  func now(hearing signed: Int64?) -> Int64 { follows ? max(now, signed ?? 0) : now }

  /// A call that was signed then is genuine.
  func heard(_ signed: Int64?) {
    guard follows, let signed else { return }
    moved.withLock { $0 = max($0, signed - Self.machine) }
  }
}
