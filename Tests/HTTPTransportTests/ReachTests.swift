import HTTPTransport
import Testing

struct ReachTests {
  @Test func `a loop for public addresses refuses every spelling of a private one`() async throws {
    let server = try LoopbackServer { exchange in
      Issue.record("a request passed the guard")
      exchange.answer("200 OK")
      return .close
    }
    let loop = HTTPLoop(reach: .publicOnly)
    for host in [
      "127.0.0.1", "[::1]", "localhost", "169.254.169.254", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "2130706433",
      "0x7f.1", "0.0.0.0", "127.1", "017700000001", "10.0.0.1", "192.168.1.1", "[::]", "[64:ff9b::7f00:1]",
    ] {
      let request = HTTPRequest(method: "GET", url: "http://\(host):\(server.port)/")
      await #expect(throws: HTTPFailure.refusedByPolicy, "\(host)") { try await loop.send(request) }
    }
  }

  @Test func `a connection of a loop that may dial private addresses is no way round the guard`() async throws {
    let server = try LoopbackServer { exchange in
      exchange.answer("200 OK")
      return .keep
    }
    let request = HTTPRequest(method: "GET", url: server.url)
    #expect(try await HTTPLoop(reach: .privateToo).send(request).status == 200)
    await #expect(throws: HTTPFailure.refusedByPolicy) { try await HTTPLoop(reach: .publicOnly).send(request) }
  }

  @Test func `only addresses that the registries hand out for the internet are public`() {
    for address in [
      "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1",
      "127.255.255.255", "169.254.0.1", "172.16.0.0", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.168.0.0",
      "192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.255",
      "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1",
      "64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "fc00::1",
      "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1",
    ] {
      #expect(Reach.isPublic(address: address) == false, "\(address)")
    }
    for address in [
      "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
      "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0", "198.17.255.255",
      "198.20.0.0", "223.255.255.255", "::ffff:8.8.8.8", "64:ff9b::808:808", "2001:4860:4860::8888", "2a00:1450::1",
      "2606:4700::1111", "3ffe::1",
    ] {
      #expect(Reach.isPublic(address: address) == true, "\(address)")
    }
    for text in ["", "localhost", "127.1", "2130706433", "1.2.3.4.5", "[::1]"] {
      #expect(Reach.isPublic(address: text) == nil, "\(text)")
    }
  }
}
