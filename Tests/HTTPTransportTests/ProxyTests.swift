import Foundation
import Glibc
import HTTPTransport
import TestKit
import Testing

/// Through a proxy that the request names, and past those that the environment names.
@Suite(.serialized) struct ProxyTests {
  /// A server for `sister.example`, which only the proxy can find.
  private struct Sister {
    let folder: KeyFolder
    let server: TLSServer

    init() throws {
      folder = try KeyFolder()
      try folder.makeCertificate("server", name: "sister.example")
      server = try TLSServer(folder: folder, arguments: [])
    }

    func request(
      by proxy: ConnectProxy?, login: HTTPProxy.Login? = nil, host: String = "sister.example", trusted: Bool = true
    ) throws -> HTTPRequest {
      HTTPRequest(
        method: "GET", url: "https://\(host)/jobs/7", headers: [("webhook-signature", "v1,ours")],
        proxy: proxy.map { HTTPProxy(url: $0.url, login: login) },
        trust: trusted ? .authorities(pem: try folder.bytes("server.pem")) : .system)
    }
  }

  let loop = HTTPLoop(reach: .publicOnly, maxConcurrent: 4)

  @Test func `the proxy sees host and port, and nothing of what goes through it`() async throws {
    let sister = try Sister()
    defer { sister.server.stop() }
    let proxy = try ConnectProxy(to: sister.server.port)
    let answer = try await loop.send(sister.request(by: proxy))
    #expect(answer.status == 200 && answer.header("x-of-the-proxy") == nil)
    #expect(answer.header("content-type") == "text/html")
    let head = try #require(proxy.heads.first)
    #expect(head.hasPrefix("CONNECT sister.example:443 HTTP/1.1\r\n"))
    #expect(!head.lowercased().contains("webhook") && !head.lowercased().contains("authorization"))
    let passed = String(decoding: proxy.passed, as: UTF8.self)
    #expect(!passed.isEmpty && !passed.contains("v1,ours") && !passed.contains("/jobs/7"))
  }

  @Test func `through the tunnel the target's certificate is checked as ever`() async throws {
    let sister = try Sister()
    defer { sister.server.stop() }
    let proxy = try ConnectProxy(to: sister.server.port)
    await #expect(throws: HTTPFailure.tlsFailed) { try await loop.send(sister.request(by: proxy, trusted: false)) }
    await #expect(throws: HTTPFailure.tlsFailed) {
      try await loop.send(sister.request(by: proxy, host: "other.example"))
    }
    #expect(!String(decoding: proxy.passed, as: UTF8.self).contains("/jobs/7"))
  }

  @Test func `versions of TLS before 1.2 are refused through the tunnel too`() async throws {
    let folder = try KeyFolder()
    try folder.makeCertificate("server", name: "sister.example")
    let server = try TLSServer(folder: folder, arguments: ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"])
    defer { server.stop() }
    let proxy = try ConnectProxy(to: server.port)
    let request = HTTPRequest(
      method: "GET", url: "https://sister.example/", proxy: HTTPProxy(url: proxy.url),
      trust: .authorities(pem: try folder.bytes("server.pem")))
    await #expect(throws: HTTPFailure.tlsFailed) { try await loop.send(request) }
  }

  @Test func `user and password go to a proxy that asks, and without them it refuses`() async throws {
    let sister = try Sister()
    defer { sister.server.stop() }
    let proxy = try ConnectProxy(to: sister.server.port, login: "expunged:s3cret:with colon")
    let login = HTTPProxy.Login(user: "expunged", password: "s3cret:with colon")
    #expect(try await loop.send(sister.request(by: proxy, login: login)).status == 200)
    let fresh = HTTPLoop(reach: .publicOnly, maxConcurrent: 4)
    for wrong in [nil, HTTPProxy.Login(user: "expunged", password: "other")] {
      await #expect(throws: HTTPFailure.proxyRefused(status: 407)) {
        try await fresh.send(sister.request(by: proxy, login: wrong))
      }
    }
    #expect(!HTTPFailure.proxyRefused(status: 407).mayHaveArrived)
    var text = ""
    dump(try sister.request(by: proxy, login: login).proxy, to: &text)
    #expect(!text.contains("s3cret"))
  }

  @Test func `a proxy that is down, hangs up or says no is named, and nothing was sent`() async throws {
    let sister = try Sister()
    defer { sister.server.stop() }
    for status in [403, 503] {
      let proxy = try ConnectProxy(to: sister.server.port, refusal: status)
      await #expect(throws: HTTPFailure.proxyRefused(status: status)) {
        try await loop.send(sister.request(by: proxy))
      }
    }
    let nowhere = try ConnectProxy(to: try ClosedPort().number)
    await #expect(throws: HTTPFailure.proxyRefused(status: 502)) { try await loop.send(sister.request(by: nowhere)) }
    let closed = try ClosedPort()
    let hangsUp = try LoopbackServer { _ in .close }
    for url in ["http://127.0.0.1:\(closed.number)", "http://no-such-proxy.invalid:3128", hangsUp.url] {
      var request = try sister.request(by: nil)
      request.proxy = HTTPProxy(url: url)
      await #expect(throws: HTTPFailure.proxyUnreachable, "\(url)") { try await loop.send(request) }
    }
    let silent = try LoopbackServer { exchange in
      exchange.waitForHangUp()
      return .close
    }
    var request = try sister.request(by: nil)
    request.proxy = HTTPProxy(url: silent.url)
    request.limits = HTTPLimits(connectSeconds: 1, firstByteSeconds: 1)
    await #expect(throws: HTTPFailure.timedOut(sent: false)) { try await loop.send(request) }
  }

  @Test func `plain http goes through a tunnel too, and what breaks behind it leaves the outcome unknown`() async throws
  {
    let server = try LoopbackServer { exchange in
      if exchange.request.target == "/lost" { return .close }
      exchange.answer("204 No Content")
      return .keep
    }
    let proxy = try ConnectProxy(to: server.port)
    let inside = HTTPLoop(reach: .privateToo, maxConcurrent: 4)
    func request(_ path: String) -> HTTPRequest {
      HTTPRequest(method: "POST", url: "http://inside.example\(path)", body: [1], proxy: HTTPProxy(url: proxy.url))
    }
    #expect(try await inside.send(request("/")).status == 204)
    #expect(proxy.heads.map { $0.hasPrefix("CONNECT inside.example:80 ") } == [true])
    await #expect(throws: HTTPFailure.connectionLost(sent: true)) { try await inside.send(request("/lost")) }
  }

  @Test func `a target that says it is private is handed to no proxy of a loop for public addresses`() async throws {
    let proxy = try ConnectProxy(to: 1)
    for host in [
      "127.0.0.1", "[::1]", "localhost", "db.localhost", "169.254.169.254", "[::ffff:127.0.0.1]", "2130706433",
      "0x7f.1",
      "0.0.0.0", "127.1", "017700000001", "10.0.0.1", "192.168.1.1", "127.0.0.1.", "1.2.3.4.5", "4294967296",
    ] {
      let request = HTTPRequest(method: "GET", url: "https://\(host)/", proxy: HTTPProxy(url: proxy.url))
      await #expect(throws: HTTPFailure.refusedByPolicy, "\(host)") { try await loop.send(request) }
    }
    #expect(proxy.heads.isEmpty)
    for host in ["sister.example", "1.1.1.1", "[2606:4700::1111]", "x1", "3com", "10.0.0.1.example"] {
      #expect(!Reach.isNamedPrivate(host: host), "\(host)")
    }
  }

  @Test func `a proxy that is no http address, has a path or stands beside a socket is refused`() async {
    for url in ["socks5://127.0.0.1:1080", "127.0.0.1:3128", "http://u:p@proxy.example:3128", "http://proxy.example/x"]
    {
      let request = HTTPRequest(method: "GET", url: "https://sister.example/", proxy: HTTPProxy(url: url))
      await #expect(throws: HTTPFailure.malformedRequest, "\(url)") { try await loop.send(request) }
    }
    let request = HTTPRequest(
      method: "GET", url: "https://sister.example/", unixSocket: "/tmp/x",
      proxy: HTTPProxy(url: "http://proxy.example:3128"))
    await #expect(throws: HTTPFailure.malformedRequest) { try await loop.send(request) }
  }

  @Test func `neither a proxy of the environment nor its exceptions change where a request goes`() async {
    // In a process of its own: setting the environment of this one would race with every other test.
    await #expect(processExitsWith: .success) {
      let trap = try LoopbackServer { exchange in
        exchange.answer("200 OK", body: "trap")
        return .close
      }
      for name in ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] { setenv(name, trap.url, 1) }
      for name in ["no_proxy", "NO_PROXY"] { setenv(name, "sister.example,*", 1) }
      let loop = HTTPLoop(reach: .privateToo)
      for url in ["https://no-such-host.invalid/", "http://no-such-host.invalid/"] {
        do {
          _ = try await loop.send(HTTPRequest(method: "GET", url: url))
          exit(1)
        } catch HTTPFailure.couldNotConnect {}
      }
      let server = try LoopbackServer { exchange in
        exchange.answer("204 No Content")
        return .close
      }
      let proxy = try ConnectProxy(to: server.port)
      let request = HTTPRequest(method: "GET", url: "http://sister.example/", proxy: HTTPProxy(url: proxy.url))
      guard try await loop.send(request).status == 204, proxy.heads.count == 1 else { exit(2) }
      // A request to the trap itself is the first thing that it sees.
      guard try await loop.send(HTTPRequest(method: "GET", url: trap.url + "/first")).status == 200,
        await trap.nextArrival()?.target == "/first"
      else { exit(3) }
      exit(0)
    }
  }
}
