public import ConnectorKit
public import Correspondence
import ErasureDomain
import OfficerAPI

/// Where letters to the person are made and handed over: the organisation, its templates and its mail.
public actor LetterOffice {
  /// The organisation's mail: who carries it, and the address that it comes from.
  public struct Post: Sendable {
    let sender: any MailSending
    let from: String

    public init(sender: any MailSending, from: String) {
      self.sender = sender
      self.from = from
    }
  }

  /// Seconds that handing over one mail may take.
  static let mailSeconds: Int64 = 60

  nonisolated let organisation: LetterParty
  nonisolated let templates: LetterTemplates
  nonisolated let post: Post?
  /// Why there is no post, for who wants to mail.
  nonisolated let whyNoPost: String
  private var inWork: Set<String> = []

  public init(
    organisation: LetterParty, templates: LetterTemplates, post: Post?,
    whyNoPost: String = "no mail is configured: write mail: in the configuration of expunged, or print the letter"
  ) {
    self.organisation = organisation
    self.templates = templates
    self.post = post
    self.whyNoPost = whyNoPost
  }

  /// Begins a letter that nobody else is at work on: two at once would be two mails.
  func begin(_ letter: SubjectLetterKind, of request: RequestReference) throws(Refusal) {
    guard inWork.insert("\(request) \(letter.rawValue)").inserted else {
      throw Refusal(.conflict, "this letter is being sent by somebody else; look again in a moment")
    }
  }

  func end(_ letter: SubjectLetterKind, of request: RequestReference) { inWork.remove("\(request) \(letter.rawValue)") }
}
