import ArgumentParser
import OfficerAPI

/// `expunge job answer`.
struct JobAnswer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "answer", abstract: "Enters what a recipient answered to a letter on paper or by mail.",
    discussion: """
      The answer is read from a file, since it names people: lines of `key: value`. Needed are said (done, nothing-found \
      or kept), by (who answered) and on (the day on his answer). records: how many went. With kept: category, basis \
      (legal-obligation, legal-claims, public-health, archiving, expression or other), until and text. From a processor: \
      sub-processors (none or included).

      Example: expunge job answer j-0123456789abcdef0123456789abcdef --from answer.txt
      """)

  @Argument(help: "The job's reference.")
  var job: String

  @Option(help: ArgumentHelp("The file with the answer; - for standard input.", valueName: "file"))
  var from: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let call = try AnswerForm.read(try Terminal.current.text(from: from), about: job)
    try connection.show(try await connection.client.call(call), JobText.facts)
  }
}
