import ArgumentParser
import ErasureDomain
import OfficerAPI

/// `expunge task answer`.
struct TaskAnswer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "answer", abstract: "Answers a question.",
    discussion: """
      except and cancel need a note: it is asked at the terminal or read from a file, and kept in the vault. except also \
      needs the ground, the statute, and an end or a review. Where one person has excepted everything else of a request, \
      somebody else must except the last job.

      Example: expunge task answer 1 accept --identifiers 1,3
      Example: expunge task answer j-0123456789abcdef0123456789abcdef except --ground art17-3-e \
        --citation "Art. 6:162 BW" --review 2027-05-01 --note-from why.txt
      """)

  @Argument(help: "The job's reference; for a question about a request its number or reference.")
  var task: String

  @Argument(help: "retry, replan, except, cancel, accept, decline or lawful; task show says which make sense.")
  var answer: AnswerArgument

  @Option(help: ArgumentHelp("Which found identifiers; needed to accept when several wait.", valueName: "numbers"))
  var identifiers: OrdinalList?

  @Option(help: ArgumentHelp("The file with the note; - for standard input.", valueName: "file"))
  var noteFrom: String?

  @OptionGroup var exception: ExceptionOptions

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    if exception.isGiven, answer.answer != .except {
      throw ValidationError("--ground, --citation, --until and --review belong to except")
    }
  }

  func run() async throws {
    let terms: ExceptionTerms?
    if answer.answer == .except { terms = try exception.terms() } else { terms = nil }
    var note: String?
    if answer.needsNote || noteFrom != nil {
      note = try PrivateText.read(from: noteFrom, question: "Why?", option: "--note-from")
    }
    let call = AnswerTask(
      task: task, answer: answer.answer, ordinals: identifiers?.numbers ?? [], note: note, terms: terms)
    try connection.show(try await connection.client.call(call)) { _ in
      "Answered: \(answer.answer.rawValue).\n"
    }
  }
}
