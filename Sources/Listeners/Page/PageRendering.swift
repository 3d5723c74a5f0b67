import ErasureDomain
import HTTPTypes
import Hummingbird
import Logging
import Mustache
import NIOCore
import OfficerAPI
import OfficerDesk

/// Cookies of the page. The prefix makes browsers hold them to this host and to an encrypted connection.
enum PageCookies {
  static let session = "__Host-session"
  static let language = "__Host-language"
}

enum PageHeaders {
  static let secFetchMode = HTTPField.Name("sec-fetch-mode") ?? .accept
  static let forwardedFor = HTTPField.Name("x-forwarded-for") ?? .accept

  /// Nothing from elsewhere, nothing inline, nowhere framed.
  static let contentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    + "frame-ancestors 'none'; base-uri 'none'"
  private static let common = [
    ("content-security-policy", contentSecurityPolicy), ("referrer-policy", "same-origin"),
    ("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"), ("x-robots-tag", "noindex, nofollow"),
    ("cross-origin-opener-policy", "same-origin"), ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "publickey-credentials-get=(self), publickey-credentials-create=(self)"),
  ]

  /// What every answer carries. What names a person is kept by no browser and no proxy.
  static func fields(keeping: Bool = false) -> HTTPFields {
    var fields: HTTPFields = [.cacheControl: keeping ? "public, max-age=3600" : "no-store"]
    for (name, value) in common { if let name = HTTPField.Name(name) { fields[name] = value } }
    return fields
  }
}

/// Makes responses of answers.
struct PageRendering: Sendable {
  let page: OfficerPage

  /// What a template sees: the words of the language, who is here, and the page's own content.
  private struct Frame {
    let w: [String: [String: String]]
    let language: String
    let otherLanguage: String
    let title: String
    let template: String
    let here: String
    let token: String?
    let visitor: String?
    let notice: String?
    let practice: Bool
    /// Set while everything stands still.
    let standstill: StandstillBanner?
    let places: [PagePlace]
    /// Whether the visitor sees requests with the person they are about: others get no link there.
    let seesRequests: Bool
    let content: any Sendable
  }

  func response(to answer: PageAnswer, _ visit: PageVisit) async -> Response {
    switch answer {
    case .page(let template, let title, let content, let status):
      return await html(template, title, content, status, visit)
    case .redirect(let path): return Self.redirect(to: path)
    case .file(let name, let type, let bytes):
      var fields = PageHeaders.fields()
      fields[.contentType] = type
      fields[.contentDisposition] = "attachment; filename=\"\(name)\""
      return Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    case .asset(let type, let bytes):
      var fields = PageHeaders.fields(keeping: true)
      fields[.contentType] = type
      return Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    case .events(let run): return events(run)
    case .session(let secret, let path):
      var response = Self.redirect(to: path)
      response.headers[.setCookie] =
        "\(PageCookies.session)=\(secret ?? ""); Path=/; Secure; HttpOnly; SameSite=Strict"
        + (secret == nil ? "; Max-Age=0" : "")
      return response
    case .language(let code, let path):
      var response = Self.redirect(to: path)
      response.headers[.setCookie] =
        "\(PageCookies.language)=\(code); Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000"
      return response
    }
  }

  private func html(
    _ template: String, _ title: String, _ content: any Sendable, _ status: Int, _ visit: PageVisit
  ) async -> Response {
    // What is said once is for who looks, not for a page that refreshes itself.
    let notice =
      if let secret = visit.secret, visit.isClick { await page.sessions.takeNotice(of: secret) } else { String?.none }
    let frame = Frame(
      w: visit.words.areas, language: visit.words.language.rawValue,
      otherLanguage: visit.words.language == .english ? "nl" : "en", title: title, template: template,
      here: visit.here, token: visit.session?.formToken, visitor: visit.visitor?.name, notice: notice,
      practice: page.desk.isPractice, standstill: await standstill(visit), places: PagePlace.all(for: visit),
      seesRequests: visit.may(ShowRequest.name),
      content: content)
    guard let text = page.files.templates.render(frame, withTemplate: template) else {
      page.logger.error("a template is missing", metadata: ["template": "\(template)"])
      return Response(status: .internalServerError)
    }
    var fields = PageHeaders.fields()
    fields[.contentType] = "text/html; charset=utf-8"
    fields[.contentLanguage] = visit.words.language.rawValue
    return Response(
      status: .init(code: status), headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  private func standstill(_ visit: PageVisit) async -> StandstillBanner? {
    guard visit.visitor != nil else { return nil }
    do {
      guard let stop = try await page.desk.standstill() else { return nil }
      return StandstillBanner(
        sentence: visit.words(
          "standstill.banner", stop.by ?? visit.words("standstill.operator"), visit.time(stop.at)),
        canGo: visit.may(StopWork.name))
    } catch {
      page.logger.error("the page could not read the log", metadata: ["error": "\(type(of: error))"])
      return nil
    }
  }

  private static func redirect(to path: String) -> Response {
    var fields = PageHeaders.fields()
    fields[.location] = path
    return Response(status: .seeOther, headers: fields)
  }

  private func events(_ run: @escaping @Sendable (any PageEventWriter) async throws -> Void) -> Response {
    var fields = PageHeaders.fields()
    fields[.contentType] = "text/event-stream; charset=utf-8"
    // nginx hands on what comes as it comes.
    if let name = HTTPField.Name("x-accel-buffering") { fields[name] = "no" }
    return Response(
      status: .ok, headers: fields,
      body: ResponseBody { writer in
        let events = ResponseEvents(writer)
        do { try await run(events) } catch is CancellationError {}
        try await events.finish()
      })
  }
}

/// What every page says while everything stands still.
struct StandstillBanner: Sendable {
  let sentence: String
  /// Whether the visitor may go where it is stopped and resumed.
  let canGo: Bool
}

/// Server-sent events over a response's body.
private final class ResponseEvents: PageEventWriter {
  private var writer: any ResponseBodyWriter

  init(_ writer: any ResponseBodyWriter) { self.writer = writer }

  func send(event: String, data: String) async throws {
    try await writer.write(ByteBuffer(string: "event: \(event)\ndata: \(data)\n\n"))
  }

  func keepAlive() async throws { try await writer.write(ByteBuffer(string: ":\n\n")) }

  func finish() async throws { try await writer.finish(nil) }
}

/// A place in the page's head, for those who may go there.
struct PagePlace: Sendable {
  let path: String
  let title: String
  let isHere: Bool

  private static let known: [(path: String, word: String, call: String)] = [
    ("/", "place.today", "today"), ("/requests", "place.requests", "request.list"),
    ("/tasks", "place.tasks", "task.list"), ("/jobs", "place.jobs", "job.list"),
    ("/systems", "place.systems", "system.list"), ("/evidence", "place.evidence", "evidence.export"),
  ]

  static func all(for visit: PageVisit) -> [PagePlace] {
    let here = visit.target.prefix { $0 != "?" }
    return known.filter { visit.may($0.call) }.map { place in
      PagePlace(
        path: place.path, title: visit.words(place.word),
        isHere: place.path == "/" ? here == "/" : here.hasPrefix(place.path))
    }
  }
}
