import ConnectorKit
import Correspondence
import HTTPTypes
import Hummingbird
import NIOCore

// The pages of letters, for people with a browser.
extension RecipientResponder {
  /// The page under a letter's link; nil when the path is no such link.
  func page(for request: Request) async -> Response? {
    guard let pages, request.uri.path.hasPrefix(LetterToken.path) else { return nil }
    let token = String(request.uri.path.dropFirst(LetterToken.path.count))
    switch request.method {
    case .get: return Self.response(await pages.page(of: token))
    case .post:
      guard request.headers[.contentType]?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true else {
        return Self.response(PageReply(status: 415, html: AnswerPage.unavailable))
      }
      switch await body(of: request) {
      case .whole(let bytes): return Self.response(await pages.answer(bytes, to: token))
      case .tooLarge: return Self.response(PageReply(status: 413, html: AnswerPage.unavailable))
      case .tooSlow: return Self.response(PageReply(status: 408, html: AnswerPage.unavailable))
      }
    default:
      var response = Self.response(PageReply(status: 405, html: AnswerPage.unknown))
      response.headers[.allow] = "GET, POST"
      return response
    }
  }

  private static func response(_ reply: PageReply) -> Response {
    var headers: HTTPFields = [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"]
    let more = [
      ("content-security-policy", AnswerPage.contentSecurityPolicy), ("referrer-policy", "no-referrer"),
      ("x-content-type-options", "nosniff"), ("x-robots-tag", "noindex, nofollow"),
    ]
    for (name, value) in more { if let name = HTTPField.Name(name) { headers[name] = value } }
    if let seconds = reply.retryAfterSeconds { headers[.retryAfter] = String(seconds) }
    return Response(
      status: .init(code: reply.status), headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.html))
    )
  }
}
