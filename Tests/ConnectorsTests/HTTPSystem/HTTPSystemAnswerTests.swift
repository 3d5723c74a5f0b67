import ConnectorKit
import Connectors
import ErasureDomain
import Foundation
import HTTPTransport
import Synchronization
import TestKit
import Testing

/// What each kind of answer means, and how calls are authenticated and paced.
@Suite struct HTTPSystemAnswerTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let status: Int
    let headers: [String]
    let looking: String
    let erasing: String

    init(_ status: Int, _ headers: String..., looking: String, erasing: String? = nil) {
      self.status = status
      self.headers = headers
      self.looking = looking
      self.erasing = erasing ?? looking
    }

    var testDescription: String { "\(status)" }
  }

  @Test(arguments: [
    Case(429, "Retry-After: 120", looking: "transient http-429 120"),
    Case(503, "Retry-After: 999999", looking: "transient http-503 86400"),
    Case(502, looking: "transient http-502 -"), Case(504, looking: "transient http-504 -"),
    Case(500, looking: "transient http-500 -"), Case(408, looking: "transient http-408 -"),
    Case(401, looking: "officer refused-by-recipient credentials-http-401"),
    Case(403, looking: "officer refused-by-recipient credentials-http-403"),
    Case(404, looking: "officer refused-by-recipient http-404", erasing: "none"),
    Case(422, looking: "officer refused-by-recipient http-422"),
    Case(302, "Location: /other", looking: "officer refused-by-recipient redirect"),
    Case(202, looking: "officer refused-by-recipient unexpected-answer-202"),
  ])
  func `the class of a status decides`(answer: Case) async throws {
    let isOn = Mutex(false)
    let desk = try DeskService(special: { call, _ in
      guard isOn.withLock({ $0 }), call.path == ["users"] || call.method == "DELETE" else { return nil }
      return .status(
        answer.status, headers: answer.headers, body: #"{"error": "\#(HTTPSystemWorld.email) is unknown"}"#)
    })
    let findings = try await desk.world.locate()
    isOn.withLock { $0 = true }
    #expect(try await HTTPSystemWorld.failure { _ = try await desk.world.locate() } == answer.looking)
    isOn.withLock { $0 = false }
    let erasing = try await HTTPSystemWorld.failure {
      let recorder = ConnectorRecorder(atRecord: { isOn.withLock { $0 = true } })
      _ = try await desk.connector.erase(desk.world.order(findings), before: recorder)
    }
    #expect(erasing == answer.erasing)
    if erasing == "none" {
      // Said to be gone, and it is not: the look does not believe it.
      isOn.withLock { $0 = false }
      #expect(try await !desk.connector.verify(desk.world.order(findings)).isClean)
    }
  }

  @Test func `a lost connection in a look may be tried again, in an erasure its effect is unknown`() async throws {
    let isOn = Mutex(false)
    let desk = try DeskService(special: { call, _ in
      isOn.withLock { $0 } && (call.path == ["users"] || call.method == "DELETE") ? .hangUp : nil
    })
    let findings = try await desk.world.locate()
    isOn.withLock { $0 = true }
    #expect(try await HTTPSystemWorld.failure { _ = try await desk.world.locate() } == "transient connection-lost -")
    isOn.withLock { $0 = false }
    let failure = try await HTTPSystemWorld.failure {
      let recorder = ConnectorRecorder(atRecord: { isOn.withLock { $0 = true } })
      _ = try await desk.connector.erase(desk.world.order(findings), before: recorder)
    }
    #expect(failure == "unknown connection-lost")
  }

  // MARK: Later

  private static let later = (
    "- {for: user, get: \"/users/{user.id}\", erased-when: [404]}",
    "- {for: user, get: \"/users/{user.id}\", erased-when: [404], within: 2d, every: 6h}"
  )

  @Test func `a service that erases later is looked at until its time is over, then asked anew`() async throws {
    let isLazy = Mutex(true)
    let desk = try DeskService(
      Self.later,
      special: { call, _ in
        call.method == "DELETE" && call.path[0] == "users" && isLazy.withLock { $0 } ? .status(204) : nil
      })
    let findings = try await desk.world.locate()
    let first = ConnectorRecorder()
    #expect(
      try await desk.connector.erase(desk.world.order(findings), before: first)
        == .handedOver(checkAfterSeconds: 21_600))
    let order = desk.world.order(findings, after: first)
    desk.world.clock.advance(days: 1)
    let second = ConnectorRecorder()
    #expect(try await desk.connector.erase(order, before: second) == .handedOver(checkAfterSeconds: 21_600))
    #expect(desk.changes.filter { $0.hasPrefix("DELETE /users") }.count == 1 && second.effects.isEmpty)

    desk.world.clock.advance(days: 1)
    let third = ConnectorRecorder()
    let failure = try await HTTPSystemWorld.failure { _ = try await desk.connector.erase(order, before: third) }
    #expect(failure == "officer other not-erased-in-time")
    // The officer lets it be tried again: the deletion is sent again, and this time it works.
    isLazy.withLock { $0 = false }
    let again = ConnectorOrders.erasure(
      desk.world.record.system, HTTPSystemWorld.identifiers, approving: findings, prepared: first.effects.last,
      remembered: third.remembered)
    #expect(try await desk.connector.erase(again, before: ConnectorRecorder()) == .completed(first.effects[0].effects))
    #expect(desk.there == ["2", "n3"])
  }

  @Test func `a service that has erased by the next look is done, without another request to erase`() async throws {
    let desk = try DeskService(
      Self.later,
      special: { call, _ in
        call.method == "DELETE" && call.path[0] == "users" ? .status(204) : nil
      })
    let findings = try await desk.world.locate()
    let first = ConnectorRecorder()
    _ = try await desk.connector.erase(desk.world.order(findings), before: first)
    desk.change("1") { $0.state = .gone }
    let order = desk.world.order(findings, after: first)
    #expect(try await desk.connector.erase(order, before: ConnectorRecorder()) == .completed(first.effects[0].effects))
    #expect(desk.changes.filter { $0.hasPrefix("DELETE /users") }.count == 1)
    #expect(try await desk.connector.verify(order).isClean)
  }

  @Test func `a look that fails after the last request does not lose the count`() async throws {
    let isBusy = Mutex(false)
    let desk = try DeskService(
      Self.later,
      special: { call, _ in
        call.method == "GET" && call.path.count == 2 && isBusy.withLock { $0 } ? .status(503) : nil
      })
    let findings = try await desk.world.locate()
    let first = ConnectorRecorder(atRecord: { isBusy.withLock { $0 = true } })
    let failure = try await HTTPSystemWorld.failure {
      _ = try await desk.connector.erase(desk.world.order(findings), before: first)
    }
    #expect(failure == "transient http-503 -" && desk.there == ["2", "n3"])
    isBusy.withLock { $0 = false }
    // The engine has forgotten what was prepared.
    let order = ConnectorOrders.erasure(
      desk.world.record.system, HTTPSystemWorld.identifiers, approving: findings, remembered: first.remembered)
    let second = ConnectorRecorder()
    #expect(try await desk.connector.erase(order, before: second) == .completed(first.effects[0].effects))
    #expect(second.effects.map(\.effects) == first.effects.map(\.effects))
  }

  // MARK: Authentication

  private static func auth(_ text: String) -> (String, String) {
    ("auth: {header: {name: x-api-key, value: \"{secret.key}\"}}", "auth: \(text)")
  }

  @Test func `basic and bearer are sent as their standards say`() async throws {
    for (auth, expected) in [
      ("{basic: {user: me, password: \"{secret.key}\"}}", "Basic bWU6cCDDpCI="),
      ("{bearer: \"{secret.key}\"}", "Bearer p ä\""),
    ] {
      let desk = try DeskService(Self.auth(auth), secrets: ["key": "p ä\"\n"]) { _, _ in
        FakeService.answer(["users": []])
      }
      _ = try await desk.world.locate()
      let sent = desk.service.calls.map { $0.headers["authorization"] }
      #expect(sent.allSatisfy { $0 == expected }, "\(sent)")
    }
  }

  private static let oauth = auth(
    "{oauth2: {token-url: \"{setting.url}/token\", client-id: me, client-secret: \"{secret.key}\", scope: all}}")

  @Test func `a token is fetched once for a call, and renewed once when it is refused`() async throws {
    let desk = try DeskService(Self.oauth) { call, world in
      if call.path == ["token"] {
        #expect(call.body == "client_id=me&client_secret=k-1&grant_type=client_credentials&scope=all")
        let number = (Int(world.notes["token"] ?? "") ?? 0) + 1
        world.notes["token"] = "\(number)"
        return FakeService.answer(["access_token": "t\(number)"])
      }
      // The first token ends after the control read.
      guard call.headers["authorization"] == "Bearer t2" || call.path == ["me"] else { return .status(401) }
      return FakeService.answer(["users": []])
    }
    #expect(try await desk.world.locate().total == 0)
    #expect(desk.service.calls.filter { $0.target == "/token" }.count == 2)
    let wrong = try DeskService(Self.oauth) { call, _ in
      call.path == ["token"] ? FakeService.answer(["access_token": "t"]) : .status(401)
    }
    let failure = try await HTTPSystemWorld.failure { _ = try await wrong.world.locate() }
    #expect(failure == "officer refused-by-recipient credentials-http-401")
    #expect(wrong.service.calls.count == 2)
    let refused = try DeskService(Self.oauth) { _, _ in FakeService.answer(["error": "invalid_client"], status: 400) }
    let bad = try await HTTPSystemWorld.failure { _ = try await refused.world.locate() }
    #expect(bad == "officer refused-by-recipient credentials-http-400")
  }

  // MARK: Pace and time

  @Test func `no more requests go than the rate allows, and none after the deadline`() async throws {
    let desk = try DeskService(
      ("control:", "limits: {rate: 2/10s}\ncontrol:"), special: { _, _ in FakeService.answer(["users": []]) })
    let clock = desk.world.clock
    _ = try await desk.world.locate()
    #expect(desk.service.calls.count == 2)
    let second = Task { try await desk.world.locate() }
    await clock.waitForWaiters()
    #expect(desk.service.calls.count == 2)
    clock.advance(seconds: 9)
    #expect(desk.service.calls.count == 2)
    clock.advance(seconds: 1)
    _ = try await second.value
    #expect(desk.service.calls.count == 4)
    let order = SearchOrder(
      system: desk.world.record.system, identifiers: HTTPSystemWorld.identifiers,
      deadline: clock.now().adding(seconds: 5))
    let failure = try await HTTPSystemWorld.failure { _ = try await desk.connector.locate(order) }
    #expect(failure == "transient deadline-passed 10")
    #expect(desk.service.calls.count == 4)
  }

  @Test func `a call that is cancelled while it waits for its turn is interrupted`() async throws {
    let desk = try DeskService(
      ("control:", "limits: {rate: 1/hour}\ncontrol:"), special: { _, _ in FakeService.answer(["users": []]) })
    let task = Task {
      try await HTTPSystemWorld.failure { _ = try await desk.world.locate() }
    }
    await desk.world.clock.waitForWaiters()
    task.cancel()
    #expect(try await task.value == "interrupted")
  }
}
