import Foundation
import HTTPTransport
import TestKit
import Testing

extension EndToEnd {
  /// The configuration that is shipped, before the real daemon.
  @Suite struct `nginx before the page` {
    @Test func `officers reach it by TLS, and the daemon hears their address from nginx alone`() async throws {
      let nginx = try Programs.tool("nginx", package: "nginx-light")
      try await Installation.with(.init(people: 20, persons: Installation.everybody)) { site in
        let page = try site.addPage()
        try await site.startDaemon()
        let keys = try KeyFolder()
        try keys.makeCertificate("page", name: "localhost")
        let port = try PagePorts.take()
        let process = try OutsideProgram(nginx, ["-c", try Self.configure(site, page, keys, port: port)])
        defer { process.end() }
        let trust = TLSTrust.authorities(pem: try keys.bytes("page.pem"))
        let front = "https://localhost:\(port)"
        let bram = PageVisitor(at: page.url, through: front, trust: trust)
        try await until("nginx answers") {
          if let ended = process.ended { throw TestProblem("nginx ended: \(ended) \(try site.text("nginx.log"))") }
          return (try? await bram.get("/login"))?.status == 200
        }
        let answer = try await bram.get("/login")
        #expect(answer.header("strict-transport-security") != nil)
        #expect(answer.header("content-security-policy")?.hasPrefix("default-src 'none'") == true)
        #expect(try await bram.login(try page.passkey("bram")).status == 303)
        #expect(try await bram.get("/").status == 200)

        // Whatever a browser claims, it is one address to the daemon, and that one is limited.
        #expect(try await Self.attempts(PageVisitor(at: page.url, through: front, trust: trust)).contains(503))
        // Without nginx the claim would be believed: that is why nothing else may reach the daemon.
        #expect(try await Self.attempts(PageVisitor(at: page.url)).allSatisfy { $0 == 403 })
        process.signal(SIGTERM)
        _ = try await process.wait(seconds: 20)
      }
    }

    private static func attempts(_ mallory: PageVisitor) async throws -> [Int] {
      var answers: [Int] = []
      for number in 0..<14 {
        mallory.claims = [("X-Forwarded-For", "192.0.2.\(number)")]
        answers.append(try await mallory.login(Passkey(of: "mallory")).status)
      }
      return answers
    }

    /// The shipped file with the test's paths and ports, inside what `nginx.conf` of Debian has around it.
    private static func configure(
      _ site: Installation, _ page: PageSite, _ keys: KeyFolder, port: Int
    ) throws -> String {
      let url = URL(fileURLWithPath: Programs.root + "/systemd/nginx.conf")
      var text = try String(contentsOf: url, encoding: .utf8)
      // The part for plain HTTP wants port 80, which is not ours.
      guard let plain = text.range(of: "server {\n  listen 80;") else { throw TestProblem("nginx.conf has changed") }
      text = String(text[..<plain.lowerBound])
      for (old, new) in [
        ("unix:/run/expunged/page.sock", "127.0.0.1:\(page.port)"),
        ("listen 443 ssl;", "listen 127.0.0.1:\(port) ssl;"),
        ("  listen [::]:443 ssl;\n", ""), ("erasure.example.nl;", "localhost;"),
        ("/etc/ssl/erasure.example.nl.pem", keys.path("page.pem")),
        ("/etc/ssl/private/erasure.example.nl.key", keys.path("page.key")),
      ] {
        guard text.contains(old) else { throw TestProblem("nginx.conf has no \(old)") }
        text = text.replacing(old, with: new)
      }
      let around = """
        daemon off;
        pid \(site.path("nginx.pid"));
        error_log \(site.path("nginx.log"));
        events {}
        http {
        client_body_temp_path \(site.path("nginx-body"));
        proxy_temp_path \(site.path("nginx-proxy"));
        fastcgi_temp_path \(site.path("nginx-fastcgi"));
        uwsgi_temp_path \(site.path("nginx-uwsgi"));
        scgi_temp_path \(site.path("nginx-scgi"));
        \(text)
        }
        """
      try site.write(around, to: "nginx.conf")
      return site.path("nginx.conf")
    }
  }
}
