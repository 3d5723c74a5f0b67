import Foundation
import HTTPTransport
import Testing

struct HTTPFailureTests {
  let loop = HTTPLoop(reach: .privateToo, maxConcurrent: 64)

  @Test func `a server that never answers is a timeout with unknown outcome`() async throws {
    let server = try LoopbackServer { exchange in
      exchange.waitForHangUp()
      return .close
    }
    let request = HTTPRequest(method: "POST", url: server.url, body: [1], limits: HTTPLimits(firstByteSeconds: 1))
    await #expect(throws: HTTPFailure.timedOut(sent: true)) { try await loop.send(request) }
    await server.nextHangUp()
  }

  @Test func `half an answer that stops is a timeout, one that breaks off a lost connection`() async throws {
    let server = try LoopbackServer { exchange in
      exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"status\":")
      if exchange.request.target == "/stop" { exchange.waitForHangUp() }
      return .close
    }
    // The first byte came in time, so only the total ends this one.
    let limits = HTTPLimits(firstByteSeconds: 1, totalSeconds: 2)
    let stop = HTTPRequest(method: "GET", url: server.url + "/stop", limits: limits)
    await #expect(throws: HTTPFailure.timedOut(sent: true)) { try await loop.send(stop) }
    let breakOff = HTTPRequest(method: "GET", url: server.url + "/break")
    await #expect(throws: HTTPFailure.connectionLost(sent: true)) { try await loop.send(breakOff) }
  }

  @Test func `a connection that is closed or reset after the request leaves the outcome unknown`() async throws {
    let server = try LoopbackServer { exchange in
      if exchange.request.target == "/reset" { exchange.reset() }
      return .close
    }
    for path in ["/reset", "/close"] {
      let request = HTTPRequest(method: "POST", url: server.url + path, body: [1])
      await #expect(throws: HTTPFailure.connectionLost(sent: true), "\(path)") { try await loop.send(request) }
    }
  }

  @Test func `a request lost on a kept connection stays unknown although the second try finds nobody`() async throws {
    let server = try LoopbackServer { exchange in
      guard exchange.request.target == "/second" else {
        exchange.answer("200 OK")
        return .keep
      }
      exchange.server.stopListening()
      return .close
    }
    _ = try await loop.send(HTTPRequest(method: "POST", url: server.url + "/first", body: [1]))
    let second = HTTPRequest(method: "POST", url: server.url + "/second", body: [1])
    await #expect(throws: HTTPFailure.connectionLost(sent: true)) { try await loop.send(second) }
  }

  @Test func `an answer that is not HTTP leaves the outcome unknown`() async throws {
    let server = try LoopbackServer { exchange in
      exchange.send("220 mail.example ESMTP\r\n")
      return .close
    }
    let request = HTTPRequest(method: "POST", url: server.url, body: [1])
    await #expect(throws: HTTPFailure.other(code: 1, sent: true)) { try await loop.send(request) }
  }

  @Test func `nobody listening, or a name that does not exist, is not connected and nothing was sent`() async throws {
    let port = try ClosedPort()
    for host in ["127.0.0.1:\(port.number)", "no-such-host.invalid"] {
      let request = HTTPRequest(method: "GET", url: "http://\(host)/")
      await #expect(throws: HTTPFailure.couldNotConnect, "\(host)") { try await loop.send(request) }
    }
  }

  @Test func `waiting for a place counts towards the whole time`() async throws {
    let server = try LoopbackServer { exchange in
      exchange.waitForHangUp()
      return .close
    }
    let narrow = HTTPLoop(reach: .privateToo, maxConcurrent: 1)
    let first = Task { try await narrow.send(HTTPRequest(method: "GET", url: server.url)) }
    _ = await server.nextArrival()
    let second = HTTPRequest(method: "GET", url: server.url, limits: HTTPLimits(totalSeconds: 1))
    await #expect(throws: HTTPFailure.timedOut(sent: false)) { try await narrow.send(second) }
    first.cancel()
    await #expect(throws: HTTPFailure.interrupted(sent: true)) { try await first.value }
  }

  @Test func `cancelling hangs up, and frees the place for the next request`() async throws {
    let server = try LoopbackServer { exchange in
      if exchange.request.target == "/hang" {
        exchange.waitForHangUp()
        return .close
      }
      exchange.answer("200 OK")
      return .keep
    }
    let narrow = HTTPLoop(reach: .privateToo, maxConcurrent: 1)
    let hanging = Task { try await narrow.send(HTTPRequest(method: "POST", url: server.url + "/hang", body: [1])) }
    _ = await server.nextArrival()
    let waiting = Task { try await narrow.send(HTTPRequest(method: "GET", url: server.url)) }
    waiting.cancel()
    await #expect(throws: HTTPFailure.interrupted(sent: false)) { try await waiting.value }
    hanging.cancel()
    await #expect(throws: HTTPFailure.interrupted(sent: true)) { try await hanging.value }
    await server.nextHangUp()
    #expect(try await narrow.send(HTTPRequest(method: "GET", url: server.url)).status == 200)
  }

  @Test func `a task that is cancelled already sends nothing`() async throws {
    let server = try LoopbackServer { exchange in
      Issue.record("a cancelled request arrived")
      exchange.answer("200 OK")
      return .close
    }
    let gate = AsyncStream.makeStream(of: Void.self)
    let task = Task { [loop] in
      // Ends when the task is cancelled.
      for await _ in gate.stream {}
      return try await loop.send(HTTPRequest(method: "GET", url: server.url))
    }
    task.cancel()
    await #expect(throws: HTTPFailure.interrupted(sent: false)) { try await task.value }
  }

  @Test func `many cancellations at any moment end every call once`() async throws {
    let server = try LoopbackServer { exchange in
      exchange.answer("200 OK")
      return .keep
    }
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<200 {
        group.addTask { [loop] in
          let task = Task { try await loop.send(HTTPRequest(method: "GET", url: server.url + "/\(number)")) }
          if number % 2 == 0 { task.cancel() }
          switch await task.result {
          case .success(let answer): return answer.status == 200
          case .failure(HTTPFailure.interrupted): return number % 2 == 0
          case .failure: return false
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.count == 200 && outcomes.allSatisfy { $0 })
  }

  @Test func `shutting down interrupts what is under way and refuses what comes later`() async throws {
    let server = try LoopbackServer { exchange in
      exchange.waitForHangUp()
      return .close
    }
    let ending = HTTPLoop(reach: .privateToo, maxConcurrent: 1)
    let hanging = Task { try await ending.send(HTTPRequest(method: "GET", url: server.url)) }
    _ = await server.nextArrival()
    ending.shutDown()
    ending.shutDown()
    await #expect(throws: HTTPFailure.interrupted(sent: true)) { try await hanging.value }
    await server.nextHangUp()
    await #expect(throws: HTTPFailure.interrupted(sent: false)) {
      try await ending.send(HTTPRequest(method: "GET", url: server.url))
    }
  }

  @Test func `other schemes, users, fragments and blanks are no URL`() async {
    for url in [
      "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "127.0.0.1", "http://", "http:///x", "",
      "http://user@127.0.0.1/", "http://a:b@127.0.0.1/", "http://127.0.0.1/#x", "http://127.0.0.1/a b",
      "http://127.0.0.1/\r\nX: y", "http://127.0.0.1:99999/", "http://" + String(repeating: "a", count: 9_000),
    ] {
      let request = HTTPRequest(method: "GET", url: url)
      await #expect(throws: HTTPFailure.badURL, "\(url.prefix(40))") { try await loop.send(request) }
    }
  }

  @Test func `a method or field that could be read as something else is refused`() async throws {
    let url = "http://127.0.0.1:\(try ClosedPort().number)/"
    let fields = [
      ("X", "a\r\nY: b"), ("X", "a\n"), ("X", "a\0"), ("X\r\nY", "b"), ("X Y", "b"), ("", "b"), ("X:", "b"),
      ("Content-Length", "3"), ("transfer-encoding", "chunked"), ("Expect", "100-continue"),
    ]
    for field in fields {
      let request = HTTPRequest(method: "GET", url: url, headers: [field])
      await #expect(throws: HTTPFailure.malformedRequest, "\(field)") { try await loop.send(request) }
    }
    for method in ["", "GET /x", "GET\r\n", "GÉT"] {
      let request = HTTPRequest(method: method, url: url)
      await #expect(throws: HTTPFailure.malformedRequest, "\(method)") { try await loop.send(request) }
    }
  }

  @Test func `only failures after which the request may have arrived say so`() {
    let arrived: [HTTPFailure] = [
      .timedOut(sent: true), .interrupted(sent: true), .connectionLost(sent: true), .other(code: 1, sent: true),
      .tooLarge,
    ]
    let not: [HTTPFailure] = [
      .timedOut(sent: false), .interrupted(sent: false), .connectionLost(sent: false), .other(code: 1, sent: false),
      .refusedByPolicy, .couldNotConnect, .tlsFailed, .badURL, .malformedRequest, .overloaded,
    ]
    for failure in arrived { #expect(failure.mayHaveArrived, "\(failure)") }
    for failure in not { #expect(!failure.mayHaveArrived, "\(failure)") }
  }
}
