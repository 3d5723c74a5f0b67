import Foundation
import Synchronization
import TestKit

/// A small service of the shape that a vendor documents: records by kind, on a port of 127.0.0.1.
final class FakeService: Sendable {
  struct Record: Hashable, Sendable {
    enum State: Hashable, Sendable {
      case live
      /// Out of ordinary use.
      case soft
      case gone
    }

    var kind: String
    var id: String
    var email: String
    /// What it belongs to: a list, a user.
    var owner = ""
    var state = State.live
  }

  struct World: Sendable {
    var records: [Record] = []
    /// What a service keeps besides: jobs under way, tokens given.
    var notes: [String: String] = [:]
    var fault: ConnectorFault?

    /// The place of a record that is there in some state.
    func index(_ kind: String, _ id: String, _ states: Set<Record.State> = [.live]) -> Int? {
      records.firstIndex { $0.kind == kind && $0.id == id && states.contains($0.state) }
    }

    /// Live records that a careless search finds: whatever contains the text.
    func containing(_ text: String, kind: String) -> [Record] {
      guard !text.isEmpty else { return [] }
      return records.filter {
        $0.kind == kind && $0.state == .live && $0.email.lowercased().contains(text.lowercased())
      }
    }
  }

  /// One call as a service reads it.
  struct Call: Sendable {
    let method: String
    /// Path segments, decoded.
    let path: [String]
    let query: [String: String]
    let headers: [String: String]
    let body: String

    init(_ call: ScriptedCompany.Call) {
      method = call.method
      let parts = URLComponents(string: call.target)
      path = (parts?.percentEncodedPath ?? "").split(separator: "/").map { $0.removingPercentEncoding ?? "?" }
      query = Dictionary(
        (parts?.queryItems ?? []).map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { first, _ in first })
      headers = call.headers
      body = String(decoding: call.body, as: UTF8.self)
    }

    /// The body as JSON; what is none has no members.
    var json: [String: Any] {
      (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any] ?? [:]
    }
  }

  let world = Mutex(World())
  private let server: ScriptedCompany

  var url: String { server.url }
  var calls: [ScriptedCompany.Call] { server.calls }

  /// Answers as `handle` says, but for the fault that is set.
  init(_ handle: @escaping @Sendable (Call, inout World) -> ScriptedCompany.Answer) throws {
    let box = Box()
    server = try ScriptedCompany { call in
      guard let service = box.service.withLock({ $0?.value }) else { return .hangUp }
      return service.answer(Call(call), handle)
    }
    box.service.withLock { $0 = Weak(value: self) }
  }

  deinit { server.close() }

  private struct Weak: Sendable {
    weak var value: FakeService?
  }

  private final class Box: Sendable {
    let service = Mutex<Weak?>(nil)
  }

  private func answer(
    _ call: Call, _ handle: (Call, inout World) -> ScriptedCompany.Answer
  ) -> ScriptedCompany.Answer {
    world.withLock { world in
      let fault = world.fault
      if fault != .answerLost { world.fault = nil }
      switch fault {
      case .busy: return .status(503, "Retry-After: 30")
      case .missing: return .status(404)
      case .refused: return .status(403)
      case .garbled: return .json("<html>")
      case .answerLost, nil: break
      }
      let before = world.records
      let answer = handle(call, &world)
      guard fault == .answerLost, world.records != before else { return answer }
      world.fault = nil
      return .hangUp
    }
  }

  /// JSON with a status.
  static func answer(_ body: [String: Any], status: Int = 200) -> ScriptedCompany.Answer {
    let data = (try? JSONSerialization.data(withJSONObject: body)) ?? Data()
    return .status(
      status, headers: ["Content-Type: application/json"], body: String(decoding: data, as: UTF8.self))
  }
}
