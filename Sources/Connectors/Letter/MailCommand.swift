public import Correspondence
import ExternalPrograms

/// A program like `sendmail -t -i` that takes one message from its standard input. Nothing about a person is in its
/// arguments.
public struct MailCommand: MailSending {
  /// How long it may take, in seconds; the connector's own limit is shorter.
  static let mostSeconds: Int64 = 3_600

  /// What it may print, in bytes; it is not looked at.
  static let mostPrinted = 65_536

  private let program: ExternalProgram

  /// The program's absolute path with its arguments; nil for another path, and for none.
  public init?(_ words: [String]) {
    guard let program = ExternalProgram(words) else { return nil }
    self.program = program
  }

  public func send(_ mail: OutgoingMail) async -> MailEnding {
    switch await program.run(
      input: mail.message, outputBytes: Self.mostPrinted, seconds: Self.mostSeconds)
    {
    case .notStarted: .notStarted
    case .exited(let status, _): .exited(status)
    case .killed, .timedOut, .outputTooLarge: .killed
    }
  }
}
