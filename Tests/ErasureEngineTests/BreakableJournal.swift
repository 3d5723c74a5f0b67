import ErasureDomain
import EvidenceLog
import Journal
import Synchronization

/// A journal whose daemon can die, and whose writes can be lost or reported as failed although they are there.
final class BreakableJournal: Journal {
  enum Fault: Sendable {
    case none
    case lost
    /// Persisted, and reported as failed.
    case failedButPersisted
  }

  private let inner: any Journal
  private let isDead = Mutex(false)
  private let nextFault: @Sendable () -> Fault

  init(_ inner: any Journal, nextFault: @escaping @Sendable () -> Fault = { .none }) {
    self.inner = inner
    self.nextFault = nextFault
  }

  /// From now on this daemon neither reads nor writes: it was killed.
  func die() { isDead.withLock { $0 = true } }

  private func live() throws(JournalFailure) {
    if isDead.withLock({ $0 }) { throw .closed }
  }

  @discardableResult
  func append(
    _ drafts: [EntryDraft], to stream: EntryStream, expecting revision: Int?
  ) async throws(JournalFailure) -> Appended {
    try live()
    switch nextFault() {
    case .none: return try await inner.append(drafts, to: stream, expecting: revision)
    case .lost: throw .unavailable("simulated")
    case .failedButPersisted:
      try await inner.append(drafts, to: stream, expecting: revision)
      throw .unavailable("simulated")
    }
  }

  func read<Value: Sendable>(
    _ body: @escaping @Sendable (any JournalReader) throws -> Value
  ) async throws(JournalFailure) -> Value {
    try live()
    return try await inner.read(body)
  }

  func observe(_ observer: @escaping @Sendable ([IndexedEntry]) -> Void) { inner.observe(observer) }

  func store(checkpoint note: [UInt8], size: UInt64) async throws(JournalFailure) {
    try live()
    try await inner.store(checkpoint: note, size: size)
  }

  func store(anchor: CheckpointAnchor) async throws(JournalFailure) {
    try live()
    try await inner.store(anchor: anchor)
  }

  func halt(_ failure: JournalFailure) { inner.halt(failure) }

  var frontier: MerkleFrontier { inner.frontier }
  var failure: JournalFailure? { inner.failure }
  func verifyWholeTree() async throws(JournalFailure) { try await inner.verifyWholeTree() }
}
