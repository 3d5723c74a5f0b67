import ErasureDomain
import EvidenceLog
import OfficerAPI
import OfficerDesk

/// What who was invited sees before he makes a passkey.
struct InvitePage: Sendable {
  /// The link's secret; `token` in a form is that of the session.
  let invitation: String
  let name: String
  let roles: [String]
  /// Names the person to the authenticator, not to others.
  let person: String
}

/// What he sees afterwards: his key's line, and when it counts.
struct InvitedPage: Sendable {
  let line: String
  let fingerprint: String
  let countsNow: Bool
}

// Making a passkey, once, by a link that an officer asked for.
extension PageRoutes {
  static let invite: [PageRoute] = [
    .get("/invite/{token}", .everybody) { visit in
      try await limited(visit)
      let invited = try await counted(visit) {
        guard let invited = visit.desk.invitation(visit.part("token")) else {
          throw PageRefusal(.notFound, visit.words("invite.over"))
        }
        return invited
      }
      return .page(
        "invite", title: visit.words("invite.title"),
        content: InvitePage(
          invitation: visit.part("token"), name: invited.name,
          roles: invited.roles.map(\.rawValue).sorted().map { visit.words.code("person-role", $0) },
          person: invited.person.text))
    },
    .post("/invite/{token}", .everybody) { visit in
      try await limited(visit)
      let key: SSHPublicKey
      do {
        guard let der = visit.form["public-key"].flatMap({ Base64.decodeURLSafe($0) }) else {
          throw PageRefusal(.invalid, visit.words("passkey.script"))
        }
        key = try SSHPublicKey.securityKey(
          subjectPublicKeyInfo: der, application: visit.page.settings.host)
      } catch is SSHPublicKeyError {
        throw PageRefusal(.invalid, visit.words("invite.kind"))
      }
      let offered = try await counted(visit) { try await visit.desk.accept(visit.part("token"), key: key) }
      return .page(
        "invited", title: visit.words("invite.done"),
        content: InvitedPage(line: offered.line, fingerprint: key.fingerprint, countsNow: offered.isInForce))
    },
  ]

  /// Tokens cannot be guessed; how often one tries is limited all the same.
  private static func limited(_ visit: PageVisit) async throws {
    guard await visit.page.limit.mayTry(from: visit.address) else {
      throw PageRefusal(.unavailable, visit.words("login.often"))
    }
  }

  /// A token that is none counts as an attempt.
  private static func counted<Value>(_ visit: PageVisit, _ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch {
      await visit.page.limit.refuse(visit.address)
      throw error
    }
  }
}
