public import ErasureDomain

/// A connector that can have the files replaced in which removed rows were, where the register asks for it.
public protocol Rewriting: Connector {
  /// Called after an erasure is committed and a look has seen that the rows are gone, with what the whole job did,
  /// dataset by dataset. Says no more than was checked: what stands in the way is a reason in the answer and no failure,
  /// for the rows are erased. Nothing where the register does not ask, or nothing went. Throws `.interrupted` alone.
  func rewrite(_ order: ErasureOrder, _ effects: [EffectCount]) async throws(ConnectorFailure) -> StorageProof?
}
