import Foundation
import Glibc
import TestKit
import Testing

@testable import MailTransport

/// Mail over SMTP to a real server of others.
@Suite(.serialized) struct `Mail over SMTP` {
  private static let message = Array("From: <a@b.example>\r\nSubject: x\r\n\r\nline\r\n.dot\r\n.\r\nend é\r\n".utf8)

  private func send(
    _ server: SMTPServerProcess, host: String = "127.0.0.1", authorities: [UInt8]? = nil,
    login: (user: String, password: String)? = nil
  ) async throws -> SMTPEnding {
    let address = try #require(SMTPServer("smtp://\(host):\(server.port)", authorities: authorities))
    return await SMTPSession(address).send(Self.message, from: "a@b.example", to: "ada@example.org", login: login)
  }

  @Test func `a mail arrives as it was, and the server's id is known`() async throws {
    let server = try SMTPServerProcess()
    #expect(try await send(server) == .answered(250, queue: "4XyzAb0001"))
    #expect(try await send(server) == .answered(250, queue: "4XyzAb0002"))
    let mails = try server.mails
    #expect(mails.map(\.message) == Array(repeating: String(decoding: Self.message, as: UTF8.self), count: 2))
    #expect(mails.first?.envelope == ["a@b.example", "ada@example.org", ""])
  }

  @Test(arguments: [("reject", 550), ("later", 451)])
  func `a refusal is its code and none of the server's words`(mode: String, code: Int) async throws {
    let server = try SMTPServerProcess(SMTPServerProcess.Options(modes: [mode]))
    #expect(try await send(server) == .answered(code, queue: nil))
    #expect(try server.mails.isEmpty)
  }

  @Test func `a server that goes away after the mail may have it`() async throws {
    let server = try SMTPServerProcess(SMTPServerProcess.Options(modes: ["drop"]))
    #expect(try await send(server) == .unsure)
  }

  @Test func `a task that is cancelled ends a mail that hangs`() async throws {
    let server = try SMTPServerProcess(SMTPServerProcess.Options(modes: ["hang"]))
    let began = ContinuousClock.now
    let task = Task { try await send(server) }
    task.cancel()
    let ending = try await task.value
    #expect([.unsure, .notStarted].contains(ending) && began.duration(to: .now) < .seconds(20))
  }

  @Test func `where nobody listens nothing was begun`() async throws {
    let server = try SMTPServerProcess()
    server.stop()
    #expect(try await send(server) == .notStarted)
  }

  /// 127.0.0.2 is this machine too, but no name or number that is let pass without TLS.
  @Test func `another machine hears nothing before TLS and the right name`() async throws {
    let plain = try SMTPServerProcess(SMTPServerProcess.Options(modes: ["open"]))
    #expect(try await send(plain, host: "127.0.0.2") == .notStarted)
    let keys = try KeyFolder()
    try keys.makeCertificate("server", name: "localtest.example")
    let options = SMTPServerProcess.Options(
      modes: ["open", "starttls", "auth"], certificate: keys.path("server.pem"), key: keys.path("server.key"))
    let server = try SMTPServerProcess(options)
    let pem = try keys.bytes("server.pem")
    let login = (user: "erasure", password: "geheim wachtwoord")
    #expect(try await send(server, host: "127.0.0.2", authorities: pem, login: login) == .notStarted, "another name")
    #expect(try await send(server, host: "127.0.0.2", login: login) == .notStarted, "an authority nobody knows")
    #expect(try plain.mails.isEmpty && server.mails.isEmpty)
  }

  @Test func `over TLS a right password enters, and a wrong one is 535`() async throws {
    let keys = try KeyFolder()
    try keys.makeAddressCertificate("server", address: "127.0.0.2")
    let options = SMTPServerProcess.Options(
      modes: ["open", "starttls", "auth"], certificate: keys.path("server.pem"), key: keys.path("server.key"))
    let server = try SMTPServerProcess(options)
    let pem = try keys.bytes("server.pem")
    let wrong = try await send(
      server, host: "127.0.0.2", authorities: pem, login: (user: "erasure", password: "falsch"))
    #expect(wrong == .answered(535, queue: nil))
    let right = try await send(
      server, host: "127.0.0.2", authorities: pem, login: (user: "erasure", password: "geheim wachtwoord"))
    #expect(right == .answered(250, queue: "4XyzAb0001"))
    #expect(try server.mails.first?.envelope == ["a@b.example", "ada@example.org", "erasure"])
  }

  @Test func `what would end a line of the conversation is not sent`() async throws {
    let server = try SMTPServerProcess()
    let session = SMTPSession(try #require(SMTPServer("smtp://127.0.0.1:\(server.port)")))
    for to in ["ada@example.org>\r\nRCPT TO:<bob@example.org", "", "a b@example.org", "<ada@example.org>"] {
      #expect(await session.send(Self.message, from: "a@b.example", to: to, login: nil) == .notStarted)
    }
    #expect(try server.mails.isEmpty)
  }

  @Test func `an address of a server is host and port, nothing more`() {
    #expect(SMTPServer("smtp://mail.example.nl")?.port == 587)
    #expect(
      SMTPServer("smtp://127.0.0.1:25")?.isLocal == true && SMTPServer("smtp://mail.example.nl:25")?.isLocal == false)
    #expect(SMTPServer("smtp://127.0.0.1.example.nl:25")?.isLocal == false)
    for wrong in [
      "smtps://mail.example.nl", "mail.example.nl:25", "smtp://", "smtp://a@mail.example.nl", "smtp://mail:0",
      "smtp://mail:70000", "smtp://mail:25/x", "smtp://ma il", "smtp://mail:25:26", "smtp://-x",
    ] {
      #expect(SMTPServer(wrong) == nil, "\(wrong)")
    }
  }

  @Test func `only letters and digits of an answer are taken as an id`() {
    #expect(QueueID.find(in: "250 2.0.0 Ok: queued as 4XyzAb12\r\n") == "4XyzAb12")
    #expect(QueueID.find(in: "250 OK id=1tQk3c-0004xY-2B\r\n") == "1tQk3c0004xY2B")
    for line in ["250 OK\r\n", "250 queued as ada@example.org", "250 queued as", "250 OK id=", "250 queued as abc"] {
      #expect(QueueID.find(in: line) == nil, "\(line)")
    }
  }
}
