public import Correspondence

/// How letters leave the house.
public struct LetterPost: Sendable {
  /// Sends mail; nil where the configuration has neither `mail-command` nor `mail`.
  public let mail: (any MailSending)?
  /// Where letters to be printed are put; nil where the configuration has no `print-folder`.
  public let printFolder: String?

  public init(mail: (any MailSending)? = nil, printFolder: String? = nil) {
    self.mail = mail
    self.printFolder = printFolder
  }
}
