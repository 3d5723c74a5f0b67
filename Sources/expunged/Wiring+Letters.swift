import ConnectorKit
import Connectors
import Correspondence
import OfficerDesk

// How letters leave the house.
extension Wiring {
  /// Who carries mail; nil where nothing is configured.
  static func carrier(_ configuration: Configuration, _ credentials: Credentials) -> (any MailSending)? {
    switch configuration.mail?.carrier {
    case .command(let words): MailCommand(words)
    case .server(let server, let user, let credential):
      SMTPMail(server, user: user, credential: credential, secrets: credentials)
    case nil: nil
    }
  }

  /// Where letters to the person are made; nil where the configuration has no `letters:`.
  func letterOffice() throws -> LetterOffice? {
    guard let letters = configuration.letters else { return nil }
    let organisation = LetterParty(name: letters.name, address: letters.address, mail: configuration.mail?.from)
    let templates = try configuration.templates()
    if isSilent {
      return LetterOffice(
        organisation: organisation, templates: templates, post: nil,
        whyNoPost: "practice mode mails nobody; look at the letter with `expunge letter show`")
    }
    return LetterOffice(organisation: organisation, templates: templates, post: post())
  }

  /// Practice over real systems mails nobody anything.
  private var isSilent: Bool { configuration.practice && configuration.organisation != "demo" }

  /// The organisation's mail; nil where none is configured, or none may go out.
  func post() -> LetterOffice.Post? {
    guard !isSilent, let sender = Self.carrier(configuration, credentials), let mail = configuration.mail else {
      return nil
    }
    return LetterOffice.Post(sender: sender, from: mail.from)
  }
}
