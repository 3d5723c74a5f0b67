/// How letters leave the house.
public struct LetterPost: Sendable {
  /// Sends mail; nil where the configuration has no `mail-command`.
  public let mail: (any MailSending)?
  /// Where letters to be printed are put; nil where the configuration has no `print-folder`.
  public let printFolder: String?

  public init(mail: (any MailSending)? = nil, printFolder: String? = nil) {
    self.mail = mail
    self.printFolder = printFolder
  }
}

/// Hands one message over to the machine's mail.
public protocol MailSending: Sendable {
  /// Returns how the handing over ended; cancelling the task ends it.
  func send(_ message: [UInt8]) async -> MailEnding
}

/// How handing over a message ended.
public enum MailEnding: Hashable, Sendable {
  /// The program's exit status: 0 has taken it, others are those of `sysexits.h`.
  case exited(Int32)
  case notStarted
  /// It was killed, and may have taken the message.
  case killed
}
