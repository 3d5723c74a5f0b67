import ErasureDomain
import Journal

// Systems that wait: for their owner's word, or for their hours.
extension ErasureEngine {
  /// Somebody is told once when jobs begin to wait for the owner of their system.
  func tellOfWaiting() async throws {
    // Where nothing is claimed at all, nothing waits for an owner.
    guard settings.concurrentJobs > 0, !gate.records.isEmpty else { return }
    let (gate, now) = (gate, around.clock.now())
    let waiting = try await around.journal.read { reader in
      let log = try reader.log()
      return try gate.records.map(\.system).filter { system in
        try !gate.state(of: system, in: log).isReleased && reader.changing(system, at: now) > 0
      }
    }
    let new = waiting.filter { !waitingForOwner.contains($0) }
    waitingForOwner = Set(waiting)
    for system in new { await around.notice("waits-for-owner", system.description) }
  }

  /// When the next hours begin for which a job waits; nobody is woken for others.
  func nextOpening(after began: UTCTime) async throws -> UTCTime? {
    let openings = gate.openings(after: began)
    guard !openings.isEmpty else { return nil }
    return try await around.journal.read { reader in
      try openings.filter { try reader.changing($0.system, at: $0.opens) > 0 }.map(\.opens).min()
    }
  }
}
