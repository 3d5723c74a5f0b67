import ErasureDomain
import Foundation
import TestKit
import Testing

extension EndToEnd {
  /// The officer's page in a real browser, with a passkey for each person.
  @Suite struct `a request on the page` {
    static let email = "ada.devries@example.org"

    @Test func `a clerk and two officers carry a request from its mail to its end`() async throws {
      // Telephone numbers are searched too: Ada's is also her son's.
      let crm = try String(
        contentsOf: URL(fileURLWithPath: Programs.root + "/plans/demo/crm.yaml"), encoding: .utf8
      ).replacing("{email: billing_email}]", with: "{email: billing_email}, {phone: phone}]")
        .replacing("customer-no: customer_no}", with: "customer-no: customer_no, phone: phone}")
      let options = Installation.Options(
        leavingOut: ["crm"], adding: ["crm.yaml": crm], companiesFollow: true, persons: Installation.everybody)
      try await Installation.with(options) { site in
        // Chris has no passkey yet: he is invited.
        let page = try site.addPage(without: ["chris"])
        try site.changeConfiguration {
          $0 + "letters: {name: Demo BV, address: [Lindegracht 1, 1015 KB Amsterdam]}\n"
            + "mail: {from: privacy@demo.example, command: [/bin/sh, -c, \"cat >> '\(site.path("mail.txt"))'\"]}\n"
        }
        let family = try await site.run(
          Programs.path("demo-company"), ["happen", "family", "--systems", site.path("systems")])
        try #require(family.succeeded, "\(family)")
        try await site.startDaemon()
        try await site.passRecipients()
        try await Self.release(site, page)
        try await Self.register(site, page)
        try await Self.decline(site, page)
        try await Self.plan(site, page)
        try await Self.approve(site, page)
        try await Self.joinAndApprove(site, page)
        try await Self.follow(site, page)
        for who in ["bram", "dora"] { try await Self.attest(who, site, page) }
        try await Self.waitForTheSilent(site, page)
        let code = try await Self.write(site, page)
        let remains = PersonRemains(
          search: PersonSearch([Self.email, "Ada de Vries", "everything you have on me", code]),
          sealed: try site.sealedInVault())
        try #require(!remains.sealed.isEmpty)
        try await Self.close(site, page)
        // What was posted is not ours any more.
        try FileManager.default.removeItem(atPath: site.path("mail.txt"))
        #expect(try remains.found(in: site).isEmpty)
        try await Self.audit(site, page)
        try await site.requireGoodEvidence("after a request on the page")
      }
    }

    /// Somebody at his own browser, logged in.
    static func sit(
      _ who: String, language: String = "en", _ site: Installation, _ page: PageSite,
      _ body: (Browser) async throws -> Void
    ) async throws {
      try await Browser.with(language: language, site) { browser in
        try await browser.addAuthenticator(with: try page.passkey(who))
        try await browser.login(at: page.url)
        try await body(browser)
      }
    }

    /// The owner has looked long enough at his systems.
    private static func release(_ site: Installation, _ page: PageSite) async throws {
      try await sit("dora", site, page) { browser in
        for system in ["crm", "backoffice"] {
          try await browser.open(page.url + "/systems/\(system)")
          try await PageChecks.check(browser)
          try await browser.submit("/systems/\(system)/release")
        }
        try await browser.open(page.url + "/systems")
        try await PageChecks.check(browser)
      }
    }

    /// Anna registers the mail, establishes identity and has the plan made.
    private static func register(_ site: Installation, _ page: PageSite) async throws {
      try await sit("anna", site, page) { browser in
        try await PageChecks.check(browser)
        #expect(try await browser.run("return document.querySelectorAll('.calm').length").integer == 1)
        try await browser.open(page.url + "/requests/new")
        try await PageChecks.check(browser)
        // What is wrong comes back with what was typed.
        try await browser.fill("#text", "Please erase everything you have on me.")
        try await browser.fill("#identifiers", "email \(email)")
        try await browser.fill("#contact", email)
        try await browser.choose("#language", "en")
        try await browser.click("form[action='/requests'] button.main")
        #expect(
          try await browser.run("return document.querySelector('#text').value").string?.hasPrefix("Please") == true)
        #expect(try await browser.text().contains("email"))
        try await browser.fill("#identifiers", "email: \(email)")
        try await browser.click("form[action='/requests'] button.main")
        try await until("the request is there") { try await browser.address.hasSuffix("/requests/1") }
        #expect(try await browser.text().contains(email))
        try await PageChecks.check(browser)
        try await browser.unfold("details:has(form[action='/requests/1/confirm'])")
        try await browser.choose("#confirm-method", "known-channel")
        try await browser.choose("#confirm-ground", "art17-1-b")
        try await browser.submit("/requests/1/confirm")
        // Nothing is planned while something that was found may be somebody else's.
        try await browser.submit("/requests/1/plan")
        #expect(try await browser.run("return document.querySelectorAll('#found').length").integer == 1)
        #expect(try await browser.text().contains("+31000004711"))
        try await PageChecks.check(browser)
      }
    }

    /// Bram sees that the number would lead to somebody else, and says no.
    private static func decline(_ site: Installation, _ page: PageSite) async throws {
      try await sit("bram", language: "nl", site, page) { browser in
        try await browser.open(page.url + "/requests/1")
        #expect(try await browser.text().contains("+31000004711"))
        // One has to be ticked first.
        try await browser.submit("/requests/1/answer", "button[value='decline']")
        #expect(try await browser.run("return document.querySelectorAll('.problem').length").integer == 1)
        // Nobody comes back to a form by its address: the other language is of the page that has it.
        try await browser.click("form[action='/language'] button")
        try await until("the request is there") { try await browser.address.hasSuffix("/requests/1") }
        try await browser.click("form[action='/requests/1/answer'] input[name='ordinal']")
        try await browser.submit("/requests/1/answer", "button[value='decline']")
        #expect(try await browser.run("return document.querySelectorAll('.notice').length").integer == 1)
        #expect(try await browser.run("return document.querySelectorAll('#found').length").integer == 0)
      }
    }

    private static func plan(_ site: Installation, _ page: PageSite) async throws {
      try await sit("anna", site, page) { browser in
        try await browser.open(page.url + "/requests/1")
        try await browser.submit("/requests/1/plan")
        try await until("the plan is there") { try await browser.address.hasSuffix("/requests/1/plan") }
        #expect(try await browser.run("return document.querySelectorAll('.picture svg').length").integer == 1)
        try await PageChecks.check(browser)
        // Who may not approve is not offered it, and is refused when he tries.
        #expect(try await !browser.text().contains("Approve"))
        try await browser.open(page.url + "/requests/1/approve")
        #expect(try await browser.text().contains("anna may not do this"))
      }
    }

    /// An officer looks at each record and signs with his passkey.
    private static func approve(_ site: Installation, _ page: PageSite) async throws {
      try await sit("bram", language: "nl", site, page) { browser in
        try await browser.open(page.url + "/requests/1/approve")
        try await PageChecks.check(browser)
        // The records are read from the system at this moment.
        #expect(try await browser.text().contains("Ada de Vries"))
        try await sign(browser)
        try await until("bram has signed") { try await browser.address.hasSuffix("/requests/1/plan") }
        #expect(try await browser.text().contains("bram"))
      }
    }

    /// Signs the text on the page, and declines first.
    private static func sign(_ browser: Browser) async throws {
      let text = try await browser.text(of: "#approval-text")
      #expect(text.hasPrefix("expunged-approval/v1\nlog erasure.example/evidence\ndecision approve\n"))
      // Declined at the authenticator: nothing is signed, and the page says so.
      try await browser.isVerified(false)
      try await browser.click("form[data-passkey] button.main")
      try await until("the refusal is said") {
        try await browser.run("return document.querySelector('[data-says]').hidden").integer == 0
      }
      try await browser.isVerified(true)
      try await browser.click("form[data-passkey] button.main")
    }

    /// Chris gets a link, makes his passkey, comes in with it and signs too.
    private static func joinAndApprove(_ site: Installation, _ page: PageSite) async throws {
      let invited = try await site.answer("bram", "people", "invite", "chris")
      let link = try #require(invited["url"]?.string)
      try await Browser.with(language: "nl", site) { browser in
        try await browser.addAuthenticator()
        try await browser.open(link)
        try await PageChecks.check(browser)
        #expect(try await browser.text().contains("chris"))
        try await browser.click("form[data-passkey] button.main")
        try await until("the key is handed in") {
          try await browser.run("return document.querySelectorAll('pre').length").integer == 1
        }
        let line = try await browser.text(of: "pre")
        #expect(
          line.hasPrefix("chris@demo.example namespaces=") && line.contains(" sk-ecdsa-sha2-nistp256@openssh.com "))
        // Practice mode: it counts at once.
        #expect(try site.text("allowed_signers").contains(line))
        try await browser.login(at: page.url)
        try await browser.open(page.url + "/requests/1/approve")
        try await sign(browser)
        try await until("chris has signed") { try await browser.address.hasSuffix("/requests/1/plan") }
        // A link is good once.
        try await browser.open(link)
        #expect(try await browser.run("return document.querySelectorAll('form[data-passkey]').length").integer == 0)
      }
    }

    /// The jobs move while an officer looks on; nobody loads the page anew.
    private static func follow(_ site: Installation, _ page: PageSite) async throws {
      try await sit("bram", site, page) { browser in
        try await browser.open(page.url + "/requests/1/jobs")
        _ = try await browser.run("window.stayed = 'here'; return ''")
        try await site.untilJobs(of: ["1"], "all but the silent firm and the stick are settled") { jobs in
          jobs.allSatisfy { $0.isSettled || $0.isFollowUp || ["usb-stick", "cleansing"].contains($0.system) }
            && jobs.contains { $0.system == "cleansing" && $0.state == "awaiting-recipient" }
        }
        try await until("the page shows it") {
          try await browser.run(
            "return [...document.querySelectorAll('tr')].some((r) => /Customer relations/.test(r.innerText) && /erased/i.test(r.innerText)) ? 1 : 0"
          ).integer == 1
        }
        #expect(try await browser.run("return window.stayed || ''").string == "here")
        try await PageChecks.check(browser)
        let sister = try #require(try await site.jobs(of: "1").first { $0.system == "sister" })
        try await browser.open(page.url + "/jobs/\(sister.job)")
        try await PageChecks.check(browser)
        try await browser.open(page.url + "/jobs")
        try await PageChecks.check(browser)
      }
    }

    /// Fetches the stick with a telephone in the hand, destroys it and signs for it.
    private static func attest(_ who: String, _ site: Installation, _ page: PageSite) async throws {
      try await sit(who, language: "nl", site, page) { browser in
        try await browser.open(page.url + "/tasks")
        try await PageChecks.check(browser)
        try await browser.show(on: .phone)
        try await browser.click(".cards a")
        #expect(try await browser.text().contains(email))
        try await PageChecks.check(browser)
        try await browser.show(on: .phone)
        let task = try await browser.address
        try await browser.click("input[name='done'][value='destroyed']")
        try await browser.fill("#attest-medium", "USB stick, serial DEMO-0042")
        try await browser.click("input[name='method'][value='destroy']")
        try await browser.click("form button.main")
        let text = try await browser.text(of: "#attestation-text")
        #expect(text.hasPrefix("expunged-attestation/v1\n") && text.contains("DEMO-0042"))
        try await browser.click("form[data-passkey] button.main")
        try await until("\(who) has signed") { try await browser.address != task + "/attestation" }
      }
    }

    /// The firm that never answers, until the day on which waiting for it is over.
    private static func waitForTheSilent(_ site: Installation, _ page: PageSite) async throws {
      let stick = try #require(try await site.jobs(of: "1").first { $0.system == "usb-stick" })
      #expect(stick.outcome?["receipt"]?["verification"]?["seen"]?.string == "attestation")
      let request = try await site.answer("bram", "request", "show", "1")
      let workTo = try #require(request["request"]?["dueDates"]?["workTo"]?.string.flatMap { CivilDate($0) })
      try await site.moveCalendar(to: workTo.adding(days: -1))
      try await until("the firm is called silent") {
        try await site.expunge("bram", "status").output.contains("cleansing is silent")
      }
      try await sit("bram", site, page) { browser in
        #expect(try await browser.run("return document.querySelectorAll('.calm').length").integer == 0)
        #expect(try await browser.text().contains("without an answer"))
        try await PageChecks.check(browser)
        try await browser.open(page.url + "/systems/cleansing")
        try await PageChecks.check(browser)
      }
      try await site.moveCalendar(to: workTo.adding(days: 1))
      try await site.untilJobs(of: ["1"], "the silent firm is unconfirmed") { jobs in
        jobs.contains { $0.system == "cleansing" && $0.outcome?["outcome"]?.string == "unconfirmed" }
      }
      try await until("the plan is concluded") { try await site.history(of: "1").contains("plan.concluded") }
      try await site.moveCalendar(seconds: 7_200)
      try await until("the request is concluded") { try await site.requestState("1") == "concluded" }
    }

    /// Bram reads the letter to her, and sends it. Returns her code.
    private static func write(_ site: Installation, _ page: PageSite) async throws -> String {
      var code = ""
      try await sit("bram", site, page) { browser in
        try await browser.open(page.url + "/requests/1/letters")
        try await PageChecks.check(browser)
        try await browser.open(page.url + "/requests/1/letters/completion")
        try await PageChecks.check(browser)
        let shown = try await browser.text(of: ".letter .text")
        #expect(shown.contains("It did not answer."))
        code = shown.split(separator: "\n").first { $0.hasPrefix("nonce ") }.map { String($0.dropFirst(6)) } ?? ""
        try #require(!code.isEmpty)
        try await browser.click("button[formaction='/requests/1/letters/completion/mail']")
        try await until("the letter is sent") { try await browser.address.hasSuffix("/requests/1/letters") }
        #expect(try await browser.run("return document.querySelectorAll('.notice').length").integer == 1)
      }
      #expect(try site.text("mail.txt").contains("nonce "))
      return code
    }

    /// And closes the request: the last copy of who she is goes.
    private static func close(_ site: Installation, _ page: PageSite) async throws {
      try await sit("bram", site, page) { browser in
        try await browser.open(page.url + "/requests/1")
        #expect(try await browser.text().contains(email))
        try await PageChecks.check(browser)
        try await browser.unfold("details:has(form[action='/requests/1/close'])")
        try await browser.click("form[action='/requests/1/close'] input[name='sure']")
        try await browser.submit("/requests/1/close", "button.danger")
        try await until("the vault entry is destroyed") {
          try await site.history(of: "1").contains("vault.destroyed")
        }
        try await browser.open(page.url + "/requests/1")
        #expect(try await !browser.text().contains(email))
        try await PageChecks.check(browser)
        try await browser.open(page.url + "/requests?show=all")
        try await PageChecks.check(browser)
      }
    }

    /// Ruth looks at the evidence and takes it along.
    private static func audit(_ site: Installation, _ page: PageSite) async throws {
      try await sit("ruth", site, page) { browser in
        for path in ["/evidence", "/requests/1/report", "/requests/1/evidence"] {
          try await browser.open(page.url + path)
          try await PageChecks.check(browser)
        }
        #expect(try await browser.run("return document.querySelectorAll('.notice').length").integer == 1)
        #expect(try await browser.run("return document.querySelectorAll('.problem').length").integer == 0)
        // As the link gives it: a click would leave it in a folder of the browser.
        let file = try await browser.load("/requests/1/evidence.zip")
        try Data(file).write(to: URL(fileURLWithPath: site.beside("evidence.zip")))
      }
      let unpacked = try await site.run(
        try Programs.tool("python3", package: "python3"),
        ["-m", "zipfile", "-e", site.beside("evidence.zip"), site.beside("evidence")])
      #expect(unpacked.succeeded, "\(unpacked)")
      let names = try FileManager.default.contentsOfDirectory(atPath: site.beside("evidence"))
      let folder = site.beside("evidence") + (names.count == 1 ? "/" + names[0] : "")
      // By the second verifier, as the auditor would.
      let verified = try await site.run(
        try Programs.tool("python3", package: "python3"),
        [folder + "/verify.py", folder, "--key", site.path("log.vkey"), "--signers", site.path("allowed_signers")])
      #expect(verified.succeeded, "\(verified)")
    }
  }
}
