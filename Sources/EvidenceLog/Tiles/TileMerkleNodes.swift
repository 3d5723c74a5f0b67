/// The subtrees of a log read from its hash tiles; keeps the tiles it has read.
public final class TileMerkleNodes: MerkleNodeSource {
  private let size: UInt64
  private let read: (Tile) throws -> [UInt8]
  private var known: [Tile: [MerkleHash]] = [:]

  /// The log at that size; `read` returns the bytes of a tile's file.
  public init(size: UInt64, read: @escaping (Tile) throws -> [UInt8]) {
    self.size = size
    self.read = read
  }

  /// The subtree, hashed from one tile; throws `ProofError`, `TileError` or what reading throws.
  public func node(level: Int, index: UInt64) throws -> MerkleHash {
    guard (0..<64).contains(level), index < size >> UInt64(level) else {
      throw ProofError.nodeMissing(level: level, index: index)
    }
    // Tiles store every eighth level; the levels between are hashed from the tile below.
    let height = UInt64(level % 8)
    let first = index << height
    let kind = Tile.Kind.hashes(level: level / 8)
    guard let tile = Tile.tile(kind, index: first / UInt64(Tile.fullWidth), size: size) else {
      throw ProofError.nodeMissing(level: level, index: index)
    }
    let hashes = try hashes(of: tile)
    let begin = Int(first % UInt64(Tile.fullWidth))
    let end = begin + (1 << Int(height))
    guard end <= hashes.count else { throw ProofError.nodeMissing(level: level, index: index) }
    return MerkleTree.root(of: Array(hashes[begin..<end]))
  }

  private func hashes(of tile: Tile) throws -> [MerkleHash] {
    if let hashes = known[tile] { return hashes }
    let bytes = try read(tile)
    guard let hashes = tile.decodeHashes(bytes) else { throw TileError.wrongLength(tile: tile, count: bytes.count) }
    known[tile] = hashes
    return hashes
  }
}
