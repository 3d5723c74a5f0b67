import ErasureDomain
import Foundation
@testable import Listeners
import OfficerDesk
import TestKit
import Testing

extension EndToEnd {
  /// Who gets through which door of the officer's page. Without a browser: a thief has none of its manners.
  @Suite struct `the doors of the page` {
    @Test func `every route lets in the roles of its call and nobody else`() async throws {
      try await Installation.with(.init(people: 20, persons: Installation.everybody)) { site in
        let page = try site.addPage()
        try await site.startDaemon()
        for (who, role) in Self.roles {
          let visitor = try await page.visitor(who)
          for route in PageRoutes.all where route.path != "/logout" {
            // A stream that is let in does not end.
            if route.path == "/live", Self.mayEnter(route, role) { continue }
            let answer = try await Self.knock(visitor, route)
            let mayEnter = Self.mayEnter(route, role)
            #expect((answer.status != 403) == mayEnter, "\(who) at \(route.method) \(route.path): \(answer)")
            #expect(answer.status != 500, "\(who) at \(route.method) \(route.path): \(answer)")
          }
        }
        let stranger = PageVisitor(at: page.url)
        for route in PageRoutes.all where !route.isForEverybody {
          let answer = try await Self.knock(stranger, route)
          let isSentAway = route.isGet ? answer.location?.hasPrefix("/login") == true : answer.status == 403
          #expect(isSentAway, "a stranger at \(route.method) \(route.path): \(answer)")
        }
        try await site.requireGoodEvidence("after knocking at every door")
      }
    }

    private static let roles: [(who: String, role: Role)] = [
      ("anna", .clerk), ("bram", .officer), ("carl", .coSigner), ("dora", .systemOwner), ("ruth", .auditor),
      ("otto", .operator),
    ]

    /// Something is at every part in braces, or nothing is: both is an answer to who may come.
    private static func knock(_ visitor: PageVisitor, _ route: PageRoute) async throws -> PageVisitor.Answer {
      let parts = route.path.split(separator: "/").map { part -> String in
        guard part.hasPrefix("{") else { return String(part) }
        return part == "{request}"
          ? "1" : part == "{job}" || part == "{task}" ? "j-" + String(repeating: "0", count: 32) : "none"
      }
      let path = "/" + parts.joined(separator: "/")
      return route.isGet ? try await visitor.get(path) : try await visitor.post(path)
    }

    private static func mayEnter(_ route: PageRoute, _ role: Role) -> Bool {
      guard case .call(let call) = route.access else { return true }
      return OfficerDesk.calls[call]?.contains(role) == true
    }

    @Test func `a page that needs a role says so by a call that exists`() {
      for route in PageRoutes.all {
        guard case .call(let call) = route.access else { continue }
        #expect(OfficerDesk.calls[call] != nil, "\(route.path) asks for \(call)")
      }
      // What is open to everybody is written down here a second time.
      let open = PageRoutes.all.filter(\.isForEverybody).map { "\($0.method) \($0.path)" }
      #expect(
        Set(open) == [
          "GET /login", "POST /login", "POST /language", "GET /page.css", "GET /page.js", "GET /invite/{token}",
          "POST /invite/{token}",
        ])
    }

    @Test func `a session begins with a passkey of a listed key, is held by one cookie, and ends`() async throws {
      try await Installation.with(.init(people: 20, persons: Installation.everybody)) { site in
        let page = try site.addPage()
        try await site.startDaemon()
        let visitor = PageVisitor(at: page.url)
        let answer = try await visitor.login(try page.passkey("bram"))
        let cookie = try #require(answer.header("set-cookie"))
        for flag in ["__Host-session=", "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"] {
          #expect(cookie.contains(flag), "\(flag) in \(cookie)")
        }
        let secret = try #require(visitor.cookies["__Host-session"])
        #expect(secret.count == 64)
        let first = try await visitor.get("/")
        #expect(first.status == 200 && first.header("cache-control") == "no-store")
        let policy = try #require(first.header("content-security-policy"))
        #expect(policy.hasPrefix("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
        #expect(!policy.contains("unsafe") && first.header("x-frame-options") == "DENY")
        #expect(try await visitor.post("/logout").status == 303)
        // Whoever kept the cookie keeps nothing.
        visitor.cookies["__Host-session"] = secret
        #expect(try await visitor.get("/").location == "/login")
      }
    }

    @Test func `a session that nobody uses for half an hour is over`() async throws {
      try await Installation.with(.init(people: 20, persons: Installation.everybody)) { site in
        let page = try site.addPage()
        try await site.startDaemon()
        let visitor = try await page.visitor("bram")
        try await site.moveCalendar(seconds: 1_700)
        #expect(try await visitor.get("/").status == 200)
        try await site.moveCalendar(seconds: 1_900)
        #expect(try await visitor.get("/").location == "/login")
      }
    }

    @Test func `a session ends with the key that opened it`() async throws {
      try await Installation.with(.init(people: 20, persons: Installation.everybody)) { site in
        let page = try site.addPage()
        try await site.startDaemon()
        let (bram, chris) = (try await page.visitor("bram"), try await page.visitor("chris"))
        // Said to be in other hands, by himself.
        try await site.answer("bram", "people", "compromised", "bram", "--since", "2026-01-01T00:00:00Z")
        #expect(try await bram.get("/").location == "/login")
        #expect(try await bram.get("/requests").location?.hasPrefix("/login") == true)
        #expect(try await chris.get("/").status == 200)
        // Taken from the list.
        let line = try page.passkey("chris").signerLine(principal: site.principal("chris"), namespaces: [])
        let key = try #require(line.split(whereSeparator: \.isWhitespace).last)
        let others = try site.text("allowed_signers").split(separator: "\n").filter { !$0.contains(key) }
        try site.write(others.joined(separator: "\n") + "\n", to: "allowed_signers")
        #expect(try await chris.get("/").location == "/login")
      }
    }

    @Test func `a page whose daemon goes away says so, and its visitor shows his passkey again`() async throws {
      try await Installation.with(.init(people: 20, persons: Installation.everybody)) { site in
        let page = try site.addPage()
        try await site.startDaemon()
        try await Browser.with(site) { browser in
          try await browser.addAuthenticator(with: try page.passkey("bram"))
          try await browser.login(at: page.url)
          func says(_ attribute: String) async throws {
            try await until("the page says \(attribute)") {
              let script = """
                const place = document.querySelector('[data-follow]');
                return document.getElementById('live-says').textContent === place.dataset.\(attribute) ? 1 : 0;
                """
              return try await browser.run(script).integer == 1
            }
          }
          try await says("following")
          #expect(try await site.stopDaemon() == .exited(0))
          try await says("lost")
          try await site.startDaemon()
          try await says("over")
          // What he had in mind to do is not done for him, and nothing breaks.
          try await browser.open(page.url + "/requests")
          #expect(try await browser.address.hasSuffix("/login?to=/requests"))
          try await browser.click("form[data-passkey] button.main")
          try await until("he is where he wanted to go") { try await browser.address == page.url + "/requests" }
        }
      }
    }

    @Test func `other passkeys, texts of before, no PIN and another page open nothing, and the log says so`()
      async throws
    {
      try await Installation.with(.init(people: 20, persons: Installation.everybody)) { site in
        let page = try site.addPage()
        try await site.startDaemon()
        let stranger = PageVisitor(at: page.url)
        #expect(try await stranger.login(Passkey(of: "mallory")).status == 403)
        #expect(try await stranger.login(try page.passkey("bram"), flags: 0x01).status == 403)
        #expect(try await stranger.login(try page.passkey("bram"), flags: 0x04).status == 403)
        // A text that was never given out, and one that was used.
        let text = "expunged-login/v1\nlog erasure.example/evidence\nnonce \(String(repeating: "0", count: 32))\n"
        let fields = try page.passkey("bram").sign(text, namespace: "erasure-login@expunged", origin: page.url)
        #expect(try await stranger.post("/login", fields).status == 422)
        let given = PageVisitor.between("<pre id=\"login-text\">", "</pre>", try await stranger.get("/login").text)
        let once = try page.passkey("bram").sign(
          try #require(given), namespace: "erasure-login@expunged", origin: page.url)
        #expect(try await stranger.post("/login", once).status == 303)
        stranger.cookies = [:]
        #expect(try await stranger.post("/login", once).status == 422)
        let elsewhere = PageVisitor.between("<pre id=\"login-text\">", "</pre>", try await stranger.get("/login").text)
        let other = try page.passkey("bram").sign(
          try #require(elsewhere), namespace: "erasure-login@expunged", origin: "https://evil.example")
        #expect(try await stranger.post("/login", other).status == 403)
        #expect(stranger.cookies.isEmpty)
        let kinds = try PublishedEvidence(folder: site.path("evidence")).entries.map(\.kind.rawValue)
        _ = try await site.stopDaemon()
        let after = try PublishedEvidence(folder: site.path("evidence")).entries.map(\.kind.rawValue)
        #expect(after.count { $0 == "access.denied" } > kinds.count { $0 == "access.denied" })
      }
    }

    @Test func `attempts are limited, also for who guesses no key`() async throws {
      try await Installation.with(.init(people: 20, persons: Installation.everybody)) { site in
        let page = try site.addPage()
        try await site.startDaemon()
        let stranger = PageVisitor(at: page.url)
        var answers: [Int] = []
        for _ in 0..<14 { answers.append(try await stranger.login(Passkey(of: "mallory")).status) }
        #expect(answers.prefix(5).allSatisfy { $0 == 403 } && answers.contains(503), "\(answers)")
      }
    }

    @Test func `a form of another page or another session changes nothing`() async throws {
      try await Installation.with(.init(people: 20, persons: Installation.everybody)) { site in
        let page = try site.addPage()
        try await site.startDaemon()
        let bram = try await page.visitor("bram")
        let chris = try await page.visitor("chris")
        let forms: [(origin: String?, token: String?)] = [
          ("https://evil.example", nil), (nil, chris.formToken), (nil, ""), ("null", nil),
        ]
        for form in forms {
          let answer = try await bram.post("/logout", origin: form.origin, token: form.token)
          #expect(answer.status == 403, "\(form): \(answer)")
        }
        #expect(try await bram.get("/").status == 200)
        // What is no form is not read.
        #expect(try await bram.post("/logout").status == 303)
      }
    }
  }
}

extension PageRoute {
  var isForEverybody: Bool {
    if case .everybody = access { return true }
    return false
  }
}

extension PageRoute {
  var isGet: Bool { "\(method)" == "GET" }
}
