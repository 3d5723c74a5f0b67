import Foundation
import Glibc
import Postgres
import Testing

/// Against servers that are not PostgreSQL, or not well.
@Suite struct OddServerTests {
  private static let welcome: [UInt8] = [
    // AuthenticationOk, BackendKeyData, ReadyForQuery (idle).
    0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x4B, 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 2, 0x5A, 0, 0, 0, 5, 0x49,
  ]

  private func target(_ server: ScriptedServer, seconds: Int) -> PostgresTarget {
    PostgresTarget(
      parameters: [
        ("host", "127.0.0.1"), ("port", String(server.port)), ("user", "test"), ("sslmode", "disable"),
        ("connect_timeout", String(seconds)),
      ], applicationName: "test")
  }

  @Test func `a server that lets us in and then says nothing is given up in time`() async throws {
    let server = try ScriptedServer(answers: [Self.welcome])
    let time = try await ContinuousClock().measure {
      let error = try await refusal(of: target(server, seconds: 1))
      #expect(error.kind == .cannotConnect)
    }
    #expect(time >= .seconds(1) && time < .seconds(60))
  }

  @Test func `an opening can be cancelled until the end`() async throws {
    let server = try ScriptedServer(answers: [Self.welcome])
    let opening = Task { try await PostgresConnection.open(target(server, seconds: 600)) }
    await server.received(2)
    let time = await ContinuousClock().measure {
      opening.cancel()
      await #expect(throws: CancellationError.self) { _ = try await opening.value }
    }
    #expect(time < .seconds(60))
  }

  @Test func `what speaks another protocol is no server`() async throws {
    let answers = [
      "HTTP/1.1 400 Bad Request\r\n\r\n", "220 mail.example ESMTP\r\n", "E\0\0\0\u{9}wrong", "", "R\0\0\0\u{4}", "S",
      "N",
    ]
    for answer in answers {
      let server = try ScriptedServer(answers: [Array(answer.utf8)], hangsUp: true)
      #expect(try await refusal(of: target(server, seconds: 5)).kind == .cannotConnect, "\(answer)")
    }
  }

  @Test func `a server that hangs up before the handshake is not taken for a wrong certificate`() async throws {
    let server = try ScriptedServer(answers: [[]], hangsUp: true)
    var target = target(server, seconds: 5)
    target.parameters.append(("sslmode", "verify-full"))
    #expect(try await refusal(of: target).kind == .cannotConnect)
  }

  @Test func `a server that starts up is not there yet`() async throws {
    let fields = "SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0"
    let answer = [0x45, 0, 0, 0, UInt8(fields.utf8.count + 4)] + Array(fields.utf8)
    let server = try ScriptedServer(answers: [answer], hangsUp: true)
    let error = try await refusal(of: target(server, seconds: 5))
    #expect(error.kind == .cannotConnect && error.sqlState == "57P03")
  }
}

/// Gives fixed answers to whatever its callers say, one after another.
private final class ScriptedServer: Sendable {
  let port: Int
  private let listener: SilentListener
  private let arrivals = AsyncStream.makeStream(of: Void.self)

  /// After the last answer it hangs up, or keeps silent for as long as the caller stays.
  init(answers: [[UInt8]], hangsUp: Bool = false) throws {
    listener = try SilentListener()
    port = listener.port
    let (listener, arrivals) = (listener, arrivals.continuation)
    Thread.detachNewThread {
      while case let caller = accept(listener.file, nil, nil), caller >= 0 {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        for answer in answers where read(caller, &buffer, buffer.count) > 0 {
          arrivals.yield()
          send(caller, answer, answer.count, Int32(MSG_NOSIGNAL))
        }
        while !hangsUp, read(caller, &buffer, buffer.count) > 0 { arrivals.yield() }
        close(caller)
      }
    }
  }

  deinit {
    // Ends the accept; the file itself goes with the listener.
    shutdown(listener.file, Int32(SHUT_RDWR))
  }

  /// Returns when something has come in that many times.
  func received(_ count: Int) async {
    var left = count
    for await _ in arrivals.stream {
      left -= 1
      if left == 0 { return }
    }
  }
}
