import ErasureDomain
import Foundation
import TestKit
import Testing

extension EndToEnd {
  /// The officer's page in a real browser, with a passkey for each person.
  @Suite struct `a request on the page` {
    @Test func `a clerk and two officers carry a request from its mail to its end`() async throws {
      try await Installation.with(.init(people: 60, persons: Installation.everybody)) { site in
        let page = try site.addPage()
        let before = try SystemsContent(folder: site.path("systems"))
        let email = try #require(before.customerEmails.first)
        try await site.startDaemon()
        try await site.passRecipients()
        try await site.releaseSystems()
        try await Self.register(email, site, page)
        for who in ["bram", "chris"] { try await Self.approve(who, site, page) }
        try await Self.follow(site, page)
        try await site.requireGoodEvidence("after a request on the page")
      }
    }

    /// Anna registers the mail, establishes identity and has the plan made.
    private static func register(_ email: String, _ site: Installation, _ page: PageSite) async throws {
      try await Browser.with(site) { browser in
        try await browser.addAuthenticator(with: try page.passkey("anna"))
        try await browser.login(at: page.url)
        try await PageChecks.check(browser, language: "en")
        try await browser.open(page.url + "/requests/new")
        try await PageChecks.check(browser, language: "en")
        // What is wrong comes back with what was typed.
        try await browser.fill("#text", "Please erase everything you have on me.")
        try await browser.fill("#identifiers", "email \(email)")
        try await browser.click("form[action='/requests'] button.main")
        #expect(
          try await browser.run("return document.querySelector('#text').value").string?.hasPrefix("Please") == true)
        #expect(try await browser.text().contains("email"))
        try await browser.fill("#identifiers", "email: \(email)")
        try await browser.click("form[action='/requests'] button.main")
        try await until("the request is there") { try await browser.address.hasSuffix("/requests/1") }
        #expect(try await browser.text().contains(email))
        try await PageChecks.check(browser, language: "en")
        try await browser.unfold("details:has(form[action='/requests/1/confirm'])")
        try await browser.choose("#confirm-method", "known-channel")
        try await browser.choose("#confirm-ground", "art17-1-b")
        try await browser.click("form[action='/requests/1/confirm'] button.main")
        try await browser.click("form[action='/requests/1/plan'] button.main")
        try await until("the plan is there") { try await browser.address.hasSuffix("/requests/1/plan") }
        #expect(try await browser.run("return document.querySelectorAll('.picture svg').length").integer == 1)
        try await PageChecks.check(browser, language: "en")
        // Who may not approve is not offered it, and is refused when he tries.
        #expect(try await !browser.text().contains("Approve"))
        try await browser.open(page.url + "/requests/1/approve")
        #expect(try await browser.text().contains("anna may not do this"))
      }
    }

    /// An officer looks at each record and signs with his passkey.
    private static func approve(_ who: String, _ site: Installation, _ page: PageSite) async throws {
      try await Browser.with(language: "nl", site) { browser in
        try await browser.addAuthenticator(with: try page.passkey(who))
        try await browser.login(at: page.url)
        try await PageChecks.check(browser, language: "nl")
        try await browser.open(page.url + "/requests/1/approve")
        try await PageChecks.check(browser, language: "nl")
        let text = try await browser.run("return document.querySelector('#approval-text').textContent").string ?? ""
        #expect(text.hasPrefix("expunged-approval/v1\nlog erasure.example/evidence\ndecision approve\n"))
        // Declined at the authenticator: nothing is signed, and the page says so.
        try await browser.isVerified(false)
        try await browser.click("form[data-passkey] button.main")
        try await until("the refusal is said") {
          try await browser.run("return document.querySelector('[data-says]').hidden").integer == 0
        }
        try await browser.isVerified(true)
        try await browser.click("form[data-passkey] button.main")
        try await until("\(who) has signed") { try await browser.address.hasSuffix("/requests/1/plan") }
        #expect(try await browser.text().contains(who))
      }
    }

    /// The jobs move while an officer looks on; nobody loads the page anew.
    private static func follow(_ site: Installation, _ page: PageSite) async throws {
      try await Browser.with(site) { browser in
        try await browser.addAuthenticator(with: try page.passkey("bram"))
        try await browser.login(at: page.url)
        try await browser.open(page.url + "/requests/1/jobs")
        _ = try await browser.run("window.stayed = 'here'; return ''")
        try await PageChecks.check(browser, language: "en")
        try await site.untilJobs(of: ["1"], "the own systems are erased") { jobs in
          jobs.contains { $0.system == "crm" && $0.isSettled }
        }
        try await until("the page shows it") {
          try await browser.run(
            "return [...document.querySelectorAll('tr')].some((r) => /Customer relations/.test(r.innerText) && /erased/i.test(r.innerText)) ? 1 : 0"
          ).integer == 1
        }
        #expect(try await browser.run("return window.stayed || ''").string == "here")
      }
    }
  }
}
