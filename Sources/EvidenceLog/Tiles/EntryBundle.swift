/// The file format of up to 256 entries: `u16be length || entry` for each (C2SP tlog-tiles).
public enum EntryBundle {
  /// The longest entry, in bytes.
  public static let maximumEntryBytes = 65_535

  /// The bytes of a bundle of 1 to 256 entries.
  public static func encode(_ entries: [[UInt8]]) throws(TileError) -> [UInt8] {
    guard (1...Tile.fullWidth).contains(entries.count) else { throw .wrongEntryCount(entries.count) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(entries.reduce(0) { $0 + $1.count + 2 })
    for entry in entries {
      guard let length = UInt16(exactly: entry.count) else { throw .entryTooLong(count: entry.count) }
      bytes += BigEndian.bytes(length)
      bytes += entry
    }
    return bytes
  }

  /// Exactly `count` entries, the width of the bundle's tile; nothing may follow.
  public static func decode(_ bytes: [UInt8], count: Int) throws(TileError) -> [[UInt8]] {
    guard (1...Tile.fullWidth).contains(count) else { throw .wrongEntryCount(count) }
    var entries: [[UInt8]] = []
    var position = 0
    while entries.count < count {
      guard bytes.count - position >= 2 else { throw .bundleTruncated(entry: entries.count) }
      let length = Int(bytes[position]) << 8 | Int(bytes[position + 1])
      guard bytes.count - position - 2 >= length else { throw .bundleTruncated(entry: entries.count) }
      entries.append(Array(bytes[position + 2..<position + 2 + length]))
      position += 2 + length
    }
    guard position == bytes.count else { throw .bundleTrailingBytes(count: bytes.count - position) }
    return entries
  }
}
