import ErasureDomain
import EvidenceLog
import Foundation
import Journal
import TestKit
import Testing

/// The journals of earlier releases (`Tests/Fixtures`) open, fold and hash as on the day they were written.
struct ReleasedJournalTests {
  private static let releases = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/releases")

  private static func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: releases.path).filter {
      FileManager.default.fileExists(atPath: releases.appending(path: "\($0)/evidence.tar.xz").path)
    }.sorted()
  }

  @Test func `every journal of a release opens, and its answers made anew are those that were stored`() async throws {
    let names = try Self.names()
    try #require(!names.isEmpty, "Tests/Fixtures/releases is empty")
    var stamps = 0
    for name in names {
      let folder = try TemporaryFolder()
      let archive = Self.releases.appending(path: "\(name)/evidence.tar.xz").path
      let unpacking = try ChildProcess(["/usr/bin/env", "python3", "-m", "tarfile", "-e", archive, folder.path])
      #expect(unpacking.wait() == .exited(0), "\(name) cannot be unpacked: python3 is needed")
      let path = folder.path("journal.db")
      let clock = ManualClock(at: UTCTime(secondsSince1970: 2_500_000_000))
      let opened = try SQLiteJournal(path: path, clock: clock)
      try await opened.verifyWholeTree()
      #expect(try await opened.compareAnswersWithFold() == [], "\(name)")
      let before = try await Self.state(of: opened)
      try await opened.close()
      let rebuilt = try SQLiteJournal(path: path, clock: clock, rebuildingAnswers: true)
      #expect(try await rebuilt.compareAnswersWithFold() == [], "\(name), made anew")
      #expect(try await Self.state(of: rebuilt) == before, "\(name)")
      if try await Self.requireStamp(rebuilt, folder) { stamps += 1 }
      try await rebuilt.close()
      try await Self.requirePublished(before, folder)
    }
    #expect(stamps > 0)
  }

  /// The stamp that lies beside the published checkpoint is in the journal, with what was trusted for it; false where there is none.
  private static func requireStamp(_ journal: SQLiteJournal, _ folder: TemporaryFolder) async throws -> Bool {
    func file(_ name: String) -> [UInt8]? {
      FileManager.default.contents(atPath: folder.path("evidence/\(name)")).map { Array($0) }
    }
    guard let reply = file("checkpoint.tsr"), let checkpoint = file("checkpoint") else { return false }
    let size = try Checkpoint(parsing: try SignedNote(parsing: checkpoint).text).size
    let stamp = try await journal.read { reader in
      try reader.timeStamp(of: size, imprint: ContentDigest(hashing: checkpoint))
    }
    #expect(stamp?.reply == reply)
    #expect(stamp?.authorities == file("tsa/ca.pem"))
    return true
  }

  private struct State: Hashable {
    var size: UInt64
    var root: MerkleHash
    var log: LogRecord
  }

  private static func state(of journal: SQLiteJournal) async throws -> State {
    try await journal.read { reader in
      let leaves = try reader.entries(from: 0, to: reader.size).map { MerkleTree.leafHash($0.bytes) }
      return State(size: try reader.size, root: MerkleTree.root(of: leaves), log: try reader.log())
    }
  }

  /// The log that was published is the journal's beginning.
  private static func requirePublished(_ state: State, _ folder: TemporaryFolder) async throws {
    let note = try SignedNote(
      parsing: Array(try Data(contentsOf: URL(fileURLWithPath: folder.path("evidence/checkpoint")))))
    let checkpoint = try Checkpoint(parsing: note.text)
    #expect(checkpoint.size == state.size && checkpoint.root == state.root)
  }
}
