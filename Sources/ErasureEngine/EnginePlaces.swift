import ErasureDomain

/// Decides whether a system may run one more job, so that systems that take long hold up nobody.
///
/// The first job of each system needs no place of the shared ones: however many systems hang, another one still works.
/// Further jobs take shared places, and no system more than half of them. No clock is asked: nobody has to wait until a
/// slow system is known to be one.
struct EnginePlaces {
  /// Places that systems share for what they run beside their first job; where there are none, nothing runs.
  let shared: Int
  /// Jobs running at the same time, first ones included.
  let most: Int

  private var loads: [SystemName: Int] = [:]
  /// Running jobs of all systems.
  private(set) var running = 0

  init(shared: Int, most: Int) {
    self.shared = shared
    self.most = most
  }

  /// How many jobs of a system run.
  func load(_ system: SystemName) -> Int { loads[system] ?? 0 }

  /// Whether a system that takes `capacity` jobs at the same time may run one more.
  func mayBegin(_ system: SystemName, capacity: Int) -> Bool {
    let load = load(system)
    guard shared > 0, load < capacity, running < most else { return false }
    guard load > 0 else { return true }
    return load - 1 < largestShare && taken < shared
  }

  mutating func begin(_ system: SystemName) {
    loads[system, default: 0] += 1
    running += 1
  }

  mutating func end(_ system: SystemName) {
    guard let load = loads[system] else { return }
    loads[system] = load > 1 ? load - 1 : nil
    running -= 1
  }

  /// Shared places that are free.
  var room: Int { max(0, min(shared - taken, most - running)) }

  /// Half of the shared places, at least one.
  private var largestShare: Int { max(1, shared / 2) }

  /// Shared places that are taken: every job beside the first of its system.
  private var taken: Int { running - loads.count }
}
