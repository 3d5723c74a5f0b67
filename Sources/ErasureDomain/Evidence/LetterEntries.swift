// Facts of entries about letters to the person.

/// How a letter to the person left the house.
public enum LetterChannel: String, Hashable, Sendable, Codable, CaseIterable {
  case mail
  /// Printed, for the post.
  case letter
}

/// A letter to the person was handed over. Its text is in the vault, and nowhere else.
public struct LetterSent: EntryFacts {
  public static let kind = EntryKind("letter.sent")
  public var letter: SubjectLetterKind
  /// `nl` or `en`.
  public var language: String
  public var channel: LetterChannel
  /// The controller's day.
  public var on: CivilDate
  /// HMAC-SHA256 of the text under a key that the vault derives for this request and letter, hex: whoever has the letter
  /// can have it compared while the request is open, and nobody can afterwards.
  public var mac: String
  /// What showed that it was handed over: `exit-0`, `smtp-250`, `printed`.
  public var proof: FailureCode
  /// The id under which the mail server queued it, where it said one.
  public var queue: String?

  public init(
    letter: SubjectLetterKind, language: String, channel: LetterChannel, on: CivilDate, mac: String,
    proof: FailureCode, queue: String? = nil
  ) {
    self.letter = letter
    self.language = language
    self.channel = channel
    self.on = on
    self.mac = mac
    self.proof = proof
    self.queue = queue
  }

  /// Whether a text is an id that a mail server may have given: letters and digits, at most 32. Whatever else a server
  /// says is its own words, which no entry holds.
  public static func isQueueID(_ text: some StringProtocol) -> Bool {
    (4...32).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
      }
  }
}
