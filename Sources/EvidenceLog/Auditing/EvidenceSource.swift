public import ErasureDomain

/// The entries of a log folder or of a bundle in their order, one file of them in memory.
///
/// It reads and does not verify: what is made from it says so, or was verified before.
public struct EvidenceSource<Files: EvidenceFiles> {
  /// The folder.
  public let files: Files
  /// What the checkpoint says.
  public let checkpoint: Checkpoint
  /// The names under the checkpoint that are not the log's own: witnesses.
  public let cosigners: [String]
  /// Whether it is the whole log, and not one request's bundle.
  public let isWhole: Bool
  private let layout: LogFolderLayout
  private let indexes: [UInt64]

  /// Finds out what the folder is.
  public init(_ files: Files) throws {
    guard let bytes = try files.read(CheckpointCheck.path) else {
      throw AuditingProblem.absent(path: CheckpointCheck.path)
    }
    do {
      let note = try SignedNote(parsing: bytes)
      let checkpoint = try Checkpoint(parsing: note.text)
      cosigners = note.signatures.map(\.keyName).filter { !Lines.same($0, checkpoint.origin) }
      self.checkpoint = checkpoint
    } catch {
      throw AuditingProblem.checkpoint("\(error)")
    }
    self.files = files
    let paths = try files.list()
    isWhole = paths.contains { $0.utf8.starts(with: "tile/".utf8) }
    var ignored = AuditResult()
    layout = LogFolderLayout(isWhole ? paths : [], &ignored)
    indexes = isWhole ? [] : BundleLayout(paths, &ignored).entries
  }

  /// Hands over the bytes of every entry that the checkpoint covers, from one on.
  public func walk(from start: UInt64 = 0, _ body: (_ index: UInt64, _ bytes: [UInt8]) throws -> Void) throws {
    guard isWhole else {
      for index in indexes where index >= start {
        let path = "entries/\(index).json"
        guard let bytes = try files.read(path) else { throw AuditingProblem.absent(path: path) }
        try body(index, bytes)
      }
      return
    }
    let width = UInt64(Tile.fullWidth)
    var number = start / width
    while number * width < checkpoint.size {
      let count = Int(min(width, checkpoint.size - number * width))
      let wanted = Tile(kind: .entries, index: number, width: count)?.path ?? "tile/entries"
      guard let tile = layout.tile(.entries, number, atLeast: count), let bytes = try files.read(tile.path) else {
        throw AuditingProblem.absent(path: wanted)
      }
      let entries = EntryBundle.split(bytes, count: tile.width).entries
      guard entries.count >= count else { throw AuditingProblem.cut(path: tile.path) }
      for (place, entry) in entries.prefix(count).enumerated() {
        let index = number * width + UInt64(place)
        if index >= start { try body(index, entry.bytes) }
      }
      number += 1
    }
  }

  /// The same with each entry read.
  public func entries(
    from start: UInt64 = 0, _ body: (_ index: UInt64, _ entry: EvidenceEntry) throws -> Void
  ) throws {
    try walk(from: start) { index, bytes in try body(index, try Self.entry(bytes, index)) }
  }

  static func entry(_ bytes: [UInt8], _ index: UInt64) throws -> EvidenceEntry {
    do { return try EvidenceEntry(decoding: bytes) } catch { throw AuditingProblem.entry(index, "\(error)") }
  }

  /// The plan of a digest; nothing when it was destroyed or does not read.
  public func plan(_ digest: ContentDigest) throws -> ErasurePlan? {
    guard let bytes = try files.read(LogFolderLayout.artifacts + digest.hex) else { return nil }
    return try? CanonicalJSON.decode(ErasurePlan.self, from: bytes)
  }
}
