import ErasureDomain
import EvidenceLog
import Foundation
import TestKit
import Testing

extension EndToEnd {
  /// A recipient who gets a mail, follows its link in a browser and answers.
  struct `a letter` {
    static let email = "ada.devries@example.org"

    static let printer = """
      register: 1
      system: printer
      name: Print shop
      role: processor
      owner: marketing
      subjects: [customer]
      connector: letter
      settings:
        language: nl
        from: {name: Demo & Zonen BV, address: [Lindegracht 1, 1015 KB Amsterdam], mail: privacy@demo.example}
        to: {name: Drukkerij De Pers, address: [Kade 2, 3011 AA Rotterdam]}
        mail: privacy@pers.example
      identifiers: [email]

      """

    private static func site(_ body: (Installation) async throws -> Void) async throws {
      var options = Installation.Options()
      options.leavingOut = ["sister", "cleansing", "intermediary", "usb-stick"]
      options.adding = ["printer.yaml": printer]
      try await Installation.with(options) { site in
        try FileManager.default.createDirectory(atPath: site.path("mail"), withIntermediateDirectories: true)
        try site.write("cat > \"$1/part\" && mv \"$1/part\" \"$1/$(ls \"$1\" | wc -l)\"\n", to: "sendmail.sh")
        try site.changeConfiguration {
          $0 + """
            mail-command: [/bin/sh, \(site.path("sendmail.sh")), \(site.path("mail"))]
            recipients: {listen: "unix:\(site.path("run/recipients.sock"))", url: "http://127.0.0.1:8402"}

            """
        }
        try await body(site)
      }
    }

    /// The link in the first mail.
    private static func link(in site: Installation) throws -> String {
      let mail = try site.text("mail/1")
      #expect(!mail.contains(email))
      let body = try #require(mail.components(separatedBy: "\r\n\r\n").dropFirst().first)
      let data = try #require(Data(base64Encoded: body.filter { !$0.isWhitespace }))
      let text = String(decoding: data, as: UTF8.self)
      #expect(!text.contains(email) && text.contains("artikel 28 lid 3 AVG"))
      return try #require(text.split(separator: "\n").first { $0.hasPrefix("http://127.0.0.1:8402/v1/letters/") })
        .description
    }

    private static func curl(_ site: Installation, _ arguments: String...) async throws -> String {
      let said = try await site.run(
        try Programs.tool("curl", package: "curl"),
        ["-sS", "-w", "\n%{http_code}", "--unix-socket", site.path("run/recipients.sock")] + arguments)
      guard said.succeeded else { throw TestProblem("curl: \(said)") }
      return said.output
    }

    @Test func `is mailed, answered once on its page, and settles its job`() async throws {
      try await Self.site { site in
        try await site.startDaemon()
        let number = try await site.plan(for: Self.email)
        try await site.approve(number)
        try await site.releaseSystems()
        try await until("the mail is sent") { FileManager.default.fileExists(atPath: site.path("mail/1")) }
        let link = try Self.link(in: site)
        try await site.untilJobs(of: [number], "told") {
          $0.contains { $0.system == "printer" && $0.state == "awaiting-recipient" }
        }

        for _ in 1...3 {
          let page = try await Self.curl(site, link)
          #expect(page.hasSuffix("\n200") && page.contains(Self.email) && page.contains("Demo &amp; Zonen BV"))
        }
        let wrong = try await Self.curl(site, String(link.dropLast(4)) + "AAAA")
        #expect(wrong.hasSuffix("\n404") && !wrong.contains(Self.email))
        let faulty = try await Self.curl(site, link, "-d", "said=done", "--data-urlencode", "name=<script>alert(1)")
        #expect(faulty.hasSuffix("\n422") && faulty.contains("class=\"fault\"") && !faulty.contains("<script"))
        #expect(try await site.jobs(of: number).first { $0.system == "printer" }?.isSettled == false)

        let answer = [
          "-d", "said=done", "-d", "records=3", "-d", "chain=none", "-d", "date=\(site.today)", "--data-urlencode",
          "name=Piet <b>Pers</b>",
        ]
        var answered = ""
        try await until("the answer is taken", everyMilliseconds: 200) {
          answered = try await Self.curl(
            site, link, answer[0], answer[1], answer[2], answer[3], answer[4], answer[5], answer[6], answer[7],
            answer[8], answer[9])
          return answered.hasSuffix("\n200")
        }
        #expect(answered.contains("Piet &lt;b&gt;Pers") && !answered.contains(Self.email))
        try await site.untilJobs(of: [number], "answered") {
          $0.contains { $0.system == "printer" && $0.isSettled }
        }
        let outcome = try #require(try await site.jobs(of: number).first { $0.system == "printer" }?.outcome)
        #expect(String(decoding: outcome.encoded(), as: UTF8.self).contains("letter-page"))
        let again = try await Self.curl(
          site, link, "-d", "said=nothing-found", "-d", "name=Eve", "-d", "date=2020-01-01")
        #expect(again.contains("Piet") && !again.contains("Eve"))

        #expect(try await site.stopDaemon() == .exited(0))
        let audit = try await site.audit(site.path("evidence"))
        #expect(audit.succeeded && audit.output.contains("VERIFIED"))
        let secret = try #require(link.split(separator: ".").last)
        for name in ["daemon.log", "state/journal.db", "state/vault.db"] {
          let bytes = try Data(contentsOf: URL(fileURLWithPath: site.path(name)))
          for text in [String(secret), "Piet", Self.email] {
            #expect(bytes.range(of: Data(text.utf8)) == nil, "\(name) holds what is in the vault alone")
          }
        }
      }
    }

    @Test func `on paper needs no listener: an officer enters the answer, once`() async throws {
      var options = Installation.Options()
      options.leavingOut = ["sister", "cleansing", "intermediary", "usb-stick"]
      options.adding = ["printer.yaml": Self.printer.replacing("mail: privacy@pers.example", with: "print: true")]
      try await Installation.with(options) { site in
        try site.changeConfiguration { $0 + "print-folder: \(site.path("letters"))\n" }
        try FileManager.default.createDirectory(
          atPath: site.path("letters"), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try await site.startDaemon()
        let number = try await site.plan(for: Self.email)
        try await site.approve(number)
        try await site.untilJobs(of: [number], "told") {
          $0.contains { $0.system == "printer" && $0.state == "awaiting-recipient" }
        }
        let job = try #require(try await site.jobs(of: number).first { $0.system == "printer" }).job
        let letters = try FileManager.default.contentsOfDirectory(atPath: site.path("letters"))
        #expect(letters.count == 1 && letters.first?.hasPrefix(job) == true)

        func enter(_ lines: String) async throws -> Said {
          try Data(lines.utf8).write(to: URL(fileURLWithPath: site.beside("answer.txt")))
          return try await site.expunge("bram", "job", "answer", job, "--from", site.beside("answer.txt"))
        }
        let day = "on: \(site.today)\nby: Piet Pers\n"
        #expect(try await enter("said: done\n" + day).succeeded == false, "a processor says who works for it")
        #expect(try await enter("said: kept\nsub-processors: none\n" + day).succeeded == false)
        #expect(try await enter("said: perhaps\nsub-processors: none\n" + day).succeeded == false)
        let entered = try await enter("said: done\nrecords: 2\nsub-processors: none\n" + day)
        #expect(entered.succeeded, "\(entered)")
        try await site.untilJobs(of: [number], "answered") { $0.contains { $0.job == job && $0.isSettled } }
        #expect(try await enter("said: nothing-found\n" + day).succeeded == false, "once")
        let shown = try await site.expunge("bram", "job", "show", job)
        #expect(shown.output.contains("Piet Pers"))
        #expect(try await site.stopDaemon() == .exited(0))
        try await site.requireGoodEvidence("with an answer on paper")
        #expect(!(try site.text("daemon.log").contains("Piet")))
      }
    }
  }
}
