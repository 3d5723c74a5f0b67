import Foundation
import Testing

@Suite struct SimulationTests {
  /// Seeds in one test run; `EXPUNGE_SEED=n` repeats a single one.
  private static let seeds: ClosedRange<UInt64> = 1...1_000

  @Test func `every seed ends with everything erased once and evidence that agrees`() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("simulation-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let stores = try SimulationStores(folder: folder)
    if let text = ProcessInfo.processInfo.environment["EXPUNGE_SEED"], let seed = UInt64(text) {
      try await Simulation(seed: seed, stores: stores).run()
      return
    }
    for seed in Self.seeds { try await Simulation(seed: seed, stores: stores).run() }
  }
}
