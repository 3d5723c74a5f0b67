import ErasureDomain
import HTTPTransport
public import OfficerAPI

/// Speaks to the daemon over its command socket.
public struct DaemonClient: Sendable {
  /// Seconds until an answer begins: a plan searches many systems first.
  static let firstByteSeconds = 600
  static let totalSeconds = 900
  /// Bytes of an answer, at most: exported evidence is the largest.
  static let largestAnswer = 512 << 20

  private let socket: String
  private let person: String?
  private let loop: HTTPLoop

  /// A client of the daemon at a socket.
  ///
  /// - Parameters:
  ///   - socket: Path of the command socket.
  ///   - person: Who the caller is, in practice mode only.
  public init(socket: String, person: String? = nil) {
    self.socket = socket
    self.person = person
    loop = HTTPLoop(reach: .privateToo, maxConcurrent: 4)
  }

  /// Makes a call and returns its answer, or throws what the daemon or the connection says.
  public func call<C: OfficerCall>(_ call: C) async throws(CallFailure) -> C.Answer {
    let body: [UInt8]
    do { body = try CanonicalJSON.encode(call) } catch { throw .unwritable(call: C.name) }
    var headers = [("Content-Type", "application/json")]
    if let person { headers.append((OfficerWire.personHeader, person)) }
    let limits = HTTPLimits(
      firstByteSeconds: Self.firstByteSeconds, totalSeconds: Self.totalSeconds, bodyBytes: Self.largestAnswer)
    let response: HTTPResponse
    do {
      // On a connection of its own: libcurl never repeats a call that changes something.
      response = try await loop.send(
        HTTPRequest(
          method: "POST", url: "http://expunged" + OfficerWire.pathPrefix + C.name, headers: headers, body: body,
          limits: limits, unixSocket: socket, onFreshConnection: true))
    } catch {
      throw error == .couldNotConnect ? .unreachable(socket: socket) : .noAnswer(error)
    }
    do {
      if response.status == 200 { return try CanonicalJSON.decode(C.Answer.self, from: response.body) }
      throw CallFailure.refused(try CanonicalJSON.decode(Refusal.self, from: response.body))
    } catch let failure as CallFailure {
      throw failure
    } catch {
      throw .unreadable(call: C.name, status: response.status)
    }
  }
}
