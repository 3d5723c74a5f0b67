extension Tile {
  /// All tiles of a log of that size: entry bundles first, then hash tiles from level 0 up.
  ///
  /// Past the small end this list is long (one tile for 256 entries); `added(from:to:)` is the way to publish.
  public static func covering(size: UInt64) -> [Tile] { added(from: 0, to: size) }

  /// The tiles to write when a log grows: full ones that became complete, and the partial ones at the right edge.
  ///
  /// Entry bundles come first, then hash tiles from level 0 up. A level that did not grow has none.
  public static func added(from older: UInt64, to newer: UInt64) -> [Tile] {
    guard older < newer else { return [] }
    var tiles = added(kind: .entries, from: older, to: newer)
    for level in 0...highestLevel {
      tiles += added(kind: .hashes(level: level), from: older >> UInt64(8 * level), to: newer >> UInt64(8 * level))
    }
    return tiles
  }

  /// The tiles of a kind between two counts of that level's hashes.
  private static func added(kind: Kind, from older: UInt64, to newer: UInt64) -> [Tile] {
    guard older < newer else { return [] }
    let width = UInt64(fullWidth)
    var tiles: [Tile] = []
    for index in older / width..<newer / width {
      if let tile = Tile(kind: kind, index: index) { tiles.append(tile) }
    }
    if let partial = Tile(kind: kind, index: newer / width, width: Int(newer % width)) { tiles.append(partial) }
    return tiles
  }

  /// The tile of a kind and number in a log of that size: full, partial, or nothing when it has none.
  public static func tile(_ kind: Kind, index: UInt64, size: UInt64) -> Tile? {
    guard (0...highestLevel).contains(kind.level) else { return nil }
    let count = size >> UInt64(8 * kind.level)
    let full = count / UInt64(fullWidth)
    if index < full { return Tile(kind: kind, index: index) }
    guard index == full else { return nil }
    return Tile(kind: kind, index: index, width: Int(count % UInt64(fullWidth)))
  }
}
