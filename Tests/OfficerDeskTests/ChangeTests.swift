import ErasureDomain
import EvidenceLog
import Foundation
import OfficerAPI
import OfficerDesk
import TestKit
import Testing

/// Nobody appoints himself: people, signers and register change by two signatures of who may decide already.
@Suite(.serialized) struct `A change of who decides` {
  /// Fred, an operator, has made himself an officer.
  private static var fredAppointed: PeopleConfiguration {
    let fred = Person(
      name: "fred", id: Member.fred.id, roles: [.officer], userIDs: [Member.fred.userID],
      principals: [Member.fred.principal])
    return PeopleConfiguration(
      people: People(persons: Member.people.persons + [fred], operatorGroups: [Member.operators]), approvals: 1,
      waitingHours: 0, requiresPIN: false)
  }

  private static let request = AddRequest(
    channel: "mail", capacities: [.customer], identifiers: DeskScene.identifiers, text: nil)

  private func signed(
    _ scene: DeskScene, _ text: String, by member: Member, with key: DeskKeys.Key? = nil
  ) throws -> SubmitChange {
    let own = try key ?? #require(DeskKeys.Key(rawValue: member.rawValue))
    return SubmitChange(
      text: text, signature: try scene.keys.sign(text, with: own, namespace: ConfigurationText.namespace),
      principal: member.principal)
  }

  private func appointed(rules: Int? = nil) async throws -> DeskScene {
    var options = DeskScene.Options()
    options.rules = rules
    options.changed = ["people"]
    options.configured = Self.fredAppointed
    return try await DeskScene(options)
  }

  @Test func `says in words who is added, and counts only when two officers have signed it`() async throws {
    let scene = try await appointed()
    let desk = scene.desk
    let shown = try await scene.say(ShowConfiguration(), by: .bram, on: desk)
    #expect(shown.changes.map(\.part) == [.people])
    #expect(
      shown.changes.first?.words == [
        "adds fred (\(Member.fred.id)): officer, Unix users \(Member.fred.userID), signs as fred@example.nl",
        "changes how many must sign a plan from 2 to 1",
      ])
    let text = try await scene.say(PrepareChange(part: .people), by: .bram, on: desk).text
    let first = try await scene.say(try signed(scene, text, by: .bram), by: .bram, on: desk)
    #expect(first.signedBy == ["bram"])
    #expect(!first.isInForce)
    #expect(try await scene.refusal(of: Self.request, by: .fred, on: desk).reason == .forbidden)
    // The same text after a restart: a signature on paper is not lost with the process.
    #expect(try await scene.say(PrepareChange(part: .people), by: .chris).text == text)
    let again = try await scene.refusal(of: try signed(scene, text, by: .bram), by: .bram, on: desk)
    #expect(again.message.contains("bram has already signed this change"))
    let second = try await scene.say(try signed(scene, text, by: .chris), by: .chris, on: desk)
    #expect(second.signedBy == ["bram", "chris"])
    #expect(second.isInForce)
    let entry = try #require(try await scene.entries(SignersChanged.kind).first)
    #expect(try entry.facts(as: SignersChanged.self).people == [Member.fred.id])
    #expect(try entry.facts(as: SignersChanged.self).practice == false)
    // From now on, without a restart.
    try await scene.say(Self.request, by: .fred, on: desk)
    #expect(try await scene.say(ShowConfiguration(), by: .fred, on: desk).changes == [])
    #expect(try await scene.say(ShowStatus(), by: .fred, on: desk).warnings.allSatisfy { !$0.contains("people") })
    try await scene.checkJournal()
  }

  @Test(arguments: [LogRules.doubtForbidsWork, LogRules.newest])
  func `that a key in other hands signed counts without that signature alone`(rules: Int) async throws {
    let scene = try await appointed(rules: rules)
    let desk = scene.desk
    let text = try await scene.say(PrepareChange(part: .people), by: .bram, on: desk).text
    try await scene.say(try signed(scene, text, by: .bram), by: .bram, on: desk)
    try await scene.say(DeclareCompromised(person: "bram", since: scene.clock.now()), by: .chris, on: desk)
    let anew = try await scene.say(PrepareChange(part: .people), by: .chris, on: desk)
    #expect(anew.change.signedBy == [])
    // Where the log keeps the old signature, nobody adds to it.
    #expect((anew.text == text) == (rules == LogRules.newest))
    let first = try await scene.say(try signed(scene, anew.text, by: .chris), by: .chris, on: desk)
    #expect(first.signedBy == ["chris"] && !first.isInForce)
    #expect(try await scene.entries(SignersChanged.kind).isEmpty)
    try await scene.checkJournal()
  }

  @Test func `is not made by who appoints himself, nor by one officer and him`() async throws {
    let scene = try await appointed()
    scene.replaceSigners(
      try Member.signers(scene.keys) + "fred@example.nl \(try scene.keys.line(.stranger))\n")
    let desk = scene.desk
    let text = try await scene.say(PrepareChange(part: .people), by: .bram, on: desk).text
    let own = try await scene.refusal(of: try signed(scene, text, by: .fred, with: .stranger), by: .bram, on: desk)
    #expect(own.reason == .forbidden)
    try await scene.say(try signed(scene, text, by: .bram), by: .bram, on: desk)
    let with = try await scene.refusal(of: try signed(scene, text, by: .fred, with: .stranger), by: .bram, on: desk)
    #expect(with.reason == .forbidden)
    for member in [Member.dora, .erik] {
      let other = try await scene.refusal(of: try signed(scene, text, by: member), by: .bram, on: desk)
      #expect(other.message.contains("\(member) is not an officer"))
    }
    let borrowed = try await scene.refusal(of: try signed(scene, text, by: .hugo, with: .bram), by: .bram, on: desk)
    #expect(borrowed.reason == .forbidden)
    #expect(try await scene.entries(SignersChanged.kind).isEmpty)
    // Anna makes no plan meanwhile, and what was in force stays so.
    try await scene.say(Self.request, by: .anna, on: desk)
    let plan = try await scene.refusal(of: MakePlan(request: "1"), by: .anna, on: desk)
    #expect(plan.message.hasPrefix("people, signers changed without the signatures of two entitled people"))
    #expect(try await scene.entries(AccessDenied.kind).count >= 4)
  }

  @Test func `of people and of signers at once is signed by the old ones, in either order`() async throws {
    for order in [[ConfigurationPart.people, .signers], [.signers, .people]] {
      let scene = try await appointed()
      let desk = scene.desk
      scene.replaceSigners(
        try Member.signers(scene.keys) + "fred@example.nl \(try scene.keys.line(.stranger))\n")
      for part in order {
        let text = try await scene.say(PrepareChange(part: part), by: .bram, on: desk).text
        for member in [Member.bram, .chris] {
          try await scene.say(try signed(scene, text, by: member), by: member, on: desk)
        }
      }
      #expect(try await scene.say(ShowConfiguration(), by: .fred, on: desk).changes == [])
      let keys = try await scene.say(ListPeople(), by: .fred, on: desk).first { $0.name == "fred" }?.keys
      #expect(keys?.count == 1)
      // Fred decides about the next one.
      scene.replaceSigners(try Member.signers(scene.keys))
      let prepared = try await scene.say(PrepareChange(part: .signers), by: .fred, on: desk)
      #expect(prepared.change.words.count == 1)
      #expect(prepared.change.words.first?.hasPrefix("removes the key ssh-ed25519 SHA256:") == true)
      try await scene.say(try signed(scene, prepared.text, by: .fred, with: .stranger), by: .fred, on: desk)
      #expect(
        try await scene.say(try signed(scene, prepared.text, by: .bram), by: .bram, on: desk).isInForce)
      try await scene.checkJournal()
    }
  }

  @Test func `back to what was in force before needs new signatures`() async throws {
    let scene = try await DeskScene()
    let desk = scene.desk
    let (old, new) = (
      try Member.signers(scene.keys),
      try Member.signers(scene.keys) + "fred@example.nl \(try scene.keys.line(.stranger))\n"
    )
    var texts: [String] = []
    for signers in [new, old] {
      scene.replaceSigners(signers)
      let text = try await scene.say(PrepareChange(part: .signers), by: .bram, on: desk).text
      texts.append(text)
      for member in [Member.bram, .chris] {
        try await scene.say(try signed(scene, text, by: member), by: member, on: desk)
      }
    }
    scene.replaceSigners(new)
    let replayed = try await scene.refusal(of: try signed(scene, texts[0], by: .bram), by: .bram, on: desk)
    #expect(replayed.message.contains("for another change than the one that is configured now"))
    try await scene.checkJournal()
  }

  @Test func `cannot be signed where nobody knows who could decide`() async throws {
    let scene = try await appointed()
    try FileManager.default.removeItem(atPath: scene.folder.appending(path: "configuration").path)
    let view = try await scene.say(ShowConfiguration(), by: .bram).changes.first
    #expect(view?.problem?.contains("put the old version back and start the daemon once") == true)
    #expect(try await scene.refusal(of: PrepareChange(part: .people), by: .bram).reason == .refused)
    scene.replaceSigners(try Member.signers(scene.keys) + "# more\n")
    let signers = try await scene.refusal(of: PrepareChange(part: .signers), by: .bram)
    #expect(signers.message.contains("put the old version back"))
    // Nothing is as it should be, or in practice: nothing to sign.
    let whole = try await DeskScene()
    #expect(try await whole.refusal(of: PrepareChange(part: .register), by: .bram).message.contains("nothing to sign"))
    var practice = DeskScene.Options()
    practice.practice = true
    let scene2 = try await DeskScene(practice)
    #expect(try await scene2.refusal(of: PrepareChange(part: .signers), by: .bram).message.contains("practice mode"))
  }

  @Test func `a broken file of signers is named and cannot be signed`() async throws {
    let scene = try await DeskScene()
    scene.replaceSigners("*@example.nl ssh-ed25519 AAAA\n")
    let refusal = try await scene.refusal(of: PrepareChange(part: .signers), by: .bram)
    #expect(refusal.message.contains("line 1: *@example.nl is a pattern"))
  }

  @Test func `people survive being written and read, and nothing else reads as them`() throws {
    let whole = PeopleConfiguration(people: Member.people, approvals: 3, waitingHours: 24, requiresPIN: true)
    let read = try #require(PeopleConfiguration(bytes: whole.bytes))
    #expect(read.bytes == whole.bytes)
    #expect(Set(read.people.persons) == Set(Member.people.persons))
    #expect(read.approvals == 3 && read.waitingHours == 24 && read.requiresPIN)
    #expect(PeopleConfiguration(bytes: Array("people".utf8)) == nil)
    #expect(PeopleConfiguration(bytes: whole.bytes.dropLast() + Array(",\"z\":1}".utf8)) == nil)
  }
}
