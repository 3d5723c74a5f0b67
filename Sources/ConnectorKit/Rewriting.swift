public import ErasureDomain

/// A connector that can say more than that rows are removed: it has the files replaced in which they were, where the
/// register asks for it, or tells what its erasure checked.
public protocol Rewriting: Connector {
  /// Called after an erasure is committed and a look has seen that the rows are gone, with what the whole job did,
  /// dataset by dataset. Says no more than was checked: what stands in the way is a reason in the answer and no failure,
  /// for the rows are erased. Nothing where nothing more was checked, or nothing went. Throws `.interrupted` alone.
  func rewrite(_ order: ErasureOrder, _ effects: [EffectCount]) async throws(ConnectorFailure) -> StorageProof?
}
