public import ErasureDomain

/// The languages that letters are written in.
public enum LetterLanguage: String, Hashable, Sendable, Codable, CaseIterable {
  case dutch = "nl"
  case english = "en"
}

/// What the law asks of us towards the reader of a letter, and of him.
public enum LetterDuty: String, Hashable, Sendable, Codable, CaseIterable {
  /// Another controller is notified of the erasure (Art. 19 GDPR).
  case notify
  /// A processor is instructed to erase (Art. 28(3) GDPR).
  case instruct
  /// A source is told to stop sending the person's data.
  case stopSending = "stop-sending"

  /// The duty behind a verb; nil for verbs that tell nobody.
  public init?(_ verb: JobVerb) {
    switch verb {
    case .notify: self = .notify
    case .instruct: self = .instruct
    case .stopSending: self = .stopSending
    case .erase, .tagExpiry, .manual, .eraseKept, .confirmExpiry, .export: return nil
    }
  }
}

/// A sender or an addressee: an organisation or its contact, never the data subject.
public struct LetterParty: Hashable, Sendable, Codable {
  public let name: String
  /// The lines of a postal address.
  public let address: [String]
  /// An e-mail address; nil where none is known.
  public let mail: String?

  public init(name: String, address: [String], mail: String? = nil) {
    self.name = name
    self.address = address
    self.mail = mail
  }
}

/// Everything a letter to a recipient says, in no language yet.
public struct RecipientLetter: Hashable, Sendable {
  public let language: LetterLanguage
  public let duty: LetterDuty
  public let from: LetterParty
  public let to: LetterParty
  /// What both sides call it; opaque.
  public let job: JobReference
  /// The day on the letter.
  public let written: CivilDate
  /// The last day for an answer.
  public let answerBy: CivilDate
  /// Only of kinds that the recipient holds already.
  public let identifiers: [SubjectIdentifier]
  /// Where he answers; nil where no page can be reached. A secret.
  public let link: String?

  public init(
    language: LetterLanguage, duty: LetterDuty, from: LetterParty, to: LetterParty, job: JobReference,
    written: CivilDate, answerBy: CivilDate, identifiers: [SubjectIdentifier], link: String?
  ) {
    self.language = language
    self.duty = duty
    self.from = from
    self.to = to
    self.job = job
    self.written = written
    self.answerBy = answerBy
    self.identifiers = identifiers
    self.link = link
  }
}
