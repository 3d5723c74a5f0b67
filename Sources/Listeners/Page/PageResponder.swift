import ErasureDomain
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import OfficerAPI
import OfficerDesk

/// Takes a request to the page from its path to its answer: who asks, may he, does the form come from our own page.
struct PageResponder: HTTPResponder {
  typealias Context = BasicRequestContext

  /// The largest form, in bytes.
  static let largestForm = 1 << 20

  let page: OfficerPage

  func respond(to request: Request, context: Context) async throws -> Response {
    let isHead = request.method == .head
    guard let visit = await visit(of: request) else {
      return plain(413, "the form is larger than \(Self.largestForm) bytes, or no form")
    }
    let answer = await answer(request, isHead ? .get : request.method, visit)
    var response = await PageRendering(page: page).response(to: answer, visit)
    if isHead { response.body = ResponseBody() }
    return response
  }

  // MARK: Who asks what

  private func visit(of request: Request) async -> PageVisit? {
    var form = PageForm()
    if request.method == .post {
      guard let body = await Self.body(of: request), let read = PageForm(body) else { return nil }
      form = read
    }
    let cookies = Self.cookies(of: request)
    let secret = cookies[PageCookies.session]
    // What a page fetches by itself keeps no session open.
    let isClick = request.headers[PageHeaders.secFetchMode] != "cors" && !request.uri.path.hasPrefix("/live")
    let open =
      if let secret { await page.open(secret, isClick: isClick) } else { (PageSession, OfficerDesk.Visitor)?.none }
    let language = PageWords.Language(rawValue: cookies[PageCookies.language] ?? "") ?? Self.language(of: request)
    return PageVisit(
      page: page, parts: [:], query: Self.query(of: request), form: form, secret: open == nil ? nil : secret,
      session: open?.0, visitor: open?.1,
      words: page.files.words(in: language), address: Self.address(of: request),
      target: request.uri.description, isClick: isClick)
  }

  private func answer(_ request: Request, _ method: HTTPRequest.Method, _ visit: PageVisit) async -> PageAnswer {
    let parts = request.uri.path.split(separator: "/")
    var allowed: Set<String> = []
    for route in PageRoutes.all {
      guard let values = route.match(parts) else { continue }
      guard route.method == method else {
        allowed.insert(route.method.rawValue)
        continue
      }
      return await answer(route, request, visit.with(parts: values))
    }
    let refusal =
      allowed.isEmpty
      ? PageRefusal(.notFound, visit.words("problem.nothing")) : PageRefusal(.invalid, visit.words("problem.method"))
    return Self.problem(refusal, status: allowed.isEmpty ? 404 : 405, visit)
  }

  private func answer(_ route: PageRoute, _ request: Request, _ visit: PageVisit) async -> PageAnswer {
    do {
      if let refused = await admission(route, visit) { return refused }
      if route.method == .post { try await requireOwnForm(route, request, visit) }
      return try await route.answer(visit)
    } catch {
      if let problem = visit.problem(error) { return Self.problem(problem, visit) }
      page.logger.error("the page failed", metadata: ["path": "\(route.path)", "error": "\(type(of: error))"])
      return Self.problem(PageRefusal(.unavailable, visit.words("problem.unknown")), visit)
    }
  }

  /// The answer for who may not come; nil for who may.
  private func admission(_ route: PageRoute, _ visit: PageVisit) async -> PageAnswer? {
    if case .everybody = route.access { return nil }
    guard let visitor = visit.visitor else {
      // Where he wanted to go is in the address, nowhere else.
      guard route.method == .get else {
        return Self.problem(PageRefusal(.forbidden, visit.words("problem.login")), visit)
      }
      return .redirect(visit.target == "/" ? "/login" : "/login?to=" + Self.escaped(visit.target))
    }
    guard case .call(let call) = route.access, !visitor.may(call) else { return nil }
    await denied("page.\(call)", visitor.person)
    return Self.problem(PageRefusal(.forbidden, visit.words("problem.role", visitor.name)), visit)
  }

  /// A form counts only when our own page made it, in this session.
  private func requireOwnForm(_ route: PageRoute, _ request: Request, _ visit: PageVisit) async throws {
    let origin = request.headers[.origin]
    let token = visit.form["form-token"]
    let isOurs = origin == page.settings.url
    guard isOurs, visit.session == nil || token == visit.session?.formToken else {
      await denied("page.form", visit.visitor?.person)
      throw PageRefusal(.forbidden, visit.words("problem.form"))
    }
  }

  private func denied(_ what: String, _ person: PersonReference?) async {
    page.logger.warning("denied at the page", metadata: ["what": "\(what)"])
    if await page.limit.mayLog() { await page.desk.pageDenied(what, by: person) }
  }

  // MARK: Parts of a request

  private static func body(of request: Request) async -> [UInt8]? {
    guard request.headers[.contentType]?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true,
      request.headers[.contentLength].flatMap({ Int($0) }) ?? 0 <= largestForm
    else { return nil }
    do { return Array(try await request.body.collect(upTo: largestForm).readableBytesView) } catch { return nil }
  }

  private static func query(of request: Request) -> [String: String] {
    let pairs = FormFields.pairs((request.uri.query ?? "").utf8, atMost: FormFields.most) ?? []
    return Dictionary(pairs.map { ($0.name, $0.value) }) { first, _ in first }
  }

  private static func cookies(of request: Request) -> [String: String] {
    var cookies: [String: String] = [:]
    for pair in (request.headers[.cookie] ?? "").split(separator: ";") {
      let parts = pair.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { continue }
      cookies[String(parts[0].drop { $0 == " " })] = String(parts[1])
    }
    return cookies
  }

  private static func language(of request: Request) -> PageWords.Language {
    let wanted = (request.headers[.acceptLanguage] ?? "").lowercased().split(separator: ",")
    for item in wanted {
      let name = item.drop { $0 == " " }
      if name.hasPrefix("nl") { return .dutch }
      if name.hasPrefix("en") { return .english }
    }
    return .english
  }

  /// The last one that the proxy added: what stands before it anybody can write.
  private static func address(of request: Request) -> String {
    let text = request.headers[PageHeaders.forwardedFor]?.split(separator: ",").last.map(String.init) ?? "-"
    return String(text.drop { $0 == " " }.prefix(64))
  }

  static func escaped(_ text: String) -> String {
    text.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "."):
        String(UnicodeScalar(byte))
      default: "%" + Hex.encode([byte]).uppercased()
      }
    }.joined()
  }

  // MARK: Answers of its own

  static func problem(_ problem: PageProblem, status: Int? = nil, _ visit: PageVisit) -> PageAnswer {
    .page(
      "problem", title: visit.words("problem.title"),
      content: ProblemPage(problem: problem, isLost: visit.visitor == nil), status: status ?? problem.reason.status)
  }

  static func problem(_ refusal: PageRefusal, status: Int? = nil, _ visit: PageVisit) -> PageAnswer {
    problem(
      PageProblem(refusal.reason, [PageProblem.Line(text: refusal.message, language: nil)]), status: status, visit)
  }

  private func plain(_ status: Int, _ text: String) -> Response {
    Response(
      status: .init(code: status), headers: [.contentType: "text/plain; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text + "\n")))
  }
}

/// What went wrong, in words.
struct ProblemPage: Sendable {
  let problem: PageProblem
  /// Whether somebody is not logged in.
  let isLost: Bool
}

extension PageVisit {
  func with(parts: [String: String]) -> PageVisit {
    PageVisit(
      page: page, parts: parts, query: query, form: form, secret: secret, session: session, visitor: visitor,
      words: words, address: address, target: target, isClick: isClick)
  }
}
