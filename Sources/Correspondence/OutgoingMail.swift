/// One mail, ready to be handed over.
public struct OutgoingMail: Hashable, Sendable {
  /// Where a failure is returned to: an address.
  public let from: String
  /// The one address it goes to.
  public let to: String
  /// The whole message (RFC 5322) with CRLF.
  public let message: [UInt8]

  public init(from: String, to: String, message: [UInt8]) {
    self.from = from
    self.to = to
    self.message = message
  }
}

/// Hands one mail over to whoever carries it.
public protocol MailSending: Sendable {
  /// Returns how the handing over ended; cancelling the task ends it.
  func send(_ mail: OutgoingMail) async -> MailEnding
}

/// How handing over a mail ended.
public enum MailEnding: Hashable, Sendable {
  /// A program's exit status: 0 has taken it, others are those of `sysexits.h`.
  case exited(Int32)
  /// A server's last answer code: 250 has taken it, with the id under which it is in its queue where it says one.
  case answered(Int, queue: String?)
  /// Nothing was begun: nobody could be reached, or what was reached is not what was configured.
  case notStarted
  /// It was cut off, and the mail may have been taken.
  case killed
}
