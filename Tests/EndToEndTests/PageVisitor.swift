import ErasureDomain
import EvidenceLog
import Foundation
import HTTPTransport

/// Somebody at the officer's page without a browser: what a browser would send, and what nobody else should.
final class PageVisitor {
  struct Answer: CustomStringConvertible {
    let status: Int
    let location: String?
    let headers: [(name: String, value: String)]
    let text: String

    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
    var description: String { "\(status) \(location ?? "") \(text.prefix(600))" }
  }

  let url: String
  private let loop = HTTPLoop(reach: .privateToo)
  var cookies: [String: String] = [:]
  /// What every form of this session carries; read from the last page that had one.
  private(set) var formToken = ""

  private let proxy: String?
  private let trust: TLSTrust
  /// Sent with everything.
  var claims: [(String, String)] = []

  /// At a page, through a proxy where one is named.
  init(at url: String, through proxy: String? = nil, trust: TLSTrust = .system) {
    self.url = url
    self.proxy = proxy
    self.trust = trust
  }

  deinit { loop.shutDown() }

  func get(_ path: String, _ headers: [(String, String)] = []) async throws -> Answer {
    try await send("GET", path, headers, nil)
  }

  /// A form as our own page sends it; `origin` and `token` can be others.
  func post(
    _ path: String, _ fields: [(String, String)] = [], origin: String? = nil, token: String? = nil
  ) async throws -> Answer {
    let all = fields + [("form-token", token ?? formToken)]
    let body = all.map { "\(Self.escaped($0.0))=\(Self.escaped($0.1))" }.joined(separator: "&")
    return try await send(
      "POST", path,
      [("Origin", origin ?? url), ("Content-Type", "application/x-www-form-urlencoded")], Array(body.utf8))
  }

  /// Logs in; the answer is that of the login form.
  @discardableResult
  func login(_ passkey: Passkey, flags: UInt8 = 0x05) async throws -> Answer {
    let page = try await get("/login")
    guard let text = Self.between("<pre id=\"login-text\">", "</pre>", page.text) else {
      throw TestProblem("no login text: \(page)")
    }
    let fields = try passkey.sign(text, namespace: "erasure-login@expunged", origin: url, flags: flags)
    let answer = try await post("/login", fields)
    if answer.status == 303 { _ = try await get("/") }
    return answer
  }

  static func between(_ start: String, _ end: String, _ text: String) -> String? {
    guard let first = text.firstRange(of: start), let last = text[first.upperBound...].firstRange(of: end) else {
      return nil
    }
    return String(text[first.upperBound..<last.lowerBound])
  }

  private func send(
    _ method: String, _ path: String, _ headers: [(String, String)], _ body: [UInt8]?
  ) async throws -> Answer {
    var all = headers + claims
    if !cookies.isEmpty {
      all.append(("Cookie", cookies.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")))
    }
    let response = try await loop.send(
      HTTPRequest(method: method, url: (proxy ?? url) + path, headers: all, body: body, trust: trust))
    for (name, value) in response.headers where name.lowercased() == "set-cookie" {
      let pair = value.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      cookies[String(pair[0])] = value.contains("Max-Age=0") ? nil : String(pair[1])
    }
    let text = String(decoding: response.body, as: UTF8.self)
    if let token = Self.between("name=\"form-token\" value=\"", "\"", text), !token.isEmpty { formToken = token }
    return Answer(
      status: response.status, location: response.header("location"), headers: response.headers, text: text)
  }

  private static func escaped(_ text: String) -> String {
    text.utf8.map { byte in
      let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      return isPlain ? String(UnicodeScalar(byte)) : "%" + Hex.encode([byte]).uppercased()
    }.joined()
  }
}
