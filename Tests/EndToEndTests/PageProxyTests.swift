import Foundation
import HTTPTransport
import TestKit
import Testing

extension EndToEnd {
  /// The configurations that are shipped, before the real daemon.
  @Suite struct `a web server before the page` {
    enum Proxy: String, CaseIterable {
      case nginx
      case caddy
    }

    @Test(arguments: Proxy.allCases)
    func `officers reach it by TLS, and the daemon hears their address from it alone`(proxy: Proxy) async throws {
      let package = proxy == .nginx ? "nginx-light" : "caddy"
      let program = try Programs.tool(proxy.rawValue, package: package)
      try await Installation.with(.init(people: 20, persons: Installation.everybody)) { site in
        let page = try site.addPage()
        try await site.startDaemon()
        let keys = try KeyFolder()
        try keys.makeCertificate("page", name: "localhost")
        let port = try PagePorts.take()
        let arguments =
          proxy == .nginx
          ? ["-c", try Self.configureNginx(site, page, keys, port: port)]
          : ["run", "--adapter", "caddyfile", "--config", try Self.configureCaddy(site, page, keys, port: port)]
        let log = site.path("proxy.log")
        let process = try OutsideProgram(program, arguments, streams: .init(output: log, errors: log))
        defer { process.end() }
        let trust = TLSTrust.authorities(pem: try keys.bytes("page.pem"))
        let front = "https://localhost:\(port)"
        let bram = PageVisitor(at: page.url, through: front, trust: trust)
        try await until("\(proxy) answers") {
          if let ended = process.ended { throw TestProblem("\(proxy) ended: \(ended) \(try site.text("proxy.log"))") }
          return (try? await bram.get("/login"))?.status == 200
        }
        let answer = try await bram.get("/login")
        #expect(answer.header("strict-transport-security") != nil)
        #expect(answer.header("content-security-policy")?.hasPrefix("default-src 'none'") == true)
        #expect(try await bram.login(try page.passkey("bram")).status == 303)
        #expect(try await bram.get("/").status == 200)

        // Whatever a browser claims, it is one address to the daemon, and that one is limited.
        #expect(try await Self.attempts(PageVisitor(at: page.url, through: front, trust: trust)).contains(503))
        // Without it the claim would be believed: that is why nothing else may reach the daemon.
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

    /// Puts the test's paths and ports in the place of those of a shipped file.
    private static func shipped(_ name: String, _ changes: [(String, String)]) throws -> String {
      var text = try String(
        contentsOf: URL(fileURLWithPath: Programs.root + "/systemd/" + name), encoding: .utf8)
      for (old, new) in changes {
        guard text.contains(old) else { throw TestProblem("\(name) has no \(old)") }
        text = text.replacing(old, with: new)
      }
      return text
    }

    /// The shipped file with a certificate of the test in the place of one from outside, and no port 80.
    private static func configureCaddy(
      _ site: Installation, _ page: PageSite, _ keys: KeyFolder, port: Int
    ) throws -> String {
      let text = try shipped(
        "Caddyfile",
        [
          ("unix//run/expunged/page.sock", "127.0.0.1:\(page.port)"),
          (
            "erasure.example.nl {",
            "localhost:\(port) {\n\tbind 127.0.0.1\n\ttls \(keys.path("page.pem")) \(keys.path("page.key"))"
          ),
        ])
      let around = """
        {
        \tadmin off
        \tauto_https disable_redirects
        \tstorage file_system \(site.path("caddy"))
        }
        \(text)
        """
      try site.write(around, to: "Caddyfile")
      return site.path("Caddyfile")
    }

    /// The shipped file with the test's paths and ports, inside what `nginx.conf` of Debian has around it.
    private static func configureNginx(
      _ site: Installation, _ page: PageSite, _ keys: KeyFolder, port: Int
    ) throws -> String {
      var text = try shipped(
        "nginx.conf",
        [
          ("unix:/run/expunged/page.sock", "127.0.0.1:\(page.port)"),
          ("listen 443 ssl;", "listen 127.0.0.1:\(port) ssl;"),
          ("  listen [::]:443 ssl;\n", ""), ("erasure.example.nl;", "localhost;"),
          ("/etc/ssl/erasure.example.nl.pem", keys.path("page.pem")),
          ("/etc/ssl/private/erasure.example.nl.key", keys.path("page.key")),
        ])
      // The part for plain HTTP wants port 80, which is not ours.
      guard let plain = text.range(of: "server {\n  listen 80;") else { throw TestProblem("nginx.conf has changed") }
      text = String(text[..<plain.lowerBound])
      let around = """
        daemon off;
        pid \(site.path("nginx.pid"));
        error_log \(site.path("proxy.log"));
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
