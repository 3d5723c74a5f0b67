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
  /// Acknowledgements that could not be sent: how often, and when the next attempt may be. In memory: none of it is a fact.
  private var rests: [RequestReference: (failures: Int, until: UTCTime)] = [:]

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

  /// Whether an acknowledgement may be tried now.
  func mayAcknowledge(_ request: RequestReference, at now: UTCTime) -> Bool {
    rests[request].map { $0.until <= now } ?? true
  }

  /// It was not sent: the next attempt comes after 5 minutes, then after four times as long each time, a day at most. A
  /// server that refuses an address is not asked again and again.
  func rest(_ request: RequestReference, from now: UTCTime) {
    let failures = rests[request]?.failures ?? 0
    let seconds = (0..<min(failures, 8)).reduce(Self.firstRestSeconds) { seconds, _ in seconds * 4 }
    rests[request] = (failures + 1, now.adding(seconds: min(seconds, Self.longestRestSeconds)))
  }

  static let firstRestSeconds: Int64 = 300
  static let longestRestSeconds: Int64 = 86_400
}
