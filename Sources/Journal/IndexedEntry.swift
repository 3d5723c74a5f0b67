public import ErasureDomain

/// An entry with its place in the log.
public struct IndexedEntry: Sendable, Hashable {
  /// From 0.
  public let index: UInt64
  /// The bytes of the leaf, as stored.
  public let bytes: [UInt8]
  public let entry: EvidenceEntry

  /// An entry whose bytes and place the caller knows.
  public init(index: UInt64, bytes: [UInt8], entry: EvidenceEntry) {
    self.index = index
    self.bytes = bytes
    self.entry = entry
  }
}

/// What an append made of its drafts: one entry for each, in their order.
public struct Appended: Sendable, Hashable {
  /// With their indices and times.
  public let entries: [IndexedEntry]

  /// The entries of one append.
  public init(entries: [IndexedEntry]) { self.entries = entries }
}
