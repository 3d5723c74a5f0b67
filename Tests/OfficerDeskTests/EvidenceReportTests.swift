import ErasureDomain
import EvidenceLog
import Journal
import OfficerAPI
import OfficerDesk
import TestKit
import Testing

/// What the daemon counts from its records, and an auditor from the entries alone.
@Suite(.serialized) struct `The figures of the daemon and of an auditor` {
  /// The log of a desk, as a folder that nobody signed for good.
  private struct ReadableLog: EvidenceFiles {
    var files: [String: [UInt8]] = [:]

    func read(_ path: String) throws -> [UInt8]? { files[path] }
    func list() throws -> [String] { Array(files.keys) }
  }

  private func figures(_ scene: DeskScene) async throws -> (auditor: EvidenceFigures, daemon: PeriodReport) {
    // The auditor counts as of the last entry: there is one of this moment.
    try await scene.journal.append([EntryDraft(DaemonStopped(), about: .log)], to: .log, expecting: nil)
    let today = scene.clock.today
    let daemon = try await scene.say(ReportPeriod(from: today.adding(days: -400), to: today), by: .erik)
    let (entries, artifacts) = try await scene.journal.read { reader in
      let digests = try reader.artifactDigests
      return (
        try reader.entryBytes(from: 0, to: try reader.size), try digests.map { ($0, try reader.artifact($0) ?? []) }
      )
    }
    var log = ReadableLog()
    for start in stride(from: 0, to: entries.count, by: Tile.fullWidth) {
      let some = entries[start..<min(start + Tile.fullWidth, entries.count)]
      let tile = try #require(
        Tile(kind: .entries, index: UInt64(start / Tile.fullWidth), width: some.count))
      log.files[tile.path] = try EntryBundle.encode(Array(some))
    }
    for (digest, bytes) in artifacts { log.files["artifacts/sha256/\(digest.hex)"] = bytes }
    let root = MerkleTree.root(of: entries.map { MerkleTree.leafHash($0) })
    let signer = try Ed25519CheckpointSigner(name: JournalFixture.origin, seed: [UInt8](repeating: 5, count: 32))
    log.files["checkpoint"] =
      try SignedNote.signing(
        Checkpoint(origin: JournalFixture.origin, size: UInt64(entries.count), root: root).text, by: [signer]
      ).encoded
    return (try EvidenceSource(log).figures(from: daemon.from, until: daemon.to), daemon)
  }

  private func requireSame(_ scene: DeskScene) async throws {
    let (auditor, daemon) = try await figures(scene)
    #expect(auditor.received == daemon.received && auditor.numbers == daemon.numbers)
    #expect(auditor.byState == daemon.byState && auditor.byRight == daemon.byRight)
    #expect(auditor.byChannel == daemon.byChannel && auditor.closed == daemon.closed)
    #expect(auditor.withdrawn == daemon.withdrawn && auditor.refusedByGround == daemon.refusedByGround)
    #expect(auditor.extended == daemon.extended && auditor.suspended == daemon.suspended)
    #expect(auditor.exceptionsByGround == daemon.exceptionsByGround)
    #expect(auditor.incidents == daemon.incidents && auditor.lateIncidents == daemon.lateIncidents)
    for (ours, theirs) in [(auditor.reply, daemon.reply), (auditor.erasure, daemon.erasure)] {
      #expect(ours.done == theirs.done && ours.notYet == theirs.notYet && ours.medianDays == theirs.medianDays)
      #expect(ours.worstDays == theirs.worstDays && ours.worstNumber == theirs.worstNumber)
    }
    let late = auditor.late.map { "\($0.number) \($0.clock.rawValue) \($0.days) \($0.done == nil)" }.sorted()
    #expect(late == daemon.late.map { "\($0.number) \($0.clock) \($0.days) \($0.isOpen)" }.sorted())
    #expect(auditor.lateCount == daemon.late.count)
  }

  @Test func `are the same over refused, withdrawn, extended, late and open requests`() async throws {
    let scene = try await DeskScene()
    for _ in 1...4 { try await scene.add() }
    try await scene.say(ExtendDeadline(request: "2", reason: .complexity, text: "much"), by: .bram)
    scene.clock.advance(days: 10)
    try await scene.say(RefuseRequest(request: "3", ground: "not-ours"), by: .bram)
    try await scene.say(CloseRequest(request: "3", informedOn: scene.clock.today, channel: "phone"), by: .bram)
    try await scene.say(WithdrawRequest(request: "4"), by: .anna)
    try await scene.say(OpenIncident(request: "1"), by: .anna)
    try await requireSame(scene)
    scene.clock.advance(days: 40)
    try await scene.add()
    try await requireSame(scene)
  }

  @Test func `are the same where jobs ended, a company was silent and something stays by a decision`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    try await scene.say(LeaveOut(plan: "1", ordinals: [2], reason: "a claim"), by: .bram)
    try await scene.approve(1, by: .bram)
    try await scene.approve(1, by: .chris)
    scene.systems.sister.stayQuiet()
    try await scene.running {
      try await scene.untilOnlyTheStickWaits()
      try await requireSame(scene)
      try await scene.attestStick()
      try await scene.until("concluded") { try await scene.request().state == .concluded }
    }
    try await requireSame(scene)
    let (auditor, _) = try await figures(scene)
    #expect(auditor.outcomes.contains { $0.outcome == "unconfirmed" && $0.voucher == nil })
    #expect(auditor.outcomes.contains { $0.voucher == "person" && $0.seen == "attestation" })
  }
}
