import Foundation
import Testing

@Suite struct SimulationTests {
  /// Seeds in one test run; `EXPUNGE_SEED=n` repeats a single one.
  private static let seeds: ClosedRange<UInt64> = 1...700

  private static let workers = 2
  private static let seedsOfOneStore = 20

  @Test func `every seed ends with everything erased once and evidence that agrees`() async throws {
    // In memory where the machine has such a folder: what is on the disk is tested elsewhere.
    let memory = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
    let folder = URL(fileURLWithPath: memory).appendingPathComponent("simulation-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    if let text = ProcessInfo.processInfo.environment["EXPUNGE_SEED"], let seed = UInt64(text) {
      try await Simulation(seed: seed, stores: SimulationStores(folder: folder)).run()
      return
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<UInt64(Self.workers) {
        group.addTask {
          var stores: SimulationStores?
          for (place, seed) in Self.seeds.filter({ $0 % UInt64(Self.workers) == worker }).enumerated() {
            // New stores now and then: every start looks at all requests a vault holds.
            if place % Self.seedsOfOneStore == 0 {
              stores = try SimulationStores(folder: folder.appendingPathComponent("\(worker)-\(place)"))
            }
            if let stores { try await Simulation(seed: seed, stores: stores).run() }
          }
        }
      }
      try await group.waitForAll()
    }
  }
}
