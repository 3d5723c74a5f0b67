import ErasureDomain
import HTTPTypes
import Hummingbird
import NIOCore
import OfficerAPI

/// Turns HTTP into calls and replies into HTTP; knows no call by name.
struct CommandResponder: HTTPResponder {
  let handler: any CallHandler

  func respond(to request: Request, context: CommandContext) async throws -> Response {
    guard let name = Self.call(in: request.uri.path) else {
      return Self.response(404, Refusal(.notFound, "there is nothing at this path; calls are at /v1/"))
    }
    guard request.method == .post else {
      var response = Self.response(405, Refusal(.invalid, "a call is made with POST"))
      response.headers[.allow] = "POST"
      return response
    }
    guard let body = try await Self.body(of: request) else {
      return Self.response(413, Refusal(.invalid, "the call is larger than \(OfficerWire.largestCall) bytes"))
    }
    let peer: PeerCredentials
    do {
      peer = try await PeerCredentials.of(context.channel)
    } catch {
      return Self.response(503, Refusal(.unavailable, "the kernel does not say who is calling; connect again"))
    }
    let reply = await handler.answer(
      call: name, body: body, from: peer, as: Self.person(in: request))
    return Self.response(reply.status, reply.body)
  }

  /// The call's name; nil for a path that cannot be one.
  static func call(in path: String) -> String? {
    guard path.hasPrefix(OfficerWire.pathPrefix) else { return nil }
    let name = path.dropFirst(OfficerWire.pathPrefix.count)
    let isName = name.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || $0 == 0x2D || $0 == 0x2E }
    guard isName, (1...64).contains(name.utf8.count) else { return nil }
    return String(name)
  }

  /// The whole body; nil when it is larger than a call may be.
  private static func body(of request: Request) async throws -> [UInt8]? {
    // A size that is announced is refused before the first byte is kept.
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > OfficerWire.largestCall {
      return nil
    }
    do {
      let buffer = try await request.body.collect(upTo: OfficerWire.largestCall)
      return Array(buffer.readableBytesView)
    } catch is NIOTooManyBytesError {
      return nil
    }
  }

  private static func person(in request: Request) -> String? {
    HTTPField.Name(OfficerWire.personHeader).flatMap { request.headers[$0] }
  }

  private static func response(_ status: Int, _ refusal: Refusal) -> Response {
    // A refusal of two strings always has canonical bytes.
    let body = (try? CanonicalJSON.encode(refusal)) ?? Array("{}".utf8)
    return response(status, body)
  }

  private static func response(_ status: Int, _ body: [UInt8]) -> Response {
    let type = status < 400 ? "application/json" : "application/problem+json"
    return Response(
      status: .init(code: status), headers: [.contentType: type, .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}
