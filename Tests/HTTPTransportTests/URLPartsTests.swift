import HTTPTransport
import Testing

struct URLPartsTests {
  @Test func `a URL is split, its host in lower case and its port made plain`() throws {
    let parts = try #require(URLParts("HTTPS://Sister.Example:8443/erasure/v1?x=%2F&y=[1]"))
    #expect(parts.scheme == "https" && parts.host == "sister.example" && parts.port == 8_443)
    #expect(parts.target == "/erasure/v1?x=%2F&y=[1]")
    #expect(URLParts("http://a")?.target == "/")
    #expect(URLParts("http://a?q")?.target == "/?q")
    #expect(URLParts.origin(of: "http://a_b.example") == "http://a_b.example:80")
    #expect(URLParts.origin(of: "https://[2001:DB8::1]:444/") == "https://[2001:db8::1]:444")
  }

  @Test(arguments: [
    "", "/", "//a/", "a.example", "http:", "http:/a", "http://", "http:///", "http://?", "http://:80/", "http://a:/",
    "http://a:0/", "http://a:65536/", "http://a:-1/", "http://a:8 0/", "http://a:000080/", "http://u@a/",
    "http://u:p@a/",
    "http://a@b:80/", "http://a\\b/", "http://a/\\b", "http://a/#f", "http://a#f", "http://a/ b", "http://a/%",
    "http://a/%2",
    "http://a/%zz", "http://a/é", "http://é/", "http://a%2eb/", "http://[::1/", "http://[::1]x/",
    "http://[fe80::1%25eth0]/",
    "http://[]/", "http://a/\n", "http://a/\u{7F}", " http://a/", "file:///a", "ftp://a/", "javascript:alert(1)",
    "https+unix://a/", "http://a,b/", "http://a/<", "http://a/\"", "http://a/{x}",
  ])
  func `what two readers could understand differently is not read`(url: String) {
    #expect(URLParts(url) == nil)
    #expect(URLParts.origin(of: url) == nil)
    #expect(!URLParts.sameOrigin(url, url))
  }

  @Test func `scheme, host and port make the origin, nothing else does`() {
    #expect(URLParts.sameOrigin("https://a.example/x", "HTTPS://A.example:443/y?z"))
    for other in [
      "http://a.example/", "https://a.example:444/", "https://b.example/", "https://a.example./",
      "https://a.example.evil/",
      "https://a.example@evil/",
    ] {
      #expect(!URLParts.sameOrigin("https://a.example/x", other), "\(other)")
    }
  }

  @Test func `a Location stays on its origin or means nothing`() {
    let base = "https://a.example/v1/requests"
    #expect(URLParts.resolve(location: "/v1/jobs/7?x=1", on: base) == "https://a.example:443/v1/jobs/7?x=1")
    #expect(URLParts.resolve(location: "https://a.example/v1/jobs/7", on: base) == "https://a.example/v1/jobs/7")
    for location in [
      "", "jobs/7", "../jobs", "?x", "#x", "//evil/", "//a.example/", "/\\evil/", "\\\\evil\\", "https://evil/",
      "http://a.example/v1", "https://a.example:444/", "https://a.example@evil/", "https:/v1", "/a b", "/a\r\nX: y",
      "/a#f",
      "javascript:x", "file:///etc/passwd",
    ] {
      #expect(URLParts.resolve(location: location, on: base) == nil, "\(location)")
    }
    #expect(URLParts.resolve(location: "/x", on: "nonsense") == nil)
  }
}
