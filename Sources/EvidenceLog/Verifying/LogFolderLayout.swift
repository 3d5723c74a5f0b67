import ErasureDomain

/// The files of a log folder by what they are.
struct LogFolderLayout {
  struct Slot: Hashable {
    let kind: Tile.Kind
    let index: UInt64
  }

  static let artifacts = "artifacts/sha256/"
  /// Files that are neither tiles nor artifacts.
  private static let besides: Set<String> = [CheckpointCheck.path, StampCheck.path, StampCheck.authorities]

  /// The widths that are there for each tile, ascending.
  private(set) var tiles: [Slot: [Tile]] = [:]
  private(set) var artifacts: [ContentDigest] = []
  private(set) var unfinished = 0

  init(_ paths: [String], _ result: inout AuditResult) {
    // Nearly all files are artifacts, and digests are sorted sooner than their paths, into the same order.
    var others: [String] = []
    for path in paths {
      if let digest = Self.artifact(path) { artifacts.append(digest) } else { others.append(path) }
    }
    artifacts.sort()
    for path in others.sorted() {
      if Self.besides.contains(path) { continue }
      if let tile = Tile(path: path) {
        tiles[Slot(kind: tile.kind, index: tile.index), default: []].append(tile)
      } else if Self.isUnfinished(path) {
        unfinished += 1
      } else {
        result.wrong(path, "this file does not belong to a log folder")
      }
    }
    for slot in tiles.keys { tiles[slot]?.sort { $0.width < $1.width } }
    if unfinished > 0 {
      result.warnings.append(
        "\(unfinished) unfinished files (….tmp): the publisher was interrupted; they are not evidence")
    }
  }

  /// The tile that holds at least `width`: the exact one, else a wider one, as readers of tiled logs may do.
  func tile(_ kind: Tile.Kind, _ index: UInt64, atLeast width: Int) -> Tile? {
    tiles[Slot(kind: kind, index: index)]?.first { $0.width >= width }
  }

  /// The digest that an artifact's path names.
  static func artifact(_ path: String) -> ContentDigest? {
    var path = path
    return path.withUTF8 { path in
      guard path.count == artifacts.utf8.count + 64, path.starts(with: artifacts.utf8) else { return nil }
      return ContentDigest(hex: UnsafeBufferPointer(rebasing: path[artifacts.utf8.count...]))
    }
  }

  /// A file of the layout under the name that it has before it is renamed to its own.
  private static func isUnfinished(_ path: String) -> Bool {
    let bytes = Array(path.utf8)
    guard bytes.suffix(4).elementsEqual(".tmp".utf8) else { return false }
    let final = String(decoding: bytes.dropLast(4), as: UTF8.self)
    return besides.contains(final) || Tile(path: final) != nil || artifact(final) != nil
  }
}
