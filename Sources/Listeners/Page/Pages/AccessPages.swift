import ErasureDomain
import EvidenceLog
import Logging
import OfficerAPI
import OfficerDesk

/// The login page's content.
struct LoginPage: Sendable {
  let text: String
  let namespace: String
  let to: String
}

// Coming in and going out.
extension PageRoutes {
  static let access: [PageRoute] = [
    .get("/login", .everybody) { visit in
      if visit.visitor != nil { return .redirect("/") }
      let text = try visit.desk.loginText(nonce: await visit.page.challenges.give())
      return .page(
        "login", title: visit.words("login.title"),
        content: LoginPage(
          text: String(decoding: text.encoded, as: UTF8.self), namespace: LoginText.namespace,
          to: ownPath(visit.query["to"])))
    },
    .post("/login", .everybody) { visit in try await login(visit) },
    .post("/logout", .session) { visit in
      if let secret = visit.secret { await visit.page.sessions.end(secret) }
      return .session(nil, goingTo: "/login")
    },
    .post("/language", .everybody) { visit in
      let language = visit.form["language"].flatMap { PageWords.Language(rawValue: $0) } ?? visit.words.language
      return .language(language.rawValue, goingTo: ownPath(visit.form["to"]))
    },
  ]

  /// A path of this page and nothing else: a login leads nowhere else.
  static func ownPath(_ text: String?) -> String {
    guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), !text.contains("\\"), !text.contains("\n") else {
      return "/"
    }
    return text
  }

  private static func login(_ visit: PageVisit) async throws -> PageAnswer {
    guard await visit.page.limit.mayTry(from: visit.address) else {
      throw PageRefusal(.unavailable, visit.words("login.often"))
    }
    let passkey = try PagePasskey(visit.form, visit.words)
    let text = try LoginText(parsing: Array(passkey.text.utf8))
    guard await visit.page.challenges.take(text.nonce) else { throw PageRefusal(.refused, visit.words("login.late")) }
    let signers = try await visit.desk.listedSigners().signers
    let signed = passkey.signature(by: signers, for: LoginText.namespace, on: visit.page.settings.url)
    guard let signed, signed.refusal == nil else {
      await visit.page.limit.refuse(visit.address)
      if await visit.page.limit.mayLog() { await visit.desk.pageDenied("page.login", by: nil) }
      visit.page.logger.warning("a login was refused", metadata: ["from": "\(visit.address)"])
      if let refusal = signed?.refusal { throw Refusal(.forbidden, refusal.description) }
      throw PageRefusal(.forbidden, visit.words("login.refused"))
    }
    let login = try await visit.desk.login(signed.armored, over: text, principal: signed.principal)
    // The secret of before, if there was one, opens nothing any more.
    if let old = visit.secret { await visit.page.sessions.end(old) }
    return .session(await visit.page.sessions.begin(with: login), goingTo: ownPath(visit.form["to"]))
  }
}
