import ErasureDomain
import ErasureEngine
import EvidenceLog
import OfficerAPI
import SubjectVault
import TestKit
import Testing

@testable import OfficerDesk

@Suite(.serialized, .timeLimit(.minutes(10))) struct `Files that are added to a package` {
  private func scene() async throws -> DeskScene {
    var options = DeskScene.Options()
    options.mailbox = true
    let scene = try await DeskScene(options)
    try await scene.say(
      AddRequest(
        channel: "mail", capacities: [.customer], identifiers: DeskScene.identifiers, rights: [.erasure, .access]),
      by: .anna)
    try await scene.confirm()
    try await scene.draft()
    try await scene.approve(by: .bram)
    try await scene.approve(by: .chris)
    return scene
  }

  private func untilAllWait(_ scene: DeskScene) async throws {
    try await scene.until("the exports wait", moving: false) {
      try await scene.jobs().filter { $0.verb == .export }.allSatisfy {
        if case .awaitingOfficer = $0.state { true } else { false }
      }
    }
  }

  private func file(_ name: String, _ bytes: [UInt8], part: Int = 0, isLast: Bool = true) -> AddToPackage {
    AddToPackage(
      request: "1", system: "mailbox", file: name, part: part, isLast: isLast, content: Base64.encode(bytes))
  }

  private static let make = MakePackage(
    request: "1", package: .access, key: nil, passphrase: "six words that mean nothing together")

  @Test func `an upload that did not end is in no package`() async throws {
    let scene = try await scene()
    try await scene.running {
      try await untilAllWait(scene)
      try await scene.say(file("a.mbox", Array("half a file".utf8), isLast: false), by: .dora)
      try await scene.say(file("b.mbox", Array("a whole ".utf8), isLast: false), by: .dora)
      try await scene.say(file("b.mbox", Array("file".utf8), part: 1), by: .dora)
      let job = try await scene.job(DeskSystems.mailbox, .export)
      #expect(job.added?.files == 1 && job.added?.bytes == 12)
      let store = CollectionStore(scene.vault)
      let files = try await store.files(of: job.job, job.request)
      #expect(files.map(\.name) == ["b.mbox"] && files.first?.bytes == Array("a whole file".utf8))
      // Neither a part without those before it, nor one behind a whole file.
      for wrong in [file("c.mbox", [1], part: 1), file("a.mbox", [1], part: 2), file("b.mbox", [1], part: 1)] {
        #expect(try await scene.refusal(of: wrong, by: .dora).message.contains("add the file again"))
      }
      try await scene.say(Self.make, by: .bram)
      // What was whole and is half replaced is not left out in silence.
      try await scene.say(file("b.mbox", Array("an".utf8), isLast: false), by: .dora)
      let refusal = try await scene.refusal(of: Self.make, by: .bram)
      #expect(refusal.message.contains("mailbox") && refusal.message.contains("Add the file again"))
      try await scene.say(file("b.mbox", Array("other".utf8), part: 1), by: .dora)
      try await scene.say(Self.make, by: .bram)
    }
    try await scene.checkJournal()
  }

  @Test func `a file added later does not make the first stay longer`() async throws {
    let scene = try await scene()
    try await scene.running {
      try await untilAllWait(scene)
      try await scene.say(file("a.mbox", [1]), by: .dora)
      let first = try #require(try await scene.job(DeskSystems.mailbox, .export).added)
      scene.clock.advance(days: 3)
      try await scene.say(file("b.mbox", [2]), by: .dora)
      let second = try #require(try await scene.job(DeskSystems.mailbox, .export).added)
      #expect(second.files == 2 && second.expires == first.expires)
      let dossier = try ReadDossier(try await scene.say(MakeDossier(request: "1"), by: .bram))
      let day = scene.clock.day(of: first.expires)
      #expect(dossier[17].says("collected for the person, until \(day)"))
    }
  }

  @Test func `a file that is too large leaves nothing of itself`() async throws {
    let scene = try await scene()
    try await scene.running {
      try await untilAllWait(scene)
      let job = try await scene.job(DeskSystems.mailbox, .export)
      let store = CollectionStore(scene.vault)
      let piece = [UInt8](repeating: 0x6D, count: VaultItem.maximumBytes)
      let pieces = CollectionStore.largestFile / piece.count
      try await store.add([1], part: 0, isLast: true, ofFile: "small", of: job.job, job.request)
      for part in 0..<pieces - 1 {
        try await store.add(piece, part: part, isLast: false, ofFile: "large", of: job.job, job.request)
      }
      await #expect(throws: CollectionStore.AddingProblem.tooLarge) {
        try await store.add(piece, part: pieces - 1, isLast: true, ofFile: "large", of: job.job, job.request)
      }
      #expect(try await store.files(of: job.job, job.request).map(\.name) == ["small"])
      let items = try await scene.vault.items(of: job.request)
      // Its one part, and its name.
      #expect(items.count { $0.rawValue.contains("/files/") } == 2)
    }
  }
}
