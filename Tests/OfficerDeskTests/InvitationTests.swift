import Crypto
import ErasureDomain
import EvidenceLog
import OfficerAPI
import OfficerDesk
import TestKit
import Testing

@Suite(.serialized) struct `An invitation` {
  private func scene(practice: Bool = false) async throws -> DeskScene {
    var options = DeskScene.Options()
    options.practice = practice
    options.pageURL = "https://erasure.example/officers/"
    return try await DeskScene(options)
  }

  private func passkey() throws -> SSHPublicKey {
    try .securityKey(
      point: Array(P256.Signing.PrivateKey().publicKey.x963Representation), application: "erasure.example")
  }

  private func token(_ scene: DeskScene, _ desk: OfficerDesk, for name: String = "chris") async throws -> String {
    let invited = try await scene.say(InvitePerson(person: name), by: .bram, on: desk)
    #expect(invited.url.hasPrefix("https://erasure.example/officers/invite/"))
    #expect(invited.until == scene.clock.now().adding(seconds: 172_800))
    return String(invited.url.suffix(32))
  }

  @Test func `takes one key once, within two days, and leaves a line that others sign for`() async throws {
    let scene = try await scene()
    let desk = scene.desk
    let token = try await token(scene, desk)
    let invited = try #require(desk.invitation(token))
    #expect(invited.name == "chris" && invited.principal == Member.chris.principal && invited.roles == [.officer])
    #expect(desk.invitation(String(repeating: "0", count: 32)) == nil)
    // A desk that was started again knows nothing of it.
    #expect(scene.desk.invitation(token) == nil)
    let key = try passkey()
    let offered = try await desk.accept(token, key: key)
    #expect(!offered.isInForce)
    #expect(
      offered.line == "chris@example.nl namespaces=\"erasure-login@expunged,erasure-approval@expunged,"
        + "erasure-attestation@expunged,erasure-configuration@expunged\" \(key.text)")
    #expect(desk.invitation(token) == nil)
    await #expect(throws: Refusal.self) { try await desk.accept(token, key: try passkey()) }
    // The line is kept until it stands in the file, also by a daemon that was started again.
    var people = try await scene.say(ListPeople(), by: .bram)
    #expect(people.filter { $0.offered != nil }.map(\.name) == ["chris"])
    #expect(people.first { $0.name == "chris" }?.offered == offered.line)
    let signers = try Member.signers(scene.keys) + offered.line + "\n"
    try await scene.adopt(signers: signers)
    people = try await scene.say(ListPeople(), by: .bram, on: desk)
    #expect(people.allSatisfy { $0.offered == nil })
    #expect(people.first { $0.name == "chris" }?.keys.contains("\(key)") == true)
  }

  @Test func `ends after two days, and another for the same person ends it`() async throws {
    let scene = try await scene()
    let desk = scene.desk
    let first = try await token(scene, desk)
    let other = try await token(scene, desk, for: "anna")
    let second = try await token(scene, desk)
    #expect(desk.invitation(first) == nil)
    #expect(desk.invitation(second) != nil)
    #expect(desk.invitation(other)?.name == "anna")
    scene.clock.advance(seconds: 172_799)
    #expect(desk.invitation(second) != nil)
    scene.clock.advance(seconds: 1)
    #expect(desk.invitation(second) == nil)
    await #expect(throws: Refusal.self) { try await desk.accept(second, key: try passkey()) }
  }

  @Test func `gives each role the purposes it has, and no more`() async throws {
    let scene = try await scene()
    let desk = scene.desk
    for (name, purposes) in [
      ("anna", "erasure-login@expunged"), ("dora", "erasure-login@expunged,erasure-attestation@expunged"),
      ("erik", "erasure-login@expunged"),
    ] {
      let line = try await desk.accept(try await token(scene, desk, for: name), key: try passkey()).line
      #expect(line.hasPrefix("\(name)@example.nl namespaces=\"\(purposes)\" sk-ecdsa-sha2-nistp256@openssh.com "))
    }
  }

  @Test func `takes no key that is somebody else's, and counts on after a refusal`() async throws {
    let scene = try await scene()
    let desk = scene.desk
    let token = try await token(scene, desk)
    let listed = try SSHPublicKey(parsing: try scene.keys.line(.bram))
    await #expect(throws: Refusal.self) { try await desk.accept(token, key: listed) }
    let key = try passkey()
    _ = try await desk.accept(try await self.token(scene, desk, for: "anna"), key: key)
    await #expect(throws: Refusal.self) { try await desk.accept(token, key: key) }
    #expect(desk.invitation(token) != nil)
    _ = try await desk.accept(token, key: try passkey())
  }

  @Test func `in practice mode counts at once, and the log says so`() async throws {
    let scene = try await scene(practice: true)
    let desk = scene.desk
    let key = try passkey()
    let accepted = try await desk.accept(try await token(scene, desk), key: key)
    #expect(accepted.isInForce)
    #expect(
      try await scene.entries(SignersChanged.kind).map { try $0.facts(as: SignersChanged.self).practice } == [true])
    #expect(
      try await scene.say(ListPeople(), by: .bram).first { $0.name == "chris" }?.keys.contains("\(key)") == true)
  }

  @Test func `is made by officers, where there is a page, for people there are`() async throws {
    let scene = try await scene()
    for member in [Member.anna, .dora, .erik, .fred] {
      #expect(try await scene.refusal(of: InvitePerson(person: "chris"), by: member).reason == .forbidden)
    }
    let nobody = try await scene.refusal(of: InvitePerson(person: "zoe"), by: .bram)
    #expect(nobody.message.contains("there are anna, bram, carl"))
    let without = try await DeskScene()
    #expect(try await without.refusal(of: InvitePerson(person: "chris"), by: .bram).message.contains("no page"))
  }
}
