public import ErasureDomain
public import EvidenceLog

/// The durable append-only log with its answering tables: the truth, and the evidence.
///
/// Entries are leaves of one Merkle log. The writer assigns index, time and request number; the fold of `ErasureDomain`
/// guards every entry and keeps the answers in the same transaction.
public protocol Journal: Sendable {
  /// Appends one stream's entries in one transaction, all or nothing; they are durable when it returns.
  ///
  /// `revision` is the number of entries in the stream; nil only for the stream of the log itself. A conflict or a
  /// refusal fails this append alone, whatever is written at the same time.
  @discardableResult
  func append(
    _ drafts: [EntryDraft], to stream: EntryStream, expecting revision: Int?
  ) async throws(JournalFailure) -> Appended

  /// A consistent view; it never blocks the writer of a database.
  ///
  /// What the body throws comes out as `refused` with its description, unless it is a `JournalFailure` or the store's.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (any JournalReader) throws -> Value
  ) async throws(JournalFailure) -> Value

  /// Calls the observer after each commit with the new entries, in order, outside of any lock.
  ///
  /// The entries include a `clock.stepped` that the writer put in itself. The writer waits for the observer, so it must
  /// be quick and must not wait for the journal.
  func observe(_ observer: @escaping @Sendable ([IndexedEntry]) -> Void)

  /// Keeps a signed checkpoint; the same bytes again change nothing.
  ///
  /// Refuses a note whose size is not durable, whose root is not that of this log, and another note for a size that has
  /// one.
  func store(checkpoint note: [UInt8], size: UInt64) async throws(JournalFailure)

  /// Keeps what somebody outside said about a stored checkpoint; the same again changes nothing.
  ///
  /// Refuses one about a size that has no checkpoint. The caller has checked signature and imprint.
  func store(anchor: CheckpointAnchor) async throws(JournalFailure)

  /// From now on nothing is appended and nothing signed; the first reason stays. Reading stays possible.
  func halt(_ failure: JournalFailure)

  /// The right edge of the tree over the entries that are durable.
  var frontier: MerkleFrontier { get }

  /// Why nothing may be appended any more; nil while the journal is sound.
  var failure: JournalFailure? { get }

  /// Recomputes the whole tree from the entries and compares every stored subtree and checkpoint.
  ///
  /// Throws `corrupt` with the first entry that is wrong; from then on the journal refuses to append.
  func verifyWholeTree() async throws(JournalFailure)
}
