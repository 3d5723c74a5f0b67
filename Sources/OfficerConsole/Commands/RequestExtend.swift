import ArgumentParser
import ErasureDomain
import OfficerAPI

/// `expunge request extend`.
struct RequestExtend: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extend", abstract: "Extends the term by two further months, once, by the first last day.",
    discussion: """
      Tell the person first: the term is extended on the day he is told, with the reason. The reason's words go to the \
      vault and are asked for, or read from a file.

      Example: expunge request extend 1 --reason-code complexity --reason-from why.txt
      """)

  @Argument(help: "Number or reference.")
  var request: String

  @Option(help: "One of the law's two reasons: complexity or number-of-requests.")
  var reasonCode: ExtensionReasonArgument

  @Option(help: ArgumentHelp("The file with the reason in words; - for standard input.", valueName: "file"))
  var reasonFrom: String?

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let text = try PrivateText.read(
      from: reasonFrom, question: "Why is it extended, as the person was told?", option: "--reason-from")
    let call = ExtendDeadline(request: request, reason: reasonCode.reason, text: text)
    try connection.show(try await connection.client.call(call), RequestText.facts)
  }
}

/// A reason of the law on the command line.
struct ExtensionReasonArgument: ExpressibleByArgument, Equatable {
  let reason: DeadlineExtended.Reason

  init?(argument: String) {
    guard let reason = DeadlineExtended.Reason(rawValue: argument) else { return nil }
    self.reason = reason
  }

  static var allValueStrings: [String] { DeadlineExtended.Reason.allCases.map(\.rawValue) }
}
