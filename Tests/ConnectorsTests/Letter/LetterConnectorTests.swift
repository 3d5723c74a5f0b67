import ConnectorKit
import Connectors
import Correspondence
import ErasureDomain
import Foundation
import Synchronization
import TestKit
import Testing

/// A letter that is mailed or printed.
struct `The letter connector` {
  private final class Post: MailSending {
    let mails = Mutex<[[UInt8]]>([])
    let ending: MailEnding

    init(_ ending: MailEnding = .exited(0)) { self.ending = ending }

    func send(_ mail: OutgoingMail) async -> MailEnding {
      mails.withLock { $0.append(mail.message) }
      return ending
    }
  }

  static func connector(
    _ post: LetterPost, isPrinted: Bool = false, url: String? = "https://erasure.example"
  ) throws -> LetterConnector {
    let party = LetterParty(name: "x", address: ["y"], mail: "privacy@example.nl")
    let plain = try CompanyOrders.context(connector: "letter", clock: ManualClock())
    let context = ConnectorContext(
      record: plain.record, retention: [:], clock: plain.clock, random: plain.random, folder: "", copiesOf: [],
      secrets: plain.secrets, publicURL: url)
    return try LetterConnector(
      settings: LetterSettings(
        language: .dutch, from: party, to: party, mail: isPrinted ? nil : "dpo@example.org", isPrinted: isPrinted),
      context: context, post: post)
  }

  @Test func `keeps its link before it sends, and sends the same bytes again`() async throws {
    let post = Post()
    let connector = try Self.connector(LetterPost(mail: post))
    let recorder = NoticeRecorder()
    let progress = try await connector.erase(try CompanyOrders.order(verb: .instruct), before: recorder)
    #expect(progress == .handedOver(checkAfterSeconds: .max))
    #expect(recorder.events == ["remember letter-link", "remember letter-time", "record"])
    let again = try CompanyOrders.order(verb: .instruct, remembered: recorder.remembered)
    _ = try await connector.erase(again, before: NoticeRecorder())
    try await connector.remind(again, before: recorder)
    let mails = post.mails.withLock { $0 }
    #expect(mails.count == 3 && mails[0] == mails[1] && mails[2] != mails[0])
    let link = try #require(recorder.remembered["letter-link"])
    #expect(try connector.letter(again).link == link && LetterToken(link: link)?.job == again.job)
    #expect(mails.allSatisfy { !String(decoding: $0, as: UTF8.self).contains(CompanyOrders.email) })
    #expect(try await !connector.verify(again).isClean, "a dispatch proves nothing")
  }

  @Test(arguments: [
    (MailEnding.exited(75), ConnectorFailureKind.transient), (.exited(1), .transient), (.notStarted, .transient),
    (.exited(67), .needsOfficer), (.exited(78), .needsOfficer), (.killed, .outcomeUnknown),
    (.answered(450, queue: nil), .transient), (.answered(550, queue: nil), .needsOfficer),
  ])
  func `says what a broken mail command means`(ending: MailEnding, kind: ConnectorFailureKind) async throws {
    let connector = try Self.connector(LetterPost(mail: Post(ending)))
    let failure = await #expect(throws: ConnectorFailure.self) {
      _ = try await connector.erase(try CompanyOrders.order(), before: NoticeRecorder())
    }
    #expect(failure.map(ConnectorFailureKind.init) == kind)
  }

  @Test func `runs a real command, and nothing when its effect could not be recorded`() async throws {
    #expect(
      await MailCommand(["/bin/sh", "-c", "test \"$(cat)\" = hello"])?.send(
        OutgoingMail(from: "", to: "", message: Array("hello\n".utf8))) == .exited(0))
    #expect(
      await MailCommand(["/bin/sh", "-c", "exit 75"])?.send(OutgoingMail(from: "", to: "", message: Array("x".utf8)))
        == .exited(75))
    #expect(
      await MailCommand(["/nowhere/sendmail"])?.send(OutgoingMail(from: "", to: "", message: Array("x".utf8)))
        == .notStarted)
    let post = Post()
    let connector = try Self.connector(LetterPost(mail: post))
    let recorder = NoticeRecorder(failing: .interrupted)
    await #expect(throws: ConnectorFailure.interrupted) {
      _ = try await connector.erase(try CompanyOrders.order(), before: recorder)
    }
    #expect(post.mails.withLock { $0.isEmpty })
  }

  @Test func `is printed into a folder for the daemon alone, and discarded`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("letters")
    let connector = try Self.connector(LetterPost(printFolder: path), isPrinted: true, url: nil)
    let order = try CompanyOrders.order(verb: .stopSending)
    _ = try await connector.erase(order, before: NoticeRecorder())
    let file = "\(path)/\(order.job).html"
    let text = try String(contentsOf: URL(fileURLWithPath: file), encoding: .utf8)
    #expect(text.contains(CompanyOrders.email) && !text.contains("/v1/letters/"))
    #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
    try connector.discard(order.job)
    try connector.discard(order.job)
    #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
  }

  @Test func `refuses settings that cannot work`() throws {
    #expect(throws: SettingsProblem.self) { try Self.connector(LetterPost()) }
    #expect(throws: SettingsProblem.self) { try Self.connector(LetterPost(mail: Post()), url: nil) }
    #expect(throws: SettingsProblem.self) { try Self.connector(LetterPost(mail: Post()), isPrinted: true) }
  }
}
