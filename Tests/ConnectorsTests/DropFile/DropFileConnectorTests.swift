import ConnectorKit
import ErasureDomain
import Foundation
import Glibc
import TestKit
import Testing

@testable import Connectors

struct DropFileConnectorTests {
  private static let file = DropFileWorld.job + ".csv"
  private static let text =
    "\"job_id\",\"duty\",\"deadline\",\"customer\",\"e-mail\"\r\n"
    + "\"\(DropFileWorld.job)\",\"notify\",\"2026-03-19\",\"4711\",\"ada.devries@example.org\"\r\n"

  // MARK: The file

  @Test func `the file appears whole, readable for owner and group, after its effect is durable`() async throws {
    let world = try DropFileWorld()
    let recorder = NoticeRecorder()
    #expect(try await world.erase(CompanyOrders.order(), recorder) == "handed-over 3600")
    #expect(try world.files() == [Self.file: Self.text])
    #expect(recorder.events == ["record", "remember written", "remember delivered"])
    #expect(recorder.effects == [PreparedEffect(effects: [])])
    #expect(try DropFileWorld.mode(of: world.folder + "/" + Self.file) == 0o640)
  }

  @Test func `several identifiers of a kind are rows about one person, quoted and unchanged`() async throws {
    let world = try DropFileWorld(delimiter: .semicolon)
    let order = try CompanyOrders.order(
      verb: .instruct,
      identifiers: [
        SubjectIdentifier(kind: .email, value: "b\"c;d@example.org"),
        SubjectIdentifier(kind: .email, value: "añé@example.org"),
        SubjectIdentifier(kind: IdentifierKind(rawValue: "customer-no"), value: "+31 (0)20 1"),
      ])
    #expect(try await world.erase(order, NoticeRecorder()) == "handed-over 3600")
    let head = "\"\(DropFileWorld.job)\";\"instruct\";\"2026-03-19\";"
    #expect(
      try world.files()[Self.file]?.components(separatedBy: "\r\n").dropFirst() == [
        head + "\"+31 (0)20 1\";\"añé@example.org\"", head + "\"\";\"b\"\"c;d@example.org\"", "",
      ])
  }

  @Test(arguments: [
    ("a\r\nb@example.org", "officer other identifier-with-control-character"),
    ("a\tb@example.org", "officer other identifier-with-control-character"),
    ("a\u{0}b@example.org", "officer other identifier-with-control-character"),
    ("a\u{2028}b@example.org", "officer other identifier-with-control-character"),
    ("=HYPERLINK(\"http://a\")@example.org", "officer other identifier-like-a-formula"),
    ("@SUM(1+1)*cmd|' /C calc'!A0", "officer other identifier-like-a-formula"),
    (" \t", "permanent empty-identifier"),
    ("-ada@example.org", "handed-over 3600"),
  ])
  func `what would not arrive as it is, or would run in a spreadsheet, is not written`(
    value: String, outcome: String
  ) async throws {
    let world = try DropFileWorld()
    let order = try CompanyOrders.order(identifiers: [SubjectIdentifier(kind: .email, value: value)])
    #expect(try await world.erase(order, NoticeRecorder()) == outcome)
    #expect(try world.files().isEmpty == !outcome.hasPrefix("handed-over"))
  }

  @Test func `a person whom the company cannot know is an error, and so is a verb that tells nobody`() async throws {
    let world = try DropFileWorld()
    let phone = [SubjectIdentifier(kind: .phone, value: "+31000004711")]
    #expect(
      try await world.erase(CompanyOrders.order(identifiers: phone), NoticeRecorder())
        == "permanent no-identifier-for-this-company")
    #expect(
      try await world.erase(CompanyOrders.order(verb: .erase), NoticeRecorder()) == "permanent verb-not-supported")
    #expect(try world.files().isEmpty)
  }

  // MARK: Attempts that were cut off

  @Test(arguments: ["written", "delivered"])
  func `a crash before the vault keeps a step ends in one file with the same bytes`(loses: String) async throws {
    let world = try DropFileWorld()
    let recorder = NoticeRecorder()
    #expect(
      try await world.erase(CompanyOrders.order(), LosingRecorder(inner: recorder, loses: loses)) == "interrupted")
    world.clock.advance(days: 2)
    let again = try CompanyOrders.order(remembered: recorder.remembered)
    #expect(try await world.erase(again, recorder) == "handed-over 3600")
    #expect(try world.files() == [Self.file: Self.text])
    let third = try CompanyOrders.order(remembered: recorder.remembered)
    #expect(try await world.erase(third, recorder) == "handed-over 0")
  }

  @Test func `a file that the company took before the crash is not put there again`() async throws {
    let world = try DropFileWorld()
    let recorder = NoticeRecorder()
    _ = try await world.erase(CompanyOrders.order(), LosingRecorder(inner: recorder, loses: "delivered"))
    try world.take()
    let again = try CompanyOrders.order(remembered: recorder.remembered)
    #expect(try await world.erase(again, recorder) == "handed-over 3600")
    #expect(try world.files().isEmpty)
    #expect(recorder.effects.count == 1)
  }

  @Test func `a crash before the renaming is finished, whatever lies under the other name`() async throws {
    let world = try DropFileWorld()
    try world.put("half", as: Self.file + ".part")
    let order = try CompanyOrders.order(remembered: ["written": "yes"])
    #expect(try await world.erase(order, NoticeRecorder()) == "handed-over 3600")
    #expect(try world.files() == [Self.file: Self.text])
  }

  @Test func `another file under the name is a question, and stays`() async throws {
    let world = try DropFileWorld()
    try world.put("something else", as: Self.file)
    #expect(
      try await world.erase(CompanyOrders.order(), NoticeRecorder())
        == "officer refused-by-recipient another-file-there")
    #expect(try world.files() == [Self.file: "something else"])
  }

  @Test func `links are not followed, and a folder that is not there is named`() async throws {
    let world = try DropFileWorld()
    let target = world.folder + "-elsewhere"
    #expect(symlink(target, world.folder + "/" + Self.file) == 0)
    #expect(
      try await world.erase(CompanyOrders.order(), NoticeRecorder()) == "officer refused-by-recipient file-is-a-link")
    try world.take()
    #expect(symlink(target, world.folder + "/" + Self.file + ".part") == 0)
    #expect(try await world.erase(CompanyOrders.order(), NoticeRecorder()) == "handed-over 3600")
    #expect(!FileManager.default.fileExists(atPath: target))
    try FileManager.default.moveItem(atPath: world.folder, toPath: target)
    #expect(
      try await world.erase(CompanyOrders.order(), NoticeRecorder()) == "officer refused-by-recipient folder-missing")
    #expect(symlink(target, world.folder) == 0)
    #expect(
      try await world.erase(CompanyOrders.order(), NoticeRecorder())
        == "officer refused-by-recipient no-folder-or-a-link")
  }

  // MARK: The schedule

  @Test func `the file waits for its time, once, and a late attempt does not wait for another`() async throws {
    let at = try #require(DayTime("06:00"))
    let world = try DropFileWorld(schedule: DropSchedule(at: at, days: [.thursday]))
    let recorder = NoticeRecorder()
    #expect(try await world.erase(CompanyOrders.order(), recorder) == "waiting 2026-03-05T06:00:00Z")
    #expect(try world.files().isEmpty && recorder.events == ["remember slot"])
    world.clock.set(to: try CompanyOrders.time("2026-03-06T12:00:00Z"))
    let again = try CompanyOrders.order(remembered: recorder.remembered)
    #expect(try await world.erase(again, recorder) == "handed-over 3600")
    #expect(try world.files() == [Self.file: Self.text])
  }

  // MARK: The confirmation

  private func told() async throws -> (world: DropFileWorld, recorder: NoticeRecorder) {
    let (world, recorder) = (try DropFileWorld(), NoticeRecorder())
    _ = try await world.erase(CompanyOrders.order(), recorder)
    return (world, recorder)
  }

  @Test func `an answer is remembered before both files go, and is the same after a crash`() async throws {
    let (world, recorder) = try await told()
    let order = try CompanyOrders.order(remembered: recorder.remembered)
    #expect(try await world.collect(order, recorder) == "pending")
    try world.put(DropFileWorld.confirmation())
    #expect(try await world.collect(order, LosingRecorder(inner: recorder, loses: "confirmation")) == "interrupted")
    #expect(try world.files().count == 2)
    #expect(try await world.poll(order) == "completed 3 recipient-unsigned")
    #expect(try await world.collect(order, recorder) == "completed 3 recipient-unsigned")
    #expect(try world.files().isEmpty)
    let after = try CompanyOrders.order(remembered: recorder.remembered)
    #expect(try await world.collect(after, recorder) == "completed 3 recipient-unsigned")
    #expect(try await world.connector.verify(after).isClean)
  }

  @Test func `a refusal leaves the company's file for another answer, and takes ours away`() async throws {
    let (world, recorder) = try await told()
    let order = try CompanyOrders.order(remembered: recorder.remembered)
    try world.put(DropFileWorld.confirmation(status: "denied", rows: ""))
    #expect(try await world.collect(order, recorder) == "denied other")
    #expect(try world.files().keys.sorted() == [DropFileWorld.job + ".done.csv"])
    try world.put(DropFileWorld.confirmation(status: "no_match", rows: "0"))
    #expect(try await world.collect(CompanyOrders.order(remembered: recorder.remembered), recorder) == "no-match")
    #expect(try world.files().isEmpty)
  }

  @Test func `what was never taken goes at the deadline`() async throws {
    let (world, recorder) = try await told()
    let order = try CompanyOrders.order(remembered: recorder.remembered)
    world.clock.set(to: order.deadline.adding(seconds: -1))
    #expect(try await world.collect(order, recorder) == "pending")
    #expect(try world.files().count == 1)
    world.clock.set(to: order.deadline)
    #expect(try await world.collect(order, recorder) == "pending")
    #expect(try world.files().isEmpty)
  }

  @Test func `without a file of ours or an answer nothing is proved`() async throws {
    let world = try DropFileWorld()
    try world.put(DropFileWorld.confirmation())
    #expect(try await world.poll(CompanyOrders.order()) == "pending")
    let seen = try await world.connector.verify(CompanyOrders.order())
    #expect(seen.seen == .dispatch && !seen.isClean)
  }

  @Test(arguments: [
    (
      DropFileWorld.confirmation(status: "completed_with_retention", until: "2031-01-01"),
      "completed 3 recipient-unsigned 1 until 2031-01-01"
    ),
    (
      "\u{FEFF}" + DropFileWorld.confirmation(rows: "", name: "\"Boer, de\"").replacing("\r\n", with: "\n"),
      "completed - recipient-unsigned"
    ),
    ("", "pending"),
    (DropFileWorld.confirmation(job: "j-1"), "officer refused-by-recipient confirmation-of-another-job"),
    (DropFileWorld.confirmation(status: "done"), "officer refused-by-recipient unknown-status"),
    (DropFileWorld.confirmation(rows: "-1"), "officer refused-by-recipient confirmation-with-wrong-rows"),
    (DropFileWorld.confirmation(status: "no_match"), "officer refused-by-recipient confirmation-with-wrong-rows"),
    (DropFileWorld.confirmation(until: "2031-01-01"), "officer refused-by-recipient retention-not-expected"),
    (
      DropFileWorld.confirmation(status: "completed_with_retention"),
      "officer refused-by-recipient retention-without-date"
    ),
    (DropFileWorld.confirmation(name: " "), "officer refused-by-recipient confirmation-without-name"),
    (DropFileWorld.confirmation(date: "2-3-2026"), "officer refused-by-recipient confirmation-without-date"),
    (DropFileWorld.confirmation(date: "2026-03-03"), "officer refused-by-recipient confirmation-of-the-future"),
    (DropFileWorld.confirmation(date: "2026-03-01"), "officer refused-by-recipient confirmation-before-the-file"),
    (DropFileWorld.confirmation() + "more\r\n", "officer refused-by-recipient malformed-confirmation"),
    (DropFileWorld.confirmation(name: "x,y"), "officer refused-by-recipient malformed-confirmation"),
    (DropFileWorld.confirmation(name: "\"x"), "officer refused-by-recipient malformed-confirmation"),
    (
      DropFileWorld.confirmation().replacing("name", with: "status"),
      "officer refused-by-recipient malformed-confirmation"
    ),
    (DropFileWorld.confirmation().replacing(",", with: ";"), "officer refused-by-recipient malformed-confirmation"),
    (String(repeating: "x", count: 20_000), "officer refused-by-recipient file-too-large"),
  ])
  func `a confirmation is read strictly, and anything else is a question that touches nothing`(
    text: String, outcome: String
  ) async throws {
    let (world, recorder) = try await told()
    try world.put(text)
    let order = try CompanyOrders.order(remembered: recorder.remembered)
    #expect(try await world.collect(order, recorder) == outcome)
    #expect(try world.files().isEmpty == outcome.hasPrefix("completed"))
  }
}
