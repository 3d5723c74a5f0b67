public import ConnectorKit
public import Correspondence
public import MailTransport

/// Hands mails to the server of the configuration.
public struct SMTPMail: MailSending {
  private let session: SMTPSession
  private let user: String?
  private let credential: String?
  private let secrets: any SecretSource

  /// With a user there is a credential that holds his password; it is asked for at each mail and kept by nobody.
  public init(_ server: SMTPServer, user: String?, credential: String?, secrets: any SecretSource) {
    session = SMTPSession(server)
    self.user = user
    self.credential = credential
    self.secrets = secrets
  }

  public func send(_ mail: OutgoingMail) async -> MailEnding {
    var login: (user: String, password: String)?
    if let user, let credential {
      guard let secret = secrets.secret(credential), let password = Self.line(secret) else { return .notStarted }
      login = (user, password)
    }
    switch await session.send(mail.message, from: mail.from, to: mail.to, login: login) {
    case .answered(let code, let queue): return .answered(code, queue: queue)
    case .notStarted: return .notStarted
    case .unsure: return .killed
    }
  }

  /// One line of text, without its end.
  private static func line(_ bytes: [UInt8]) -> String? {
    guard var text = String(validating: bytes, as: UTF8.self) else { return nil }
    while let last = text.last, last.isNewline { text.removeLast() }
    return text.isEmpty || text.contains(where: \.isNewline) || text.utf8.contains(0) ? nil : text
  }
}
