import ConnectorKit
import ErasureDomain
import HTTPTypes
import Hummingbird
import NIOCore

/// Turns HTTP from outside into calls of companies. It trusts nothing and keeps nothing.
struct RecipientResponder: HTTPResponder {
  typealias Context = BasicRequestContext

  /// The largest body of a call, in bytes.
  static let largestBody = 65_536
  private static let callbacks = "/v1/callbacks/"
  private static let notices = "/v1/notices/"

  let handler: any RecipientCallHandler
  /// Nil where no letters are sent.
  let pages: (any LetterPageHandler)?
  /// Returns when a body has had its time.
  let bodyTime: @Sendable () async throws -> Void

  func respond(to request: Request, context: Context) async throws -> Response {
    if let page = await page(for: request) { return page }
    if request.uri.path.hasPrefix(Self.notices) { return await respond(toNotice: request) }
    guard request.uri.path.hasPrefix(Self.callbacks) else { return Self.response(.nothingHere) }
    guard request.method == .post else {
      var response = Self.response(RecipientReply(status: 405, problem: "a callback is made with POST"))
      response.headers[.allow] = "POST"
      return response
    }
    let job = String(request.uri.path.dropFirst(Self.callbacks.count))
    return Self.response(await reply(to: request) { await handler.callBack($0, about: job) })
  }

  /// `POST /v1/notices/<sender>` and `GET /v1/notices/<sender>/<job>`.
  private func respond(toNotice request: Request) async -> Response {
    let parts = request.uri.path.dropFirst(Self.notices.count).split(
      separator: "/", omittingEmptySubsequences: false
    ).map(String.init)
    switch (request.method, parts.count) {
    case (.post, 1): return Self.response(await reply(to: request) { await handler.takeNotice($0, from: parts[0]) })
    case (.get, 2):
      return Self.response(await reply(to: request) { await handler.noticeStatus($0, from: parts[0], about: parts[1]) })
    case (_, 1), (_, 2):
      var response = Self.response(RecipientReply(status: 405, problem: "a notice is posted, its status is got"))
      response.headers[.allow] = parts.count == 1 ? "POST" : "GET"
      return response
    default: return Self.response(.nothingHere)
    }
  }

  /// The answer to a call whose body came whole and in time.
  private func reply(
    to request: Request, _ answer: (IncomingCall) async -> RecipientReply
  ) async -> RecipientReply {
    switch await body(of: request) {
    case .whole(let bytes): await answer(IncomingCall(headers: Self.headers(of: request), body: bytes))
    case .tooLarge: RecipientReply(status: 413, problem: "the body is larger than \(Self.largestBody) bytes")
    case .tooSlow: RecipientReply(status: 408, problem: "the body did not come in time")
    }
  }

  private static func headers(of request: Request) -> [String: String] {
    Dictionary(request.headers.map { ($0.name.canonicalName, $0.value) }) { "\($0),\($1)" }
  }

  enum Body {
    case whole([UInt8])
    case tooLarge
    case tooSlow
  }

  func body(of request: Request) async -> Body {
    // A size that is announced is refused before the first byte is kept.
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Self.largestBody { return .tooLarge }
    return await withTaskGroup(of: Body.self) { group in
      group.addTask {
        do {
          return .whole(Array(try await request.body.collect(upTo: Self.largestBody).readableBytesView))
        } catch is NIOTooManyBytesError {
          return .tooLarge
        } catch {
          return .tooSlow
        }
      }
      group.addTask {
        // Cancelled when the body was quicker: then nobody reads this.
        do { try await bodyTime() } catch { return .tooSlow }
        return .tooSlow
      }
      let first = await group.next() ?? .tooSlow
      group.cancelAll()
      return first
    }
  }

  private static func response(_ reply: RecipientReply) -> Response {
    var headers: HTTPFields = [.cacheControl: "no-store"]
    if let seconds = reply.retryAfterSeconds { headers[.retryAfter] = String(seconds) }
    if let location = reply.location { headers[.location] = location }
    if let body = reply.body {
      headers[.contentType] = "application/json"
      return Response(
        status: .init(code: reply.status), headers: headers,
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: body.encoded())))
    }
    guard let problem = reply.problem else {
      return Response(status: .init(code: reply.status), headers: headers)
    }
    headers[.contentType] = "application/problem+json"
    let body = CanonicalJSON.object([
      "type": .string("about:blank"), "status": .integer(Int64(reply.status)), "title": .string(problem),
    ]).encoded()
    return Response(
      status: .init(code: reply.status), headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}
