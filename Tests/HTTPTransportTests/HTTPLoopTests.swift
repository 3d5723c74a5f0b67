import Foundation
import HTTPTransport
import Testing

struct HTTPLoopTests {
  let loop = HTTPLoop(reach: .privateToo, maxConcurrent: 64)

  @Test func `an answer comes back with its status, its fields in order and its body`() async throws {
    let server = try LoopbackServer { exchange in
      exchange.answer("202 Accepted", headers: ["Location: /jobs/1", "X-Two:  a ", "x-two: b"], body: "grüezi")
      return .keep
    }
    let answer = try await loop.send(HTTPRequest(method: "GET", url: server.url + "/a?b=c%20d"))
    #expect(answer.status == 202)
    #expect(answer.header("location") == "/jobs/1")
    #expect(answer.headers.map(\.name) == ["Location", "X-Two", "x-two", "Content-Length"])
    #expect(answer.header("X-TWO") == "a")
    #expect(answer.header("missing") == nil)
    #expect(String(decoding: answer.body, as: UTF8.self) == "grüezi")
    #expect(await server.nextArrival()?.target == "/a?b=c%20d")
  }

  @Test func `a request arrives as written, and nothing is added that changes its meaning`() async throws {
    let server = try LoopbackServer { exchange in
      exchange.answer("204 No Content")
      return .keep
    }
    let body = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
    _ = try await loop.send(
      HTTPRequest(
        method: "POST", url: server.url + "/x/../y", headers: [("Webhook-Id", "j-1"), ("X-Empty", "")], body: body))
    let post = try #require(await server.nextArrival())
    #expect(post.method == "POST" && post.target == "/x/../y" && post.body == body)
    #expect(post.headers["webhook-id"] == "j-1" && post.headers["x-empty"] == "")
    for name in ["content-type", "expect", "user-agent", "accept-encoding", "cookie", "authorization"] {
      #expect(post.headers[name] == nil, "\(name)")
    }
    for method in ["POST", "PUT", "PATCH", "DELETE", "GET", "PURGE"] {
      let url = server.url + "/"
      _ = try await loop.send(HTTPRequest(method: method, url: url, headers: [("Content-Type", "application/json")]))
      let bare = try #require(await server.nextArrival())
      #expect(bare.method == method && bare.body.isEmpty)
      #expect(bare.headers["content-length"] == (["POST", "PUT", "PATCH"].contains(method) ? "0" : nil), "\(method)")
      #expect(bare.headers["content-type"] == "application/json")
      #expect(bare.headers["webhook-id"] == nil, "left over from the request before on the same handle")
    }
    _ = try await loop.send(HTTPRequest(method: "DELETE", url: server.url + "/", body: Array("{}".utf8)))
    let delete = try #require(await server.nextArrival())
    #expect(delete.method == "DELETE" && delete.body == Array("{}".utf8))
  }

  @Test func `an answer to HEAD may announce more than the limit, as it sends nothing`() async throws {
    let server = try LoopbackServer { exchange in
      exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n")
      return .keep
    }
    let request = HTTPRequest(method: "HEAD", url: server.url, limits: HTTPLimits(bodyBytes: 10))
    let answer = try await loop.send(request)
    #expect(answer.status == 200 && answer.body.isEmpty && answer.header("content-length") == "5000000000")
  }

  @Test func `a redirect is an answer and is never followed`() async throws {
    let target = try LoopbackServer { _ in
      Issue.record("the redirect was followed")
      return .close
    }
    let server = try LoopbackServer { exchange in
      exchange.answer("302 Found", headers: ["Location: \(target.url)/"])
      return .keep
    }
    let answer = try await loop.send(HTTPRequest(method: "GET", url: server.url))
    #expect(answer.status == 302 && answer.header("Location") == target.url + "/")
  }

  @Test func `a busy server's answer keeps its Retry-After`() async throws {
    let server = try LoopbackServer { exchange in
      exchange.answer("503 Service Unavailable", headers: ["Retry-After: 120"])
      return .close
    }
    let answer = try await loop.send(HTTPRequest(method: "POST", url: server.url, body: []))
    #expect(answer.status == 503 && answer.header("retry-after") == "120")
  }

  @Test func `fields of an interim answer and of a trailer are not taken for the answer's`() async throws {
    let server = try LoopbackServer { exchange in
      exchange.send("HTTP/1.1 103 Early Hints\r\nLink: </evil>\r\n\r\n")
      exchange.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nA: 1\r\n\r\n")
      exchange.send("2\r\nok\r\n0\r\nLocation: /evil\r\n\r\n")
      return .keep
    }
    let answer = try await loop.send(HTTPRequest(method: "GET", url: server.url))
    #expect(answer.status == 200 && answer.body == Array("ok".utf8))
    #expect(answer.headers.map(\.name) == ["Transfer-Encoding", "A"])
  }

  @Test func `a body of exactly the limit passes, one byte more does not, announced or chunked`() async throws {
    let server = try LoopbackServer { exchange in
      let size = Int(exchange.request.target.split(separator: "/")[1]) ?? 0
      let body = String(repeating: "x", count: size)
      if exchange.request.target.hasPrefix("/length") {
        exchange.answer("200 OK", body: body)
      } else {
        exchange.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in 0..<size { exchange.send("1\r\nx\r\n") }
        exchange.send("0\r\n\r\n")
      }
      return .close
    }
    let limits = HTTPLimits(bodyBytes: 1_000)
    for kind in ["length", "chunked"] {
      let exact = HTTPRequest(method: "GET", url: server.url + "/\(kind)/1000", limits: limits)
      #expect(try await loop.send(exact).body.count == 1_000)
      let more = HTTPRequest(method: "GET", url: server.url + "/\(kind)/1001", limits: limits)
      await #expect(throws: HTTPFailure.tooLarge) { try await loop.send(more) }
    }
    let none = HTTPRequest(method: "GET", url: server.url + "/length/1", limits: HTTPLimits(bodyBytes: 0))
    await #expect(throws: HTTPFailure.tooLarge) { try await loop.send(none) }
  }

  @Test func `endless bodies and header fields are cut off`() async throws {
    let server = try LoopbackServer { exchange in
      exchange.send("HTTP/1.1 200 OK\r\n")
      let chunk = String(repeating: "y", count: 4_096)
      if exchange.request.target == "/fields" {
        for number in 0..<20 { exchange.send("X-\(number): \(chunk)\r\n") }
        exchange.send("\r\n")
      } else {
        exchange.send("Transfer-Encoding: chunked\r\n\r\n")
        for _ in 0..<10_000 { exchange.send("1000\r\n\(chunk)\r\n") }
      }
      return .close
    }
    for path in ["/fields", "/body"] {
      let request = HTTPRequest(method: "GET", url: server.url + path)
      await #expect(throws: HTTPFailure.tooLarge, "\(path)") { try await loop.send(request) }
    }
  }

  @Test func `64 requests at once, and 500 behind 64 places, each get their own answer`() async throws {
    let server = try LoopbackServer { exchange in
      exchange.answer("200 OK", body: exchange.request.target + String(decoding: exchange.request.body, as: UTF8.self))
      return .keep
    }
    for count in [64, 500] {
      let answers = await withTaskGroup(of: (Int, String?).self) { group in
        for number in 0..<count {
          group.addTask { [loop] in
            let request = HTTPRequest(
              method: "POST", url: server.url + "/\(number)", body: Array("#\(number)".utf8))
            let answer = try? await loop.send(request)
            return (number, answer.map { String(decoding: $0.body, as: UTF8.self) })
          }
        }
        return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
      }
      for number in 0..<count { #expect(answers[number] == "/\(number)#\(number)") }
    }
  }

  @Test func `no more requests are under way than the loop has places`() async throws {
    let underWay = Counter()
    let server = try LoopbackServer { exchange in
      underWay.enter()
      exchange.answer("200 OK")
      underWay.leave()
      return .close
    }
    let narrow = HTTPLoop(reach: .privateToo, maxConcurrent: 3)
    await withTaskGroup(of: Int?.self) { group in
      for _ in 0..<60 {
        group.addTask { try? await narrow.send(HTTPRequest(method: "GET", url: server.url)).status }
      }
      for await status in group { #expect(status == 200) }
    }
    // The server may still be leaving one exchange while the client starts the next on a new connection.
    #expect(underWay.highest <= 6)
  }

  @Test func `a kept connection is used again unless the request asks for a fresh one`() async throws {
    let server = try LoopbackServer { exchange in
      exchange.answer("200 OK")
      return .keep
    }
    var connections: [Int?] = []
    for fresh in [false, false, true] {
      _ = try await loop.send(HTTPRequest(method: "POST", url: server.url, onFreshConnection: fresh))
      connections.append(await server.nextArrival()?.connection)
    }
    #expect(connections == [1, 1, 2])
  }

  @Test func `a Unix socket is dialled instead of the host`() async throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    defer { unlink(path) }
    let server = try LoopbackServer(unixSocket: path) { exchange in
      exchange.answer("200 OK", body: exchange.request.headers["host"] ?? "")
      return .keep
    }
    let request = HTTPRequest(method: "GET", url: "http://expunged.invalid/status", unixSocket: path)
    #expect(try await loop.send(request).body == Array("expunged.invalid".utf8))
    #expect(await server.nextArrival()?.target == "/status")
    let guarded = HTTPLoop(reach: .publicOnly)
    await #expect(throws: HTTPFailure.refusedByPolicy) { try await guarded.send(request) }
  }

  @Test func `printing a request or an answer shows neither address, field nor body`() {
    let request = HTTPRequest(
      method: "POST", url: "https://s.example/alice", headers: [("Authorization", "s3cret")], body: Array("bob".utf8))
    let answer = HTTPResponse(status: 200, headers: [("Location", "/alice")], body: Array("bob".utf8))
    var text = "\(request) \(answer) \(String(reflecting: request)) \(String(reflecting: answer))"
    dump(request, to: &text)
    dump(answer, to: &text)
    for part in ["alice", "s3cret", "bob", "98"] { #expect(!text.contains(part), "\(text)") }
  }
}
