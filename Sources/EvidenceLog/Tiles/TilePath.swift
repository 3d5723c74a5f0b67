/// The names of tile files (C2SP tlog-tiles): numbers in groups of three digits.
public enum TilePath {
  /// The number with all groups but the last marked by `x`: 1234067 is `x001/x234/067`.
  public static func number(_ index: UInt64) -> String {
    var rest = index
    var text = ""
    repeat {
      let group = String(rest % 1000)
      let padded = String(repeating: "0", count: 3 - group.utf8.count) + group
      text = text.isEmpty ? padded : "x\(padded)/\(text)"
      rest /= 1000
    } while rest > 0
    return text
  }

  /// The path of a tile within the log folder.
  public static func path(of tile: Tile) -> String {
    let folder =
      switch tile.kind {
      case .hashes(let level): "tile/\(level)"
      case .entries: "tile/entries"
      }
    let partial = tile.width < Tile.fullWidth ? ".p/\(tile.width)" : ""
    return "\(folder)/\(number(tile.index))\(partial)"
  }

  /// The tile that a path within the log folder names; nothing for any other text.
  public static func tile(at path: String) -> Tile? {
    var parts = path.utf8.split(separator: 0x2F, omittingEmptySubsequences: false).map { Array($0) }
    guard parts.count >= 3, parts.removeFirst() == Array("tile".utf8) else { return nil }
    let folder = parts.removeFirst()
    let kind: Tile.Kind
    if folder == Array("entries".utf8) {
      kind = .entries
    } else {
      guard let level = Lines.number(folder), level <= UInt64(Tile.highestLevel) else { return nil }
      kind = .hashes(level: Int(level))
    }
    var width = Tile.fullWidth
    if parts.count >= 2, parts[parts.count - 2].suffix(2) == Array(".p".utf8)[...] {
      guard let partial = Lines.number(parts.removeLast()), (1..<UInt64(Tile.fullWidth)).contains(partial) else {
        return nil
      }
      width = Int(partial)
      parts[parts.count - 1].removeLast(2)
    }
    guard let index = index(of: parts) else { return nil }
    let tile = Tile(kind: kind, index: index, width: width)
    // One file has one name: groups that are missing or too many do not print back.
    return tile.map(Self.path) == path ? tile : nil
  }

  private static func index(of groups: [[UInt8]]) -> UInt64? {
    var index: UInt64 = 0
    for (place, group) in groups.enumerated() {
      let digits = place < groups.count - 1 ? group.dropFirst() : group[...]
      guard digits.count == 3, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
      let value = digits.reduce(UInt64(0)) { $0 * 10 + UInt64($1 - 0x30) }
      let (product, overflow) = index.multipliedReportingOverflow(by: 1000)
      guard !overflow else { return nil }
      let (sum, carry) = product.addingReportingOverflow(value)
      guard !carry else { return nil }
      index = sum
    }
    return index
  }
}
