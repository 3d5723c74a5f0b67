import Dispatch
import ErasureDomain
import EvidenceLog
import Synchronization
import TestKit
import Testing

/// Who reads entries first, and on which processor, changes nothing.
struct WorkAheadTests {
  /// Every piece at once, the last first.
  private struct AllAtOnce: WorkAhead {
    func run<Piece: Sendable>(
      _ count: Int, make: @escaping @Sendable (Int) throws -> Piece, take: (Piece) throws -> Bool
    ) throws {
      let made = Mutex<[Int: Result<Piece, any Error>]>([:])
      DispatchQueue.concurrentPerform(iterations: count) { turn in
        let number = count - 1 - turn
        let piece = Result { try make(number) }
        made.withLock { $0[number] = piece }
      }
      for number in 0..<count {
        let piece = made.withLock { $0.removeValue(forKey: number) }
        guard let piece, try take(piece.get()) else { return }
      }
    }

    func drop<Garbage: Sendable>(_ garbage: consuming Garbage) {}
  }

  /// A folder in which one file cannot be read.
  private struct BrokenDisk: EvidenceFiles {
    struct Failure: Error {}
    let files: MemoryFiles
    let broken: String

    func read(_ path: String) throws -> [UInt8]? {
      guard path != broken else { throw Failure() }
      return try files.read(path)
    }
    func list() throws -> [String] { try files.list() }
  }

  @Test func `the result is that of reading in turn, for good and for damaged logs of several files`() throws {
    var (story, _) = try EvidenceStory.whole()
    for _ in 0..<600 { try story.add(DaemonStopped()) }
    let folder = try story.folder()
    let size = UInt64(story.entries.count)
    let tiles = try [0, 1, 2].map { try #require(Tile.tile(.entries, index: $0, size: size)?.path) }
    let hashes = try #require(Tile.tile(.hashes(level: 0), index: 1, size: size)?.path)
    let artifacts = folder.files.keys.filter { $0.hasPrefix("artifacts/") }.sorted()
    var folders = [folder] + tiles.flatMap { [folder.flipping($0, 2_000), folder.without($0)] }
    folders += [folder.flipping(tiles[2], 900).flipping(tiles[0], 900), folder.flipping(hashes, 40)]
    folders += artifacts.flatMap { [folder.flipping($0, 2), folder.without($0)] }
    var verified = 0
    for files in folders {
      let inTurn = try LogFolderVerifier(trust: try story.trust()).verify(files)
      let ahead = try LogFolderVerifier(trust: try story.trust(), ahead: AllAtOnce()).verify(files)
      #expect(ahead == inTurn)
      verified += inTurn.isVerified ? 1 : 0
    }
    // The good one, and those without a file of configuration, which need not be there.
    #expect((1...4).contains(verified))
  }

  @Test(arguments: [0, 2]) func `what reading throws is thrown`(_ number: UInt64) throws {
    var (story, _) = try EvidenceStory.whole()
    for _ in 0..<600 { try story.add(DaemonStopped()) }
    let tile = try #require(Tile.tile(.entries, index: number, size: UInt64(story.entries.count))?.path)
    let files = BrokenDisk(files: try story.folder(), broken: tile)
    #expect(throws: BrokenDisk.Failure.self) {
      try LogFolderVerifier(trust: try story.trust(), ahead: AllAtOnce()).verify(files)
    }
  }
}
