import Connectors
import ErasureDomain
import OfficerAPI
import SubjectVault
import TestKit
import Testing

@Suite(.serialized) struct `Copies that end by themselves` {
  private func concluded(_ copy: EndsByItselfSettings) async throws -> DeskScene {
    var options = DeskScene.Options()
    options.copy = copy
    let scene = try await DeskScene(options)
    try await scene.approved()
    try await scene.conclude()
    return scene
  }

  private func close(_ scene: DeskScene) async throws {
    try await scene.say(
      CloseRequest(request: "1", informedOn: scene.clock.today, channel: "letter"), by: .bram)
  }

  @Test func `a setting ends the request, and everything that is said about it says that nobody looked`() async throws {
    let scene = try await concluded(
      EndsByItselfSettings(
        afterDays: 7, proof: .setting, saidBy: "data-platform", on: CivilDate(daysSince1970: 20_000)))
    let erasedOn = scene.clock.day(of: try #require(try await scene.job(DeskSystems.crm).settledAt))
    let tag = try await scene.job(DeskSystems.warehouse, .tagExpiry)
    guard case .settled(let outcome) = tag.state else { throw DeskScene.Never.came }
    #expect(outcome.seen == .setting)
    let before = try #require(try await scene.say(ShowRequest(request: "1"), by: .bram).removal)
    #expect(before.lastBackup == erasedOn.adding(days: 7))
    #expect(before.endedUnseen == 0)
    try await close(scene)
    try await scene.running {
      try await scene.until("the copy has ended") {
        try await scene.job(DeskSystems.warehouse, .confirmExpiry).state.isSettled
      }
    }
    #expect(scene.clock.today == erasedOn.adding(days: 8))
    let end = try await scene.job(DeskSystems.warehouse, .confirmExpiry)
    guard case .settled(let ended) = end.state else { throw DeskScene.Never.came }
    // Nobody has seen it: it is called neither erased nor gone.
    #expect(ended.word == "unconfirmed")
    // "Seen gone" is an entry of its own, and nobody has seen anything.
    #expect(try await scene.entries(CopyExpired.kind).isEmpty)
    let removal = try #require(try await scene.say(ShowRequest(request: "1"), by: .bram).removal)
    #expect(removal.backupsGoneAt == nil)
    #expect(removal.endedUnseen == 1)
    try await scene.checkJournal()
  }

  @Test func `two people end it by hand after the person is forgotten, and sign`() async throws {
    let scene = try await concluded(
      EndsByItselfSettings(afterDays: 7, proof: .task, instruction: "Delete the export from the share."))
    try await close(scene)
    try await scene.running {
      try await scene.until("two people are asked") {
        try await scene.job(DeskSystems.warehouse, .confirmExpiry).waitsForPerson
      }
      #expect(!(try await scene.vault.contains(try await scene.request().request)))
      let job = try await scene.job(DeskSystems.warehouse, .confirmExpiry).job
      let task = try await scene.say(ShowTask(task: job.text), by: .dora)
      #expect(task.instruction == "Delete the export from the share.")
      #expect(task.identifiers == nil)
      #expect(try await scene.say(ShowRequest(request: "1"), by: .bram).removal?.lingering == false)
      try await scene.say(try await scene.attestation(job, by: .bram), by: .bram)
      #expect(!(try await scene.job(DeskSystems.warehouse, .confirmExpiry).state.isSettled))
      try await scene.say(try await scene.attestation(job, by: .dora), by: .dora)
    }
    let end = try await scene.job(DeskSystems.warehouse, .confirmExpiry)
    guard case .settled(let ended) = end.state else { throw DeskScene.Never.came }
    #expect(ended.seen == .attestation)
    #expect(ended.voucher == .person)
    #expect(try await scene.say(ShowRequest(request: "1"), by: .bram).removal?.endedUnseen == 1)
    try await scene.checkJournal()
  }
}
