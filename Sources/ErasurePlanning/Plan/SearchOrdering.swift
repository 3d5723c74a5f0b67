import ErasureDomain

/// Which searched system must wait for which: one that yields identifiers goes after those searched with them.
///
/// Otherwise a restart after the first erasure would no longer find what the second needs.
struct SearchOrdering {
  /// For each system the ones it waits for, by name.
  private(set) var waits: [SystemName: [SystemName]] = [:]
  /// Every system after those it waits for; by name where that leaves a choice.
  private(set) var order: [SystemRecord] = []

  /// `given` are the kinds that the request itself named: they need no system that yields them.
  init(_ systems: [SystemRecord], given: Set<IdentifierKind>) {
    let systems = systems.sorted { $0.system < $1.system }
    for giver in systems {
      let yielded = Set(giver.datasets.flatMap(\.yields).map(\.kind)).subtracting(given)
      for taker in systems where taker.system != giver.system {
        let searchedBy = Set(taker.datasets.flatMap(\.find).map(\.kind))
        // Names decide which edge of a circle is dropped: the one that comes last.
        if !yielded.isDisjoint(with: searchedBy), !reaches(taker.system, giver.system) {
          waits[giver.system, default: []].append(taker.system)
        }
      }
    }
    var rest = systems
    while let next = rest.firstIndex(where: { record in
      (waits[record.system] ?? []).allSatisfy { waited in order.contains { $0.system == waited } }
    }) {
      order.append(rest.remove(at: next))
    }
  }

  /// Whether `from` waits for `to`, directly or through others.
  private func reaches(_ from: SystemName, _ to: SystemName) -> Bool {
    var seen: Set<SystemName> = [from]
    var next = [from]
    while let system = next.popLast() {
      if system == to { return true }
      for waited in waits[system] ?? [] where seen.insert(waited).inserted { next.append(waited) }
    }
    return false
  }
}
