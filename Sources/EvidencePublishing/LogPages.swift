import ErasureDomain
import EvidenceLog
public import Journal

/// The published log in pages: a bounded number of files in each, however long the log is.
///
/// Nothing is kept between pages. The first one fixes the size, and every later one is of the log at that size: it only
/// grows, so that all pages fit together. Each entry and each artifact is looked through for anything of a person first.
public enum LogPages {
  /// A page is full when its files have so many bytes; one file more may stand behind that.
  public static let fullBytes = 2 << 20
  /// Entries whose artifacts are looked for at a time.
  static let entriesAtATime: UInt64 = 512

  /// Some files of the log folder.
  public struct Page: Sendable {
    /// Their paths within the log folder, and their bytes.
    public let files: [(path: String, bytes: [UInt8])]
    /// What to ask for next; nothing after the last page.
    public let next: String?
  }

  /// The first page, or the one that `cursor` names. The first has the checkpoint.
  ///
  /// Throws `personalData` with the place where something looks like a person's, and `cursor` for one of somebody else.
  public static func page(
    after cursor: String?, from journal: any Journal
  ) async throws(PublishingFailure) -> Page {
    let result: Result<Page, PublishingFailure>
    do {
      result = try await journal.read { reader in
        do { return .success(try page(after: cursor, from: reader)) } catch {
          return .failure(PublishingFailure(error))
        }
      }
    } catch {
      throw .journal(error)
    }
    return try result.get()
  }

  private static func page(after text: String?, from reader: any JournalReader) throws -> Page {
    var files: [(path: String, bytes: [UInt8])] = []
    var place: LogPlace
    if let text {
      guard let read = LogPlace(text), read.size <= (try reader.size) else { throw PublishingFailure.cursor }
      place = read
    } else {
      guard let newest = try reader.newestCheckpoint() else { throw PublishingFailure.notCovered(entry: 0) }
      // With the cosignatures that came since, and the stamp over exactly these bytes.
      let note = try reader.cosigned(newest)
      files.append((path: "checkpoint", bytes: note))
      if let stamp = try reader.timeStamp(of: newest.size, imprint: ContentDigest(hashing: note)) {
        files.append((path: CheckpointPublisher.stampFile, bytes: stamp.reply))
        if !stamp.authorities.isEmpty {
          files.append((path: CheckpointPublisher.authoritiesFile, bytes: stamp.authorities))
        }
      }
      place = LogPlace(size: newest.size)
    }
    var bytes = 0
    while !place.isEnd, bytes < fullBytes {
      let some = try place.isTiles ? tile(&place, reader) : artifacts(&place, reader)
      bytes += some.reduce(0) { $0 + $1.bytes.count }
      files += some
    }
    return Page(files: files, next: place.isEnd ? nil : place.description)
  }

  private static func tile(_ place: inout LogPlace, _ reader: any JournalReader) throws -> [(
    path: String, bytes: [UInt8]
  )] {
    guard let tile = place.takeTile() else { return [] }
    guard tile.kind == .entries else { return [(tile.path, Tile.encode(try tile.hashes(from: reader)))] }
    let first = tile.index * UInt64(Tile.fullWidth)
    let entries = try reader.entryBytes(from: first, to: first + UInt64(tile.width))
    for (offset, entry) in entries.enumerated() {
      if let hit = PersonalDataScan.hit(in: entry) {
        throw PublishingFailure.personalData(place: "entry \(first + UInt64(offset)): \(hit)")
      }
    }
    return [(tile.path, try EntryBundle.encode(entries))]
  }

  /// The artifacts that some entries name, each with the entry that names it first in them. An attempt names the plan that
  /// was proposed before it.
  private static func artifacts(
    _ place: inout LogPlace, _ reader: any JournalReader
  ) throws -> [(path: String, bytes: [UInt8])] {
    let start = place.takeEntries(Self.entriesAtATime)
    var files: [(path: String, bytes: [UInt8])] = []
    var seen: Set<ContentDigest> = []
    var bytes = 0
    for indexed in try reader.entries(from: start, to: min(start + entriesAtATime, place.size)) {
      guard bytes < fullBytes else {
        place.goBack(to: indexed.index)
        break
      }
      guard indexed.entry.kind != AttemptStarted.kind else { continue }
      for digest in indexed.entry.namedDigests.subtracting(seen).sorted() {
        seen.insert(digest)
        guard let content = try reader.artifact(digest) else { continue }
        let path = "artifacts/sha256/\(digest.hex)"
        try requireNobody(in: content, at: path, namedBy: indexed.entry.kind)
        files.append((path, content))
        bytes += content.count
      }
    }
    return files
  }

  /// The organisation's own configuration, where it is in the log at all, may name its people.
  static func requireNobody(in bytes: [UInt8], at path: String, namedBy kind: EntryKind) throws {
    guard !PersonalDataScan.isConfiguration(kind), let hit = PersonalDataScan.hit(in: bytes) else { return }
    throw PublishingFailure.personalData(place: "\(path): \(hit)")
  }
}

/// Where a reader of pages is: a kind of tiles and a number, or an entry whose artifacts are next.
struct LogPlace: LosslessStringConvertible {
  private enum Stage: Int {
    case entries
    case artifacts = 9
    case end
  }

  private(set) var size: UInt64
  /// 0 for entries, 1 more than the level for hashes, then artifacts, then the end.
  private var stage = 0
  private var index: UInt64 = 0

  init(size: UInt64) { self.size = size }

  init?(_ description: String) {
    let parts = description.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let size = UInt64(parts[0]), let stage = Int(parts[1]), let index = UInt64(parts[2]),
      (0...Stage.artifacts.rawValue).contains(stage), index <= size
    else { return nil }
    (self.size, self.stage, self.index) = (size, stage, index)
  }

  var description: String { "\(size).\(stage).\(index)" }
  var isEnd: Bool { stage == Stage.end.rawValue }
  var isTiles: Bool { stage < Stage.artifacts.rawValue }

  /// The next tile; nothing where a level has no more.
  mutating func takeTile() -> Tile? {
    let kind: Tile.Kind = stage == Stage.entries.rawValue ? .entries : .hashes(level: stage - 1)
    guard let tile = Tile.tile(kind, index: index, size: size) else {
      (stage, index) = (stage + 1, 0)
      return nil
    }
    index += 1
    return tile
  }

  /// The first of so many entries.
  mutating func takeEntries(_ count: UInt64) -> UInt64 {
    let start = index
    index = min(size, index + count)
    if index == size { stage = Stage.end.rawValue }
    return start
  }

  /// Only those before this entry were taken.
  mutating func goBack(to entry: UInt64) { (stage, index) = (Stage.artifacts.rawValue, entry) }
}
