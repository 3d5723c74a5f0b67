import ConnectorKit
import Foundation
import HTTPTransport
import Listeners
import Logging
import Synchronization
import Testing

/// The listener for companies, on a Unix socket as behind a proxy.
@Suite(.timeLimit(.minutes(5))) struct `The listener for companies` {
  private final class Heard: RecipientCallHandler {
    let calls = Mutex<[(job: String, call: IncomingCall)]>([])
    let reply: RecipientReply

    init(_ reply: RecipientReply) { self.reply = reply }

    func callBack(_ call: IncomingCall, about job: String) async -> RecipientReply {
      calls.withLock { $0.append((job, call)) }
      return reply
    }
  }

  private static func serving(
    _ handler: Heard,
    bodyTime: @escaping @Sendable () async throws -> Void = { try await Task.sleep(for: .seconds(60)) },
    _ body: (_ path: String, _ loop: HTTPLoop) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("xr-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.path + "/run/recipients.sock"
    let address = try #require(RecipientListener.Address("unix:" + path))
    let (opened, open) = AsyncStream<Void>.makeStream()
    let listener = RecipientListener(
      address: address, handler: handler, logger: Logger(label: "test"), bodyTime: bodyTime
    ) { open.finish() }
    let running = Task {
      defer { open.finish() }
      try await listener.run()
    }
    for await _ in opened {}
    let loop = HTTPLoop(reach: .privateToo)
    defer { loop.shutDown() }
    let result: Result<Void, any Error>
    do { result = .success(try await body(path, loop)) } catch { result = .failure(error) }
    running.cancel()
    try await running.value
    try result.get()
    #expect(!FileManager.default.fileExists(atPath: path), "the socket goes with the listener")
  }

  private static func send(
    _ method: String, _ path: String, _ body: [UInt8]?, to socket: String, _ loop: HTTPLoop
  ) async throws -> HTTPResponse {
    try await loop.send(
      HTTPRequest(
        method: method, url: "http://expunged" + path, headers: [("Webhook-Id", "msg-1")], body: body,
        unixSocket: socket))
  }

  @Test func `hands over a call with its headers and bytes, and answers without a body`() async throws {
    let heard = Heard(RecipientReply(status: 202))
    try await Self.serving(heard) { path, loop in
      let response = try await Self.send("POST", "/v1/callbacks/j-1?x=1", Array("{\n}".utf8), to: path, loop)
      #expect(response.status == 202 && response.body.isEmpty)
    }
    let call = try #require(heard.calls.withLock { $0.first })
    #expect(call.job == "j-1")
    #expect(call.call.body == Array("{\n}".utf8))
    #expect(call.call.headers["webhook-id"] == "msg-1")
  }

  @Test func `tells why not as problem details, and when to come again`() async throws {
    let heard = Heard(RecipientReply(status: 503, problem: "not now", retryAfterSeconds: 10))
    try await Self.serving(heard) { path, loop in
      let response = try await Self.send("POST", "/v1/callbacks/j-1", [], to: path, loop)
      #expect(response.status == 503)
      #expect(response.header("content-type") == "application/problem+json")
      #expect(response.header("retry-after") == "10")
      #expect(
        String(decoding: response.body, as: UTF8.self) == #"{"status":503,"title":"not now","type":"about:blank"}"#)
    }
  }

  @Test func `has nothing but callbacks, takes them by POST, and at most 64 KiB`() async throws {
    let heard = Heard(RecipientReply(status: 202))
    try await Self.serving(heard) { path, loop in
      #expect(try await Self.send("POST", "/v1/status", [], to: path, loop).status == 404)
      #expect(try await Self.send("GET", "/", nil, to: path, loop).status == 404)
      let get = try await Self.send("GET", "/v1/callbacks/j-1", nil, to: path, loop)
      #expect(get.status == 405 && get.header("allow") == "POST")
      let large = try await Self.send(
        "POST", "/v1/callbacks/j-1", Array(repeating: 0x20, count: 65_537), to: path, loop)
      #expect(large.status == 413)
      #expect(heard.calls.withLock { $0.isEmpty })
      let whole = try await Self.send(
        "POST", "/v1/callbacks/j-1", Array(repeating: 0x20, count: 65_536), to: path, loop)
      #expect(whole.status == 202)
    }
  }

  @Test func `waits for a body as long as a body may take, and no longer`() async throws {
    let heard = Heard(RecipientReply(status: 202))
    let (time, over) = AsyncStream<Void>.makeStream()
    try await Self.serving(heard, bodyTime: { for await _ in time {} }) { path, _ in
      // On a busy machine a connection may have been idle for its time before anybody has looked at the call.
      var answer = ""
      for _ in 0..<20 where answer.isEmpty {
        let client = try SlowClient(path: path)
        try client.send("POST /v1/callbacks/j-1 HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")
        over.finish()
        answer = await client.answer()
      }
      #expect(answer.hasPrefix("HTTP/1.1 408"))
    }
    #expect(heard.calls.withLock { $0.isEmpty })
  }

  @Test(arguments: ["0.0.0.0:80", "192.168.1.1:80", "localhost:80", "unix:relative", "127.0.0.1:70000", "[::1]:80"])
  func `listens on loopback or a Unix socket alone`(text: String) { #expect(RecipientListener.Address(text) == nil) }
}
