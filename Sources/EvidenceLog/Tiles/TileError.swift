/// Why a file of the log folder cannot be read or written.
public enum TileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A hash tile has another number of bytes than its width asks for.
  case wrongLength(tile: Tile, count: Int)
  /// An entry is longer than its two length bytes can say.
  case entryTooLong(count: Int)
  /// More entries than a bundle has, or none.
  case wrongEntryCount(Int)
  /// A bundle ends within an entry; `entry` counts from 0 in the bundle.
  case bundleTruncated(entry: Int)
  /// A bundle has bytes after its last entry.
  case bundleTrailingBytes(count: Int)

  /// What is wrong, where, and what to do next.
  public var description: String {
    switch self {
    case .wrongLength(let tile, let count):
      "\(tile) has \(count) bytes instead of \(tile.width * MerkleHash.byteCount); publish it again"
    case .entryTooLong(let count):
      "an entry of \(count) bytes is longer than \(EntryBundle.maximumEntryBytes); make an artifact of what is large"
    case .wrongEntryCount(let count): "a bundle has 1 to \(Tile.fullWidth) entries, not \(count)"
    case .bundleTruncated(let entry): "the entry bundle ends within its entry \(entry); publish it again"
    case .bundleTrailingBytes(let count): "the entry bundle has \(count) bytes after its last entry; publish it again"
    }
  }
}
