import ErasureDomain
import OfficerAPI
import Synchronization

/// Answers calls from functions by name, and remembers what came.
final class FakeDaemon: CallHandler {
  struct Heard: Sendable {
    var name: String
    var body: [UInt8]
    var peer: PeerCredentials
    var person: String?
  }

  typealias Answering = @Sendable (Heard) async throws -> CallReply

  private let calls = Mutex<[Heard]>([])
  private let answering: Answering

  init(_ answering: @escaping Answering) { self.answering = answering }

  /// Every call gets the same answer.
  convenience init(answer: some Encodable & Sendable) {
    self.init { _ in CallReply(status: 200, body: try CanonicalJSON.encode(answer)) }
  }

  var heard: [Heard] { calls.withLock { $0 } }

  func answer(
    call name: String, body: [UInt8], from peer: PeerCredentials, as person: String?
  ) async -> CallReply {
    let heard = Heard(name: name, body: body, peer: peer, person: person)
    calls.withLock { $0.append(heard) }
    do {
      return try await answering(heard)
    } catch let refusal as Refusal {
      return Self.problem(refusal)
    } catch {
      return Self.problem(Refusal(.unavailable, "\(error)"))
    }
  }

  static func problem(_ refusal: Refusal) -> CallReply {
    let body = (try? CanonicalJSON.encode(refusal)) ?? []
    return CallReply(status: refusal.reason.status, body: body)
  }
}
