public import ErasureDomain

/// Makes a letter to the person from what is known now, and shows it; nothing is stored or sent.
public struct ShowLetter: OfficerCall {
  public typealias Answer = LetterView
  public static let name = "letter.show"
  public var request: String
  public var letter: SubjectLetterKind
  /// `nl` or `en`; nil for the language of the request.
  public var language: String?
  /// An officer's words: why (identity, extension, refusal), and what the person is asked to do (identity).
  public var reason: String?
  public var step: String?
  public init(
    request: String, letter: SubjectLetterKind, language: String? = nil, reason: String? = nil, step: String? = nil
  ) {
    self.request = request
    self.letter = letter
    self.language = language
    self.reason = reason
    self.step = step
  }
}

/// Sends a letter to the person by mail, or makes the page that is printed. Its text is kept in the vault.
public struct SendLetter: OfficerCall {
  public typealias Answer = HandedLetter
  public static let name = "letter.send"
  public var request: String
  public var letter: SubjectLetterKind
  /// `nl` or `en`; nil for the language of the request.
  public var language: String?
  /// Nil for the way on which the request came.
  public var channel: LetterChannel?
  public var reason: String?
  public var step: String?
  public init(
    request: String, letter: SubjectLetterKind, language: String? = nil, channel: LetterChannel? = nil,
    reason: String? = nil, step: String? = nil
  ) {
    self.request = request
    self.letter = letter
    self.language = language
    self.channel = channel
    self.reason = reason
    self.step = step
  }
}

/// Says that the page of `SendLetter` lies in a file, ready for the post: only then is the letter recorded as sent.
public struct RecordPrinted: OfficerCall {
  public typealias Answer = HandedLetter
  public static let name = "letter.printed"
  public var request: String
  public var letter: SubjectLetterKind
  /// `made` of the answer to `SendLetter`: another letter is not the one in the file.
  public var made: UTCTime
  public init(request: String, letter: SubjectLetterKind, made: UTCTime) {
    self.request = request
    self.letter = letter
    self.made = made
  }
}

/// A letter as it reads.
public struct LetterView: Codable, Hashable, Sendable {
  public var letter: SubjectLetterKind
  public var language: String
  public var subject: String
  public var text: String
  /// A page that needs nothing else.
  public var html: String
  public init(letter: SubjectLetterKind, language: String, subject: String, text: String, html: String) {
    self.letter = letter
    self.language = language
    self.subject = subject
    self.text = text
    self.html = html
  }
}

/// A letter on its way.
public struct HandedLetter: Codable, Hashable, Sendable {
  public var view: LetterView
  public var channel: LetterChannel
  /// When its text was made.
  public var made: UTCTime
  /// What the log has about it; nil for a page that is not in its file yet.
  public var sent: LetterSent?
  /// An earlier attempt was cut off: this is the same letter again, not one of the new words.
  public var isRepeated: Bool
  public init(view: LetterView, channel: LetterChannel, made: UTCTime, sent: LetterSent?, isRepeated: Bool) {
    self.view = view
    self.channel = channel
    self.made = made
    self.sent = sent
    self.isRepeated = isRepeated
  }
}
