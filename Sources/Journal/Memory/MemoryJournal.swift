public import ErasureDomain
public import EvidenceLog
import Synchronization

/// The journal in memory, for tests and simulations: the same fold, the same tree, nothing durable.
public final class MemoryJournal: Journal {
  private struct State {
    var store = MemoryStore()
    var observers: [@Sendable ([IndexedEntry]) -> Void] = []
    /// Commits that no observer has seen yet.
    var undelivered: [[IndexedEntry]] = []
    var isDelivering = false
    var failure: JournalFailure?
  }

  private let clock: any CivilClock
  private let fault: @Sendable ([EntryDraft]) -> JournalFailure?
  private let state = Mutex(State())

  /// An empty journal. `fault` may make an append fail, with nothing appended: for simulations of a store that breaks.
  public init(clock: any CivilClock, fault: @escaping @Sendable ([EntryDraft]) -> JournalFailure? = { _ in nil }) {
    self.clock = clock
    self.fault = fault
  }

  @discardableResult
  public func append(
    _ drafts: [EntryDraft], to stream: EntryStream, expecting revision: Int?
  ) async throws(JournalFailure) -> Appended {
    guard !drafts.isEmpty else { return Appended(entries: []) }
    if let failure = fault(drafts) { throw failure }
    let appended = try state.withLock { state throws(JournalFailure) in
      if let failure = state.failure { throw failure }
      let first = state.store.entries.count
      // The lock is held while the clock is read, so that times are in the order of the entries.
      let append = try Self.compose(drafts, to: stream, expecting: revision, at: clock.now(), over: state.store.answers)
      for (bytes, entry) in append.entries { state.store.append(bytes, entry) }
      state.store.answers.absorb(append.changes)
      let entries = Array(state.store.entries[first...])
      state.undelivered.append(entries)
      return Appended(entries: Array(entries.dropFirst(append.ownEntries)))
    }
    deliver()
    return appended
  }

  private static func compose(
    _ drafts: [EntryDraft], to stream: EntryStream, expecting revision: Int?, at now: UTCTime,
    over answers: MemoryAnswers
  ) throws(JournalFailure) -> ComposedAppend {
    do {
      return try ComposedAppend(drafts, to: stream, expecting: revision, at: now, over: answers)
    } catch {
      throw JournalFailure(error)
    }
  }

  /// One caller at a time hands over what is committed, so observers see the order of the log.
  private func deliver() {
    while true {
      let next = state.withLock { state -> ([@Sendable ([IndexedEntry]) -> Void], [[IndexedEntry]])? in
        guard !state.isDelivering, !state.undelivered.isEmpty else { return nil }
        state.isDelivering = true
        defer { state.undelivered = [] }
        return (state.observers, state.undelivered)
      }
      guard let (observers, commits) = next else { return }
      for commit in commits {
        for observer in observers { observer(commit) }
      }
      state.withLock { $0.isDelivering = false }
    }
  }

  public func read<Value: Sendable>(
    _ body: @escaping @Sendable (any JournalReader) throws -> Value
  ) async throws(JournalFailure) -> Value {
    try state.withLock { state throws(JournalFailure) in
      do {
        return try body(MemoryReader(store: state.store))
      } catch {
        throw JournalFailure(error)
      }
    }
  }

  public func observe(_ observer: @escaping @Sendable ([IndexedEntry]) -> Void) {
    state.withLock { $0.observers.append(observer) }
  }

  public func store(checkpoint note: [UInt8], size: UInt64) async throws(JournalFailure) {
    try state.withLock { state throws(JournalFailure) in
      if let failure = state.failure { throw failure }
      do {
        try CheckpointRules.check(note, claimed: size, size: state.store.size, nodes: state.store.nodes)
        let stored = state.store.checkpoints.first { $0.size == size }?.note
        guard try !CheckpointRules.isStored(note, stored: stored, size: size) else { return }
      } catch {
        throw JournalFailure(error)
      }
      let place = state.store.checkpoints.firstIndex { $0.size > size } ?? state.store.checkpoints.count
      state.store.checkpoints.insert((size: size, note: note), at: place)
    }
  }

  public func store(anchor: CheckpointAnchor) async throws(JournalFailure) {
    try state.withLock { state throws(JournalFailure) in
      guard state.store.checkpoints.contains(where: { $0.size == anchor.size }) else {
        throw CheckpointRules.unknown(anchor.size)
      }
      if !state.store.anchors.contains(anchor) { state.store.anchors.append(anchor) }
    }
  }

  public func halt(_ failure: JournalFailure) { state.withLock { $0.failure = $0.failure ?? failure } }

  public var frontier: MerkleFrontier {
    state.withLock { state in
      guard let frontier = try? state.store.frontier() else {
        preconditionFailure("the nodes in memory are those of the entries in memory")
      }
      return frontier
    }
  }

  /// Nil until it was halted: memory is not checked.
  public var failure: JournalFailure? { state.withLock { $0.failure } }

  public func verifyWholeTree() async throws(JournalFailure) { try await TreeCheck.run(over: self) }
}
