import ErasureDomain
import EvidenceLog
import Foundation
import GRDB
import TestKit
import Testing

@testable import Journal

/// What the database itself promises.
@Suite struct DurabilityTests {
  private func open(_ folder: TemporaryFolder, _ clock: ManualClock = ManualClock()) throws -> SQLiteJournal {
    try SQLiteJournal(path: folder.path("journal.db"), clock: clock)
  }

  @Test func `every connection has the pragmas that the promises rest on`() async throws {
    let folder = try TemporaryFolder()
    let journal = try open(folder)
    let names = ["synchronous", "journal_mode", "recursive_triggers", "secure_delete"]
    let writing = try await journal.pool.writeWithoutTransaction { db in
      try names.map { try String.fetchOne(db, sql: "PRAGMA \($0)") }
    }
    #expect(writing == ["2", "wal", "1", "1"])
    let reading = try await journal.pool.read { db in
      try names.map { try String.fetchOne(db, sql: "PRAGMA \($0)") }
    }
    #expect(reading.suffix(2) == ["1", "1"])
  }

  @Test func `the tables of the log refuse every change, also by INSERT OR REPLACE`() async throws {
    let scene = try JournalScene(.sqlite)
    let journal = try #require(scene.journal as? SQLiteJournal)
    try await scene.confirmedRequest()
    try await journal.store(checkpoint: TestKey.checkpoint(of: journal.frontier), size: 2)
    for sql in [
      "UPDATE entry SET bytes = x'00'", "DELETE FROM entry", "INSERT OR REPLACE INTO entry VALUES (0, x'00')",
      "UPDATE node SET hash = x'00'", "DELETE FROM node", "INSERT OR REPLACE INTO node VALUES (0, 0, x'00')",
      "UPDATE checkpoint SET note = x'00'", "DELETE FROM checkpoint",
      "INSERT OR REPLACE INTO checkpoint VALUES (2, x'00')",
    ] {
      await #expect(throws: DatabaseError.self, "\(sql)") {
        try await journal.pool.write { db in try db.execute(sql: sql) }
      }
    }
    try await journal.verifyWholeTree()
  }

  @Test func `a closed journal refuses, and opens again where it was`() async throws {
    let folder = try TemporaryFolder()
    let clock = ManualClock()
    let fixture = JournalFixture { ContentDigest(hashing: $0) }
    let first = try open(folder, clock)
    let request = RequestReference(using: fixture.random)
    try await first.append([fixture.received(request)], to: .request(request), expecting: 0)
    let frontier = first.frontier
    try await first.close()
    await #expect(throws: JournalFailure.closed) {
      try await first.append([fixture.confirmed(request)], to: .request(request), expecting: 1)
    }
    await #expect(throws: JournalFailure.closed) { try await first.read { reader in try reader.size } }
    let log = folder.path("journal.db-wal")
    if FileManager.default.fileExists(atPath: log) {
      #expect(try FileManager.default.attributesOfItem(atPath: log)[.size] as? Int == 0)
    }
    let second = try open(folder, clock)
    #expect(second.frontier == frontier)
    let other = RequestReference(using: fixture.random)
    let appended = try await second.append([fixture.received(other)], to: .request(other), expecting: 0)
    #expect(try appended.entries[0].entry.facts(as: RequestReceived.self).number == 2)
  }

  @Test func `a full disk is named, writes nothing, and work goes on when there is room`() async throws {
    let scene = try JournalScene(.sqlite)
    let journal = try #require(scene.journal as? SQLiteJournal)
    let request = try await scene.confirmedRequest()
    try await journal.pool.writeWithoutTransaction { db in
      let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      try db.execute(sql: "PRAGMA max_page_count = \(pages)")
    }
    let artifact = scene.fixture.artifact([UInt8](repeating: 7, count: 500_000))
    let draft = try EntryDraft(
      RequestRefused(ground: artifact.digest.description), about: EntrySubject(request: request), artifacts: [artifact])
    await #expect(throws: JournalFailure.full) {
      try await journal.append([draft], to: .request(request), expecting: 2)
    }
    #expect(journal.failure == nil)
    try await journal.pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA max_page_count = 100000") }
    let appended = try await journal.append([draft], to: .request(request), expecting: 2)
    #expect(appended.entries.map(\.index) == [2])
    try await journal.verifyWholeTree()
  }

  @Test func `a file that is no database is corrupt, and a schema from the future is named`() async throws {
    let folder = try TemporaryFolder()
    try Data(repeating: 0x41, count: 8_192).write(to: URL(fileURLWithPath: folder.path("journal.db")))
    #expect(throws: JournalFailure.corrupt(at: nil)) { try open(folder) }
    let scribbled = try TemporaryFolder()
    try await open(scribbled).close()
    let file = try #require(FileHandle(forUpdatingAtPath: scribbled.path("journal.db")))
    try file.seek(toOffset: 4_096)
    try file.write(contentsOf: Data(repeating: 0xAA, count: 100_000))
    try file.close()
    #expect(throws: JournalFailure.corrupt(at: nil)) { try open(scribbled) }
    let newer = try TemporaryFolder()
    let journal = try open(newer)
    try await journal.pool.write { db in
      try db.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('journal-99-future')")
    }
    try await journal.close()
    #expect(throws: JournalFailure.unavailable("newer-schema")) { try open(newer) }
  }

  @Test func `a second daemon is refused the state, until the first is gone`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("lock")
    var first: StateLock? = try StateLock(path: path)
    let error = #expect(throws: StateLockFailure.self) { try StateLock(path: path) }
    #expect(error == .held(path: path, by: ProcessInfo.processInfo.processIdentifier))
    #expect(error?.description.contains("systemctl stop expunged") == true)
    #expect(first != nil)
    first = nil
    _ = try StateLock(path: path)
    #expect(throws: StateLockFailure.self) { try StateLock(path: folder.path("missing/lock")) }
  }
}
