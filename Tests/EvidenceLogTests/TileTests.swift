import EvidenceLog
import Testing

struct TileTests {
  @Test func `a log of 70000 entries has the tiles of the format's example`() {
    let tiles = Tile.covering(size: 70_000)
    func widths(_ kind: Tile.Kind) -> (full: Int, partial: [Int]) {
      let ofKind = tiles.filter { $0.kind == kind }
      return (ofKind.count { !$0.isPartial }, ofKind.filter(\.isPartial).map(\.width))
    }
    #expect(widths(.entries) == (273, [112]))
    #expect(widths(.hashes(level: 0)) == (273, [112]))
    #expect(widths(.hashes(level: 1)) == (1, [17]))
    #expect(widths(.hashes(level: 2)) == (0, [1]))
    #expect(tiles.count == 274 + 274 + 2 + 1)
    #expect(Tile.covering(size: 0).isEmpty)
    #expect(Tile.covering(size: 256).map(\.path) == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"])
  }

  @Test func `paths group digits by three and read back`() throws {
    #expect(TilePath.number(1_234_067) == "x001/x234/067")
    #expect(TilePath.number(0) == "000")
    #expect(TilePath.number(1000) == "x001/000")
    let paths = [
      "tile/0/000", "tile/0/x001/x234/067", "tile/entries/273.p/112", "tile/7/000.p/255", "tile/2/000.p/1",
    ]
    for path in paths { #expect(try #require(Tile(path: path)).path == path) }
    let refused = [
      "", "tile", "tile/0", "tile/8/000", "tile/00/000", "tile/0/00", "tile/0/0000", "tile/0/x000/001",
      "tile/0/001/002", "tile/0/x001", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p",
      "tile/entry/000", "/tile/0/000", "tile/0/000/", "tile/7/001", "tile/0/x999/x999/x999/x999/x999/x999/999",
    ]
    for path in refused { #expect(Tile(path: path) == nil, "\(path)") }
  }

  @Test func `growing in steps writes the same files as growing at once`() {
    let steps: [UInt64] = [0, 1, 2, 255, 256, 257, 300, 511, 512, 65_535, 65_536, 65_537, 70_000]
    for (older, newer) in zip(steps, steps.dropFirst()) {
      let before = Set(Tile.covering(size: older))
      let after = Set(Tile.covering(size: newer))
      let added = Tile.added(from: older, to: newer)
      #expect(Set(added) == after.subtracting(before), "\(older) to \(newer)")
      #expect(added.count == Set(added).count)
    }
    #expect(Tile.added(from: 5, to: 5).isEmpty)
    #expect(Tile.added(from: 6, to: 5).isEmpty)
  }

  @Test func `proofs from tiles are those from memory`() throws {
    let size: UInt64 = 70_000
    let nodes = MemoryMerkleNodes(leaves: (0..<Int(size)).map { MerkleTree.leafHash(Array("\($0)".utf8)) })
    let fromTiles = TileMerkleNodes(size: size) { tile in Tile.encode(try tile.hashes(from: nodes)) }
    #expect(try MerkleProofs.root(size: size, source: fromTiles) == nodes.root)
    for index in [0, 1, 255, 256, 65_535, 65_536, 69_887, 69_999] as [UInt64] {
      #expect(
        try MerkleProofs.inclusion(index: index, size: size, source: fromTiles)
          == MerkleProofs.inclusion(index: index, size: size, source: nodes))
      #expect(
        try MerkleProofs.consistency(from: index + 1, to: size, source: fromTiles)
          == MerkleProofs.consistency(from: index + 1, to: size, source: nodes))
    }
    #expect(throws: ProofError.nodeMissing(level: 0, index: 70_000)) { try fromTiles.node(level: 0, index: 70_000) }
    let short = TileMerkleNodes(size: size) { tile in Array(Tile.encode(try tile.hashes(from: nodes)).dropLast()) }
    #expect(throws: TileError.self) { try short.node(level: 0, index: 0) }
  }

  @Test func `a hash of a higher tile is the root of the whole tile below`() throws {
    let nodes = MemoryMerkleNodes(leaves: (0..<600).map { MerkleTree.leafHash([UInt8($0 % 256)]) })
    let lower = try #require(Tile(kind: .hashes(level: 0), index: 1))
    let upper = try #require(Tile(kind: .hashes(level: 1), index: 0, width: 2))
    let hashes = try lower.hashes(from: nodes)
    #expect(try upper.hashes(from: nodes)[1] == MerkleTree.root(of: hashes))
    #expect(lower.decodeHashes(Tile.encode(hashes)) == hashes)
    #expect(lower.decodeHashes(Tile.encode(hashes) + [0]) == nil)
    #expect(Tile.encode(hashes).count == 8192)
  }

  @Test func `entry bundles keep every byte and refuse damage`() throws {
    let entries: [[UInt8]] = [[], [1], Array(repeating: 7, count: 65_535), Array("{\"v\":1}".utf8)]
    let bytes = try EntryBundle.encode(entries)
    #expect(bytes.count == 4 * 2 + 1 + 65_535 + 7)
    #expect(try EntryBundle.decode(bytes, count: 4) == entries)
    #expect(throws: TileError.bundleTruncated(entry: 4)) { try EntryBundle.decode(bytes, count: 5) }
    #expect(throws: TileError.bundleTruncated(entry: 3)) { try EntryBundle.decode(bytes.dropLast(), count: 4) }
    #expect(throws: TileError.bundleTrailingBytes(count: 1)) { try EntryBundle.decode(bytes + [0], count: 4) }
    #expect(throws: TileError.entryTooLong(count: 65_536)) {
      try EntryBundle.encode([[UInt8](repeating: 0, count: 65_536)])
    }
    #expect(throws: TileError.wrongEntryCount(0)) { try EntryBundle.encode([]) }
    #expect(throws: TileError.wrongEntryCount(257)) { try EntryBundle.encode(Array(repeating: [], count: 257)) }
  }
}
