import ArgumentParser
import ErasureDomain
import OfficerAPI

/// `expunge request receipt`.
struct RequestReceipt: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "receipt", abstract: "Moves the receipt to an earlier time: it had reached you before.",
    discussion: """
      All dates are counted anew; an extension or a suspension that was counted from the later day falls. A later time \
      is refused, and the attempt is in the log.

      Example: expunge request receipt 1 --received 2026-11-18 --reason-code other-department
      """)

  @Argument(help: "Number or reference.")
  var request: String

  @Option(help: ArgumentHelp("A day, or a time such as 2026-11-18T09:30:00Z.", valueName: "day"))
  var received: ReceivedArgument

  @Option(help: "A code for why it was known late, such as other-department.")
  var reasonCode: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let call = CorrectReceipt(request: request, receivedAt: received.time, reason: reasonCode)
    try connection.show(try await connection.client.call(call), RequestText.facts)
  }
}

/// A day, taken at noon UTC as in `request add`, or a time.
struct ReceivedArgument: ExpressibleByArgument, Equatable {
  let time: UTCTime

  init?(argument: String) {
    switch RequestForm.received(argument) {
    case .at(let time): self.time = time
    case .on(let day): time = day.utcMidnight.adding(seconds: 12 * 3_600)
    case nil: return nil
    }
  }
}
