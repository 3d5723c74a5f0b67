import ConnectorKit
import ErasureDomain
import ErasurePlanning
import FoundationEssentials
import HTTPTransport

/// The requests of one call of the connector, one after the other, with its authorisation.
actor HTTPConversation {
  /// A page of results is larger than a receipt.
  private static let answerBytes = 8 << 20

  /// What one connector has for all its conversations.
  struct Line: Sendable {
    let settings: HTTPSystemSettings
    let base: String
    let loop: HTTPLoop
    let pace: RequestPace
    let clock: any CivilClock
    /// Asked anew for each conversation. A function, so that nothing that prints the connector prints secrets.
    let credential: @Sendable (String) -> [UInt8]?
  }

  private let line: Line
  private let deadline: UTCTime
  private var authorisation: (name: String, value: String)?

  init(_ line: Line, deadline: UTCTime) {
    self.line = line
    self.deadline = deadline
  }

  private var description: HTTPSystemDescription { line.settings.description }

  /// What placeholders hold besides what a request is about.
  nonisolated var filling: HTTPFilling { HTTPFilling(settings: line.settings.values) }

  // MARK: Requests

  /// Sends a request and gives its answer, whatever it says, but for a refusal of an authorisation that was only old.
  ///
  /// `changes` says that the request changes something: then a lost answer leaves its effect unknown.
  func send(
    _ call: HTTPSystemCall, _ filling: HTTPFilling, url: String? = nil, query: [String: String] = [:],
    body: HTTPSystemBody? = nil, changes: Bool = false
  ) async throws(ConnectorFailure) -> HTTPResponse {
    let isFresh = authorisation == nil
    let response = try await answer(call, filling, url, query, body, changes)
    guard response.status == 401, !isFresh, isRenewable else { return response }
    authorisation = nil
    return try await answer(call, filling, url, query, body, changes)
  }

  private func answer(
    _ call: HTTPSystemCall, _ filling: HTTPFilling, _ url: String?, _ query: [String: String], _ body: HTTPSystemBody?,
    _ changes: Bool
  ) async throws(ConnectorFailure) -> HTTPResponse {
    let authorisation = try await authorise()
    var target: String
    if let url { target = url } else { target = try self.url(of: call, filling, query) }
    if target.isEmpty { target = line.base }
    var headers = [authorisation]
    return try await transmit(call, filling, target, &headers, body ?? call.body, changes: changes)
  }

  private func transmit(
    _ call: HTTPSystemCall, _ filling: HTTPFilling, _ url: String, _ headers: inout [(name: String, value: String)],
    _ body: HTTPSystemBody?, changes: Bool
  ) async throws(ConnectorFailure) -> HTTPResponse {
    for (name, value) in call.headers.sorted(by: { $0.key < $1.key }) {
      headers.append((name, try filling.header(value)))
    }
    let names = Set(headers.map { $0.name.lowercased() })
    if !names.contains("accept") { headers.append(("accept", "application/json, application/xml, text/xml")) }
    var bytes: [UInt8]?
    if let body {
      bytes = try filling.body(body)
      if !names.contains("content-type") { headers.append(("content-type", Self.mediaType(of: body))) }
    }
    return try await transmit(call.method, url, headers, bytes, changes: changes)
  }

  private func transmit(
    _ method: String, _ url: String, _ headers: [(name: String, value: String)], _ body: [UInt8]?, changes: Bool
  ) async throws(ConnectorFailure) -> HTTPResponse {
    try await line.pace.wait(until: deadline)
    guard !Task.isCancelled else { throw .interrupted }
    let limits = HTTPLimits(
      firstByteSeconds: description.timeoutSeconds, totalSeconds: description.timeoutSeconds,
      bodyBytes: Self.answerBytes)
    var request = HTTPRequest(
      method: method, url: url, headers: headers.map { ($0.name, $0.value) }, body: body, limits: limits,
      // libcurl would repeat it by itself on a kept connection that turns out dead, and hide that an answer was lost.
      onFreshConnection: changes)
    try request.use(line.settings.tls, line.credential)
    try request.use(line.settings.proxy, line.credential)
    do {
      return try await line.loop.send(request)
    } catch {
      throw HTTPAnswerFailure.failure(of: error, changes: changes)
    }
  }

  private static func mediaType(of body: HTTPSystemBody) -> String {
    switch body {
    case .json: "application/json"
    case .xml: "application/xml; charset=utf-8"
    case .csv: "text/csv; charset=utf-8"
    }
  }

  /// The whole URL of a request. A link that the service gave stays on its own origin.
  private func url(
    of call: HTTPSystemCall, _ filling: HTTPFilling, _ more: [String: String]
  ) throws(ConnectorFailure) -> String {
    var url: String
    if (try? HTTPTemplate(call.target))?.only != nil {
      url = try link(try filling.text(call.target))
    } else {
      url = line.base + (try filling.path(call.target))
    }
    let query = try filling.query(call.query)
    // These are no templates: a value of an answer may hold braces.
    let added = more.sorted { $0.key < $1.key }.map {
      "\(HTTPFilling.percentEncoded($0.key))=\(HTTPFilling.percentEncoded($0.value))"
    }
    let whole = ([query] + added).filter { !$0.isEmpty }.joined(separator: "&")
    if !whole.isEmpty { url += (url.contains("?") ? "&" : "?") + whole }
    return url
  }

  /// A link of an answer, if it stays on the service's own origin and means what it says.
  nonisolated func link(_ text: String) throws(ConnectorFailure) -> String {
    guard let url = URLParts.resolve(location: text, on: line.base) else {
      throw HTTPAnswerFailure.refused("foreign-link")
    }
    let path = (URLParts(url)?.target ?? "/").prefix { $0 != "?" }
    let segments = path.split(separator: "/").map { $0.lowercased().replacing("%2e", with: ".") }
    guard !segments.contains(where: { $0 == "." || $0 == ".." }) else {
      throw HTTPAnswerFailure.refused("foreign-link")
    }
    return url
  }

  /// The body of an answer that must be readable.
  nonisolated func body(of response: HTTPResponse) throws(ConnectorFailure) -> AnswerBody {
    guard let body = AnswerBody(response) else { throw HTTPAnswerFailure.refused("malformed-answer") }
    return body
  }

  /// Whether an answer is one of those that are recognised.
  nonisolated func fits(_ response: HTTPResponse, _ conditions: [HTTPSystemCondition]) -> Bool {
    let candidates = conditions.filter { $0.status == response.status }
    if candidates.contains(where: { !$0.readsBody }) { return true }
    guard !candidates.isEmpty, let body = AnswerBody(response) else { return false }
    return candidates.contains { body.fits($0) }
  }

  nonisolated func failure(of response: HTTPResponse) -> ConnectorFailure {
    HTTPAnswerFailure.failure(of: response, now: line.clock.now())
  }

  /// Sends a request that must succeed; gives what it takes from the answer.
  func require(_ call: HTTPSystemCall, _ filling: HTTPFilling) async throws(ConnectorFailure) -> HTTPFilling {
    let response = try await send(call, filling)
    guard fits(response, call.done) else { throw failure(of: response) }
    return try taking(call, from: response, filling)
  }

  private func taking(
    _ call: HTTPSystemCall, from response: HTTPResponse, _ filling: HTTPFilling
  ) throws(ConnectorFailure) -> HTTPFilling {
    guard !call.take.isEmpty else { return filling }
    let body = try body(of: response)
    var filling = filling
    for (name, path) in call.take {
      let values = body.scalars(at: path)
      guard values.count == 1, let value = values.first, !value.isEmpty else {
        throw HTTPAnswerFailure.refused("malformed-answer")
      }
      filling.taken[name] = value
    }
    return filling
  }

  // MARK: Authorisation

  private var isRenewable: Bool {
    switch description.auth {
    case .oauth2, .session: true
    case .basic, .bearer, .header: false
    }
  }

  private func authorise() async throws(ConnectorFailure) -> (name: String, value: String) {
    if let authorisation { return authorisation }
    var filling = filling
    filling.secrets = try secrets()
    let made: (name: String, value: String)
    switch description.auth {
    case .basic(let user, let password):
      made = (
        "authorization", "Basic " + Base64.encode(Array("\(try filling.text(user)):\(try filling.text(password))".utf8))
      )
    case .bearer(let token): made = ("authorization", "Bearer " + (try filling.header(token)))
    case .header(let name, let value): made = (name, try filling.header(value))
    case .oauth2(let url, let client, let secret, let scope):
      made = ("authorization", "Bearer " + (try await token(url, client, secret, scope, filling)))
    case .session(let login, let scheme, let text):
      var headers: [(name: String, value: String)] = []
      let url = try self.url(of: login, filling, [:])
      let response = try await transmit(login, filling, url, &headers, login.body, changes: false)
      guard fits(response, login.done) else { throw failure(of: response) }
      let filled = try taking(login, from: response, filling)
      made = ("authorization", "\(scheme) " + Base64.encode(Array(try filled.text(text).utf8)))
    }
    authorisation = made
    return made
  }

  /// An access token by client credentials (RFC 6749 sections 4.4 and 2.3.1).
  private func token(
    _ url: String, _ client: String, _ secret: String, _ scope: String?, _ filling: HTTPFilling
  ) async throws(ConnectorFailure) -> String {
    var form = ["grant_type": "client_credentials", "client_id": client, "client_secret": secret]
    form["scope"] = scope
    let body = Array(try filling.query(form).utf8)
    let headers = [
      (name: "content-type", value: "application/x-www-form-urlencoded"), (name: "accept", value: "application/json"),
    ]
    let response = try await transmit("POST", try filling.text(url), headers, body, changes: false)
    guard response.status == 200 else {
      // RFC 6749 section 5.2: wrong credentials may be 400 too.
      throw response.status == 400 ? HTTPAnswerFailure.refused("credentials-http-400") : failure(of: response)
    }
    let tokens = try self.body(of: response).scalars(at: "access_token")
    guard tokens.count == 1, let token = tokens.first,
      token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !token.isEmpty
    else { throw HTTPAnswerFailure.refused("malformed-answer") }
    return token
  }

  /// The secrets as they are now. One that is missing or unreadable may be put right: then the same order works.
  private func secrets() throws(ConnectorFailure) -> [String: String] {
    var secrets: [String: String] = [:]
    for (name, credential) in line.settings.secrets {
      guard let text = line.credential(credential).flatMap(HTTPSystemConnector.secretText) else {
        throw .transient(FailureCode("credential-unusable"), retryAfterSeconds: nil)
      }
      secrets[name] = text
    }
    return secrets
  }
}
