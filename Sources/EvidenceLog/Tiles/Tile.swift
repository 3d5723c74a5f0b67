/// One static file of the log folder: 256 hashes of one level or 256 entries, fewer at the right edge.
public struct Tile: Hashable, Sendable, CustomStringConvertible {
  /// The number of hashes or entries in a full tile.
  public static let fullWidth = 256
  /// The highest level a tree of fewer than 2^64 entries has.
  public static let highestLevel = 7

  /// What the file holds.
  public enum Kind: Hashable, Sendable {
    /// Roots of complete subtrees of 256^level entries.
    case hashes(level: Int)
    /// The entries themselves.
    case entries

    /// The level in the tree, 0 for entries.
    public var level: Int {
      switch self {
      case .hashes(let level): level
      case .entries: 0
      }
    }
  }

  /// What the file holds.
  public let kind: Kind
  /// The tile's number in its level, from 0.
  public let index: UInt64
  /// How many hashes or entries it has, 1 to 256.
  public let width: Int

  /// Nothing when the level or the width is impossible.
  public init?(kind: Kind, index: UInt64, width: Int = Tile.fullWidth) {
    guard (0...Self.highestLevel).contains(kind.level), (1...Self.fullWidth).contains(width),
      index <= UInt64.max >> UInt64(8 * kind.level + 8)
    else { return nil }
    self.kind = kind
    self.index = index
    self.width = width
  }

  /// Whether a wider tile of the same number can follow.
  public var isPartial: Bool { width < Self.fullWidth }

  /// The path within the log folder.
  public var path: String { TilePath.path(of: self) }

  /// The path.
  public var description: String { path }

  /// The tile that a path within the log folder names; nothing for any other text.
  public init?(path: String) {
    guard let tile = TilePath.tile(at: path) else { return nil }
    self = tile
  }

  /// The tile's hashes, left to right, from stored subtrees; for entries the hashes of their leaves.
  public func hashes(from source: some MerkleNodeSource) throws -> [MerkleHash] {
    try (0..<UInt64(width)).map { place in
      try source.node(level: 8 * kind.level, index: index * UInt64(Self.fullWidth) + place)
    }
  }

  /// The bytes of a hash tile's file: 32 for each hash.
  public static func encode(_ hashes: [MerkleHash]) -> [UInt8] { hashes.flatMap(\.bytes) }

  /// The hashes of a hash tile's file; nothing when it has not exactly 32 bytes for each of `width`.
  public func decodeHashes(_ bytes: [UInt8]) -> [MerkleHash]? {
    guard bytes.count == width * MerkleHash.byteCount else { return nil }
    return bytes.withUnsafeBytes { raw in
      (0..<width).map { MerkleHash(loading: UnsafeRawBufferPointer(rebasing: raw[($0 * MerkleHash.byteCount)...])) }
    }
  }
}
