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
    // Practice over real systems tells nobody anything.
    if configuration.practice, configuration.organisation != "demo" {
      return LetterOffice(
        organisation: organisation, templates: templates, post: nil,
        whyNoPost: "practice mode mails nobody; look at the letter with `expunge letter show`")
    }
    let post = Self.carrier(configuration, credentials).flatMap { sender in
      configuration.mail.map { LetterOffice.Post(sender: sender, from: $0.from) }
    }
    return LetterOffice(organisation: organisation, templates: templates, post: post)
  }
}
