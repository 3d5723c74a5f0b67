import Crypto
import Foundation

/// The bare loop: each entry's leaf hash, each node of the tree, the trees over the lists of conclusions and ends, each
/// artifact, each signature. Files are read before the clock runs.
struct BareHashes {
  private let folder: URL

  init(_ folder: URL) throws { self.folder = folder }

  func run() throws {
    let tiles = try entryTiles()
    var ofProcessor = 0.0
    func seconds(_ body: () -> Void) -> Double {
      let (start, begun) = (Self.now(CLOCK_MONOTONIC), Self.now(CLOCK_PROCESS_CPUTIME_ID))
      body()
      ofProcessor += Self.now(CLOCK_PROCESS_CPUTIME_ID) - begun
      return Self.now(CLOCK_MONOTONIC) - start
    }
    var leaves: [UInt8] = []
    var count = 0
    let ofLeaves = seconds { (leaves, count) = Self.leaves(tiles) }
    let ofTree = seconds { Self.tree(leaves, 0..<count) }
    let lists = try String(decoding: Data(contentsOf: folder.appending(path: "lists")), as: UTF8.self)
      .split(separator: "\n").compactMap { Int($0) }
    let ofLists = seconds {
      var start = 0
      for list in lists where list <= count {
        if start + list > count { start = 0 }
        Self.tree(leaves, start..<(start + list))
        start += list
      }
    }
    let artifacts = try artifacts()
    let ofArtifacts = seconds { for bytes in artifacts { Self.hash(bytes) } }
    let signatures = try self.signatures()
    var wrong = 0
    let ofSignatures = seconds {
      for (key, signature, message) in signatures {
        let isValid = (try? Curve25519.Signing.PublicKey(rawRepresentation: key))?.isValidSignature(
          signature, for: message)
        if isValid != true { wrong += 1 }
      }
    }
    guard wrong == 0 else { throw BenchProblem("\(wrong) signatures do not hold") }
    print(
      "{\"entries\":\(count),\"artifacts\":\(artifacts.count),\"signatures\":\(signatures.count),"
        + "\"leaves\":\(ofLeaves),\"tree\":\(ofTree),\"lists\":\(ofLists),\"ofArtifacts\":\(ofArtifacts),"
        + "\"ofSignatures\":\(ofSignatures),\"ofProcessor\":\(ofProcessor),"
        + "\"seconds\":\(ofLeaves + ofTree + ofLists + ofArtifacts + ofSignatures)}")
  }

  private static func now(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  // MARK: Files

  private func files(below path: String) throws -> [URL] {
    let root = folder.appending(path: path)
    let names = try FileManager.default.subpathsOfDirectory(atPath: root.path)
    return names.sorted().map { root.appending(path: $0) }.filter { !$0.hasDirectoryPath }
  }

  private func entryTiles() throws -> [[UInt8]] {
    try files(below: "evidence/tile/entries").compactMap { file in
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder)
      return isFolder.boolValue ? nil : [UInt8](try Data(contentsOf: file))
    }
  }

  private func artifacts() throws -> [[UInt8]] {
    try files(below: "evidence/artifacts/sha256").map { [UInt8](try Data(contentsOf: $0)) }
  }

  private func signatures() throws -> [(key: [UInt8], signature: [UInt8], message: [UInt8])] {
    let bytes = [UInt8](try Data(contentsOf: folder.appending(path: "signatures")))
    var found: [(key: [UInt8], signature: [UInt8], message: [UInt8])] = []
    var at = 0
    while at + 98 <= bytes.count {
      let length = Int(bytes[at + 96]) << 8 | Int(bytes[at + 97])
      found.append(
        (Array(bytes[at..<at + 32]), Array(bytes[at + 32..<at + 96]), Array(bytes[at + 98..<at + 98 + length])))
      at += 98 + length
    }
    return found
  }

  // MARK: The loop

  private static func leaves(_ tiles: [[UInt8]]) -> (hashes: [UInt8], count: Int) {
    var hashes: [UInt8] = []
    var count = 0
    for tile in tiles {
      tile.withUnsafeBytes { bytes in
        var at = 0
        while at + 2 <= bytes.count {
          let length = Int(bytes[at]) << 8 | Int(bytes[at + 1])
          var function = SHA256()
          withUnsafeBytes(of: UInt8(0)) { function.update(bufferPointer: $0) }
          function.update(bufferPointer: UnsafeRawBufferPointer(rebasing: bytes[(at + 2)..<(at + 2 + length)]))
          function.finalize().withUnsafeBytes { hashes.append(contentsOf: $0) }
          count += 1
          at += 2 + length
        }
      }
    }
    return (hashes, count)
  }

  /// All nodes over these leaves: one fewer than leaves.
  private static func tree(_ leaves: [UInt8], _ range: Range<Int>) {
    guard range.count > 1 else { return }
    var level = Array(leaves[(range.lowerBound * 32)..<(range.upperBound * 32)])
    while level.count > 32 {
      var above: [UInt8] = []
      above.reserveCapacity(level.count / 2 + 32)
      let pairs = level.count / 64
      level.withUnsafeBytes { bytes in
        for pair in 0..<pairs {
          var function = SHA256()
          withUnsafeBytes(of: UInt8(1)) { function.update(bufferPointer: $0) }
          function.update(bufferPointer: UnsafeRawBufferPointer(rebasing: bytes[(pair * 64)..<(pair * 64 + 64)]))
          function.finalize().withUnsafeBytes { above.append(contentsOf: $0) }
        }
        above.append(contentsOf: bytes[(pairs * 64)...])
      }
      level = above
    }
  }

  private static func hash(_ bytes: [UInt8]) {
    var function = SHA256()
    bytes.withUnsafeBytes { function.update(bufferPointer: $0) }
    _ = function.finalize()
  }
}
