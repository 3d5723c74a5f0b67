import ErasureDomain
import EvidenceLog
import Foundation
import GRDB
import Journal
import OfficerAPI
@testable import OfficerDesk
import SubjectVault
import TestKit
import Testing

@Suite(.serialized) struct `The list of who must not be contacted` {
  private func scene(months: Int? = nil, marks: Bool = false) async throws -> DeskScene {
    var options = DeskScene.Options()
    options.doNotContact = DoNotContactSettings(
      recordOfProcessing: "marketing, 12", keepMonths: months, countryCode: "31")
    options.marks = marks
    return try await DeskScene(options)
  }

  private func check(_ scene: DeskScene, _ values: [String], field: String = "email") async throws -> [Int] {
    try await scene.say(CheckDoNotContact(field: field, values: values), by: .anna).hits
  }

  private static let written = ["bo@example.org", "ADA.deVries@example.org ", "ada.devries@example.com", "no address"]

  @Test func `does not exist where nobody switched it on`() async throws {
    let scene = try await DeskScene()
    try await scene.add()
    let refused = try await scene.refusal(of: AddDoNotContact(request: "1"), by: .anna)
    #expect(refused.message.contains("record-of-processing"))
    try await scene.say(OrderMeasure(request: "1", measure: .marketing), by: .bram)
  }

  @Test func `matches exactly who objected, after closing and a restart too, and nobody else`() async throws {
    let scene = try await scene(marks: true)
    try await scene.add(
      DeskScene.identifiers + [SubjectIdentifier(kind: .phone, value: "06-1234 5678")])
    #expect(try await check(scene, Self.written) == [])
    try await scene.say(OrderMeasure(request: "1", measure: .marketing), by: .bram)
    #expect(try await check(scene, Self.written) == [1])
    #expect(try await check(scene, ["0031612345678", "0612345679", "06"], field: "phone") == [0])
    for system in ["office", "sister", "stick"] {
      try await scene.say(MeasureDone(request: "1", measure: .marketing, system: system), by: .bram)
    }
    try await scene.say(WithdrawRequest(request: "1"), by: .anna)
    try await scene.say(CloseRequest(request: "1", informedOn: scene.clock.today, channel: "mail"), by: .bram)
    _ = try await scene.vault.destroy(try await scene.request().request)
    let again = try Keyring(
      path: scene.folder.appending(path: "keyring.db").path, wrappingKey: [UInt8](repeating: 3, count: 32),
      random: SeededRandom(seed: 9))
    #expect(try await again.mustNotBeContacted([(.email, DeskSystems.email)]) == [true])
    again.close()
    #expect(try await check(scene, Self.written) == [1])
    let late = try await scene.refusal(of: ExportDoNotContact(request: "1"), by: .bram)
    #expect(late.message.contains("known no more"))
    try await scene.checkJournal()
  }

  @Test func `has no request, no address and no day, and the log has numbers alone`() async throws {
    let scene = try await scene()
    try await scene.add()
    try await scene.say(AddDoNotContact(request: "1"), by: .anna)
    let queue = try DatabaseQueue(path: scene.folder.appending(path: "keyring.db").path)
    let columns = try await queue.read { db in try db.columns(in: "do_not_contact").map(\.name) }
    let rows = try await queue.read { db in try Row.fetchAll(db, sql: "SELECT * FROM do_not_contact").map { "\($0)" } }
    try queue.close()
    #expect(columns == ["tag", "expires"] && rows.count == 1)
    let before = try await scene.entries().count
    try await scene.desk.tendDoNotContact()
    try await scene.desk.tendDoNotContact()
    let counted = try await scene.entries(DoNotContactCounted.kind)
    #expect(try counted.map { try $0.facts(as: DoNotContactCounted.self).addresses } == [1])
    #expect(counted.allSatisfy { $0.subject.request == nil && $0.by == nil })
    // Not even when: to put somebody on the list is no entry.
    #expect(try await scene.entries().count == before + 1)
    #expect(try await scene.entries().allSatisfy { !$0.kind.rawValue.contains("contact") || $0.subject.request == nil })
    for entry in try await scene.entries() {
      #expect(!String(decoding: entry.encoded(), as: UTF8.self).contains("devries"))
    }
    try await scene.checkJournal()
  }

  @Test func `is given in the clear while the request is open, to an officer, and that is logged`() async throws {
    let scene = try await scene()
    try await scene.add()
    let export = ExportDoNotContact(request: "1")
    #expect(try await scene.refusal(of: export, by: .bram).message.contains("is on the list"))
    try await scene.say(AddDoNotContact(request: "1"), by: .anna)
    #expect(try await scene.refusal(of: export, by: .anna).reason == .forbidden)
    #expect(try await scene.say(export, by: .bram).addresses == DeskScene.identifiers)
    #expect(try await scene.entries(DoNotContactExported.kind).count == 1)
  }

  @Test func `lets go who consents again, with a reason, and who has reached the end`() async throws {
    let scene = try await scene(months: 2)
    try await scene.add()
    try await scene.say(AddDoNotContact(request: "1"), by: .anna)
    let remove = RemoveDoNotContact(field: "email", value: " Ada.deVries@EXAMPLE.org", reason: "consented-again")
    #expect(try await scene.refusal(of: remove, by: .anna).reason == .forbidden)
    var wordy = remove
    wordy.reason = "she called"
    #expect(try await scene.refusal(of: wordy, by: .bram).reason == .invalid)
    try await scene.say(remove, by: .bram)
    #expect(try await check(scene, Self.written) == [])
    #expect(try await scene.refusal(of: remove, by: .bram).reason == .notFound)
    try await scene.say(AddDoNotContact(request: "1"), by: .anna)
    scene.clock.advance(seconds: 60 * 86_400)
    try await scene.desk.tendDoNotContact()
    #expect(try await check(scene, Self.written) == [1])
    scene.clock.advance(seconds: 40 * 86_400)
    try await scene.desk.tendDoNotContact()
    #expect(try await check(scene, Self.written) == [])
  }

  @Test func `is destroyed with its key when it is switched off, so that an old copy is noise`() async throws {
    let scene = try await scene()
    try await scene.add()
    try await scene.say(AddDoNotContact(request: "1"), by: .anna)
    let wrapped = try await self.wrapped(scene)
    #expect(wrapped != nil)
    // The same stores under a configuration without the list.
    var off = scene.desk.settings
    off.doNotContact = nil
    try await scene.makeDesk(off).tendDoNotContact()
    #expect(try await self.wrapped(scene) == nil)
    #expect(try await scene.entries(DoNotContactEnded.kind).count == 1)
    let bytes = try Data(contentsOf: scene.folder.appending(path: "keyring.db"))
    #expect(wrapped.map { bytes.range(of: $0) == nil } == true)
    #expect(try await check(scene, Self.written) == [])
  }

  private func wrapped(_ scene: DeskScene) async throws -> Data? {
    let queue = try DatabaseQueue(path: scene.folder.appending(path: "keyring.db").path)
    defer { try? queue.close() }
    return try await queue.read { db in try Data.fetchOne(db, sql: "SELECT wrapped FROM do_not_contact_key") }
  }
}
