import ArgumentParser
import OfficerAPI

/// `expunge job cancel`.
struct JobCancel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Ends a job that is not running, with a reason.",
    discussion: """
      The reason is kept in the vault; it is asked at the terminal or read from a file.

      Example: expunge job cancel j-0123456789abcdef0123456789abcdef --reason-from why.txt
      """)

  @Argument(help: "The job's reference.")
  var job: String

  @Option(help: ArgumentHelp("The file with the reason; - for standard input.", valueName: "file"))
  var reasonFrom: String?

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let reason = try PrivateText.read(from: reasonFrom, question: "Why?", option: "--reason-from")
    try connection.show(try await connection.client.call(CancelJob(job: job, reason: reason)), JobText.facts)
  }
}
