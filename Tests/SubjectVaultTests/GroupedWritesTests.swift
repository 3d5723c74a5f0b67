import ErasureDomain
import SubjectVault
import TestKit
import Testing

/// Writes that come at the same time share a commit, and nothing else.
@Suite struct GroupedWritesTests {
  @Test func `one write that fails undoes nothing of those beside it`() async throws {
    let folder = try StoreFolder()
    let vault = try folder.vault()
    let random = SeededRandom(seed: 5)
    let requests = (0..<60).map { _ in RequestReference(using: random) }
    let unknown = RequestReference(using: random)
    // Each entry is asked for twice, and between them somebody writes to one that is not there.
    let made = await withTaskGroup(of: Bool.self) { group in
      for request in requests + requests {
        group.addTask { (try? await vault.create(request)) != nil }
        group.addTask { (try? await vault.put([UInt8]([1]), as: .note, of: unknown)) != nil }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(made == requests.count)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (number, request) in requests.enumerated() {
        group.addTask { try await vault.put([UInt8(number)], as: .nonce, of: request) }
      }
      try await group.waitForAll()
    }
    vault.close()
    let again = try folder.vault(SeededRandom(seed: 12))
    #expect(try await again.requests() == requests.sorted())
    for (number, request) in requests.enumerated() {
      let items = try await again.get([.nonce, .note], of: request)
      #expect(items == [.nonce: [UInt8(number)]])
    }
  }
}
