import ErasureDomain
import Foundation
import TestKit
import Testing

extension EndToEnd {
  /// The person gets his letters by mail from the real programs, and nothing of them stays.
  struct `letters to the person` {
    static let email = "ada.devries@example.org"

    private static func configure(_ site: Installation, _ server: SMTPServerProcess) throws {
      try site.changeConfiguration {
        $0 + """
          mail: {from: privacy@demo.example, smtp: "smtp://127.0.0.1:\(server.port)"}
          letters: {name: "Demo & Zonen BV", address: [Lindegracht 1, 1015 KB Amsterdam]}

          """
      }
    }

    /// Registers a request by mail with an address; returns its number.
    private static func request(_ site: Installation) async throws -> String {
      let form = site.beside("request.txt")
      let words = "channel: mail\ncapacity: customer\nemail: \(email)\ncontact: \(email)\ntext: Please erase me.\n"
      try Data(words.utf8).write(to: URL(fileURLWithPath: form))
      let added = try await site.answer("anna", "request", "add", "--from", form)
      try FileManager.default.removeItem(atPath: form)
      let number = try #require(added["number"]?.integer.map { "\($0)" })
      try await site.answer("anna", "request", "confirm", number, "--method", "known-channel", "--ground", "art17-1-b")
      try await site.passRecipients()
      try await site.answer("anna", "plan", number)
      return number
    }

    /// Header and text of a mail.
    private static func mail(_ number: Int, _ server: SMTPServerProcess) throws -> (head: String, text: String) {
      let parts = try server.mails[number - 1].message.components(separatedBy: "\r\n\r\n")
      let raw = Array(
        parts.dropFirst().joined(separator: "\n\n").replacing("=\r\n", with: "").replacing("\r\n", with: "\n").utf8)
      var bytes: [UInt8] = []
      var index = 0
      while index < raw.count {
        let digits = index + 2 < raw.count ? String(decoding: raw[(index + 1)...(index + 2)], as: UTF8.self) : ""
        if raw[index] == 0x3D, let byte = UInt8(digits, radix: 16) {
          bytes.append(byte)
          index += 3
        } else {
          bytes.append(raw[index])
          index += 1
        }
      }
      return (parts[0], String(decoding: bytes, as: UTF8.self))
    }

    private static func settle(_ site: Installation, _ number: String) async throws {
      try await site.untilJobs(of: [number], "all but the silent firm and the stick are settled") { jobs in
        jobs.allSatisfy { $0.isSettled || $0.isFollowUp || ["usb-stick", "cleansing"].contains($0.system) }
      }
      let tasks = try await site.answer("bram", "task", "list").array ?? []
      let task = try #require(tasks.compactMap { $0["task"]?.string }.first { $0.hasPrefix("j-") })
      for who in ["bram", "chris"] {
        try await site.answer(
          who, "task", "done", task, "--key", site.path("keys/\(who)"), "--principal", site.principal(who), "--done",
          "destroyed", "--medium", "USB stick, serial DEMO-0042", "--method", "destroy", "--yes")
      }
      let request = try await site.answer("bram", "request", "show", number)
      let workTo = try #require(request["request"]?["dueDates"]?["workTo"]?.string.flatMap { CivilDate($0) })
      try await site.moveCalendar(to: workTo.adding(days: 1))
      try await site.untilJobs(of: [number], "the silent firm is unconfirmed") { jobs in
        jobs.contains { $0.system == "cleansing" && $0.outcome?["outcome"]?.string == "unconfirmed" }
      }
      try await until("the plan is concluded") { try await site.history(of: number).contains("plan.concluded") }
      try await site.moveCalendar(seconds: 7_200)
      try await until("the request is concluded") { try await site.requestState(number) == "concluded" }
    }

    @Test func `say what was done, close the request, and leave nothing of the person`() async throws {
      let server = try SMTPServerProcess()
      try await Installation.with { site in
        try Self.configure(site, server)
        try await site.startDaemon()
        try await site.releaseSystems()
        let number = try await Self.request(site)
        try await site.approve(number)
        try await Self.settle(site, number)
        // The acknowledgement went out by itself while the calendar moved.
        try await until("the acknowledgement is sent") { try server.mails.count == 1 }
        let first = try Self.mail(1, server)
        #expect(first.head.contains("To: <\(Self.email)>") && first.text.contains("U krijgt uiterlijk op"))

        let handed = try await site.answer("bram", "letter", "send", number, "--kind", "completion", "--language", "en")
        let letter = try Self.mail(2, server)
        #expect(handed["view"]?["text"]?.string == letter.text)
        try await Self.check(letter.text, site, number)
        #expect(letter.head.contains("Auto-Submitted: auto-generated") && !letter.head.contains("Ada"))
        #expect(handed["sent"]?["proof"]?.string == "smtp-250" && handed["sent"]?["queue"]?.string == "4XyzAb0002")
        #expect(try server.mails.allSatisfy { $0.envelope == ["privacy@demo.example", Self.email, ""] })

        let code = try #require(letter.text.split(separator: "\n").first { $0.hasPrefix("nonce ") })
        let search = PersonSearch([Self.email, "Ada de Vries", "Please erase me.", String(code.dropFirst(6))])
        let remains = PersonRemains(search: search, sealed: try site.sealedInVault())
        try #require(!remains.sealed.isEmpty)
        try await site.answer("bram", "request", "close", number)
        let history = try await site.answer("bram", "request", "show", number)["history"]?.array ?? []
        #expect(history.contains { $0["kind"]?.string == "subject.informed" && $0["words"]?.string == "by mail" })
        try await until("the vault entry is destroyed") {
          try await site.history(of: number).contains("vault.destroyed")
        }
        #expect(try remains.found(in: site).isEmpty)
        try await Self.lastCopy(site, number, search)
        #expect(try await site.stopDaemon() == .exited(0))
        #expect(try remains.found(in: site).isEmpty)
        let said = try await site.audit(site.path("evidence"))
        #expect(said.succeeded && said.output.hasSuffix("VERIFIED\n"), "\(said)")
      }
    }

    /// The backup is seen gone, and the second text says so, of nobody.
    private static func lastCopy(_ site: Installation, _ number: String, _ search: PersonSearch) async throws {
      let early = try await site.expunge("bram", "letter", "show", number, "--kind", "last-copy-gone")
      #expect(early.ending == .exited(1) && early.errors.contains("not seen gone yet"), "\(early)")
      let tagged = try await site.jobs(of: number).compactMap { $0.outcome?["until"]?.string.flatMap { CivilDate($0) } }
      let expiry = try #require(tagged.max())
      let said = try await site.run(
        try Programs.path("demo-company"),
        [
          "expire-backups", "--catalogue", site.path("systems/backups.json"), "--today",
          expiry.adding(days: 1).description,
        ])
      #expect(said.succeeded)
      try await site.moveCalendar(to: expiry.adding(days: 2))
      try await site.untilJobs(of: [number], "the backup is seen gone") { jobs in
        jobs.contains { $0.verb == "confirm-expiry" && $0.isSettled }
      }
      let view = try await site.answer("bram", "letter", "show", number, "--kind", "last-copy-gone")
      let text = try #require(view["text"]?.string)
      #expect(text.contains("dat de laatste daarvan er niet meer is"))
      #expect(search.hits(in: ["letter": Array("\(view)".utf8)]).isEmpty)
    }

    /// Systems, kept data with days, backups with days, recipients: each as the jobs have it.
    private static func check(_ text: String, _ site: Installation, _ number: String) async throws {
      let titles = Dictionary(
        (try await site.answer("bram", "job", "list", number).array ?? []).map {
          ($0["system"]?.string ?? "", $0["title"]?.string ?? "")
        }, uniquingKeysWith: { first, _ in first })
      let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
      ]
      func said(_ day: CivilDate) -> String { "\(day.day) \(months[day.month - 1]) \(day.year)" }
      for job in try await site.jobs(of: number) {
        let title = try #require(titles[job.system])
        #expect(text.contains(title), "\(job)")
        switch (job.verb, job.outcome?["outcome"]?.string) {
        case ("tag-expiry", _):
          let day = try #require(job.outcome?["until"]?.string.flatMap { CivilDate($0) })
          #expect(text.contains("Our backups (\(title)) still hold them until \(said(day))"))
        case ("erase-kept", nil):
          let day = try #require(job.next).utcDay
          // The first instant of the day in Amsterdam is still the day before in UTC.
          #expect(text.contains(said(day.adding(days: 1))), "\(job)")
          #expect(text.contains("We must keep data in \(title) (invoice, invoice-line) under art. 52(4) AWR"))
        case (_, "unconfirmed"): #expect(text.contains("We instructed \(title) to erase your data. It did not answer."))
        case ("notify", "erased"): #expect(text.contains("We asked \(title) to erase your data. On "))
        default: break
        }
      }
      #expect(text.contains("expunged-subject/v1"))
    }

    @Test func `a faulty configuration of mail stops the start, and says what to write`() async throws {
      try await Installation.with { site in
        let good = try site.text("expunged.yaml")
        let letters = "letters: {name: Demo, address: [Kade 1]}\n"
        let wrong = [
          ("mail: {from: Demo <privacy@demo.example>, command: [/bin/true]}\n", "without a name"),
          ("mail: {from: privacy@demo.example}\n", "one of both"),
          ("mail: {from: privacy@demo.example, command: [sendmail]}\n", "by its path"),
          ("mail: {from: privacy@demo.example, command: [/bin/true], smtp: \"smtp://x\"}\n", "one of both"),
          ("mail: {from: privacy@demo.example, smtp: \"https://x\"}\n", "write smtp://host:587"),
          ("mail: {from: privacy@demo.example, smtp: \"smtp://x\", user: y}\n", "belong together"),
          ("letters: {name: Demo, address: []}\n", "is empty"), ("letters: {address: [Kade 1]}\n", "name"),
          (letters.replacing("]}", with: "], folder: nowhere}"), "nowhere cannot be read"),
        ]
        for (lines, words) in wrong {
          try site.changeConfiguration { _ in good + lines }
          let said = try await site.expunged(["run", "--config", site.path("expunged.yaml")])
          #expect(!said.succeeded && said.errors.contains(words), "\(lines) \(said)")
        }
      }
    }

    @Test func `a faulty template stops the start, with file and line`() async throws {
      let server = try SMTPServerProcess()
      try await Installation.with { site in
        try Self.configure(site, server)
        try FileManager.default.createDirectory(atPath: site.path("letters"), withIntermediateDirectories: true)
        try site.write("subject: x\n\n{reason}\n{complaint}\n{request} {nobody}\n", to: "letters/refusal-nl.txt")
        try site.changeConfiguration {
          $0.replacing("1015 KB Amsterdam]}", with: "1015 KB Amsterdam], folder: letters}")
        }
        let said = try await site.expunged(["run", "--config", site.path("expunged.yaml")])
        #expect(!said.succeeded && said.errors.contains("letters/refusal-nl.txt:5: there is no {nobody}"), "\(said)")
      }
    }
  }
}
