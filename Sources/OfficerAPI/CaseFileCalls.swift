public import ErasureDomain

/// The caller's part of a request's case file: the first of two people gets the outer layer, the second one the inner layer
/// and the content. Logged before it is answered.
public struct OpenCaseFile: OfficerCall {
  public typealias Answer = CaseFilePart
  public static let name = "case.open"
  public var request: String
  /// What for: a code, such as `complaint`.
  public var reason: String
  public init(request: String, reason: String) {
    self.request = request
    self.reason = reason
  }
}

/// What the first person's machine took out of the outer layer; kept in memory for a day.
public struct HandCaseFile: OfficerCall {
  public typealias Answer = Done
  public static let name = "case.hand"
  public var request: String
  /// Text of the decrypted outer layer.
  public var parts: String
  public init(request: String, parts: String) {
    self.request = request
    self.parts = parts
  }
}

public struct CaseFilePart: Codable, Hashable, Sendable {
  public var number: Int
  /// 1 or 2.
  public var step: Int
  /// Base64 of what the caller's own key decrypts: the outer layer, or the secret of the content.
  public var box: String
  /// Base64 of the encrypted content; with step 2 alone.
  public var content: String?
  /// The last day on which the file is kept.
  public var until: CivilDate
  public init(number: Int, step: Int, box: String, content: String? = nil, until: CivilDate) {
    self.number = number
    self.step = step
    self.box = box
    self.content = content
    self.until = until
  }
}

/// What a case file says, once two people have opened it. It never travels in clear.
public struct CaseFileContent: Codable, Hashable, Sendable {
  public struct Letter: Codable, Hashable, Sendable {
    public var letter: SubjectLetterKind
    public var on: CivilDate
    public var channel: LetterChannel
    public var subject: String
    public var text: String
    public init(letter: SubjectLetterKind, on: CivilDate, channel: LetterChannel, subject: String, text: String) {
      self.letter = letter
      self.on = on
      self.channel = channel
      self.subject = subject
      self.text = text
    }
  }

  public var v = 1
  public var request: RequestReference
  public var number: Int
  public var receivedOn: CivilDate
  public var channel: String
  public var language: PersonLanguage?
  /// Name and address, as they came with the request.
  public var contact: String?
  public var identifiers: [SubjectIdentifier]
  /// The request as it came.
  public var text: String?
  public var letters: [Letter]
  public init(
    request: RequestReference, number: Int, receivedOn: CivilDate, channel: String, language: PersonLanguage?,
    contact: String?, identifiers: [SubjectIdentifier], text: String?, letters: [Letter]
  ) {
    self.request = request
    self.number = number
    self.receivedOn = receivedOn
    self.channel = channel
    self.language = language
    self.contact = contact
    self.identifiers = identifiers
    self.text = text
    self.letters = letters
  }
}
