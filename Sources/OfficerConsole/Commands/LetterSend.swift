import ArgumentParser
import ErasureDomain
import OfficerAPI

/// `expunge letter send`.
struct LetterSend: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send", abstract: "Sends a letter to the person, or prints it to a file for the post.",
    discussion: """
      Without --mail and --print it goes the way the request came. The text is kept in the vault until closing.

      Example: expunge letter send 1 --kind completion --print letter.html
      """)

  @OptionGroup var letter: LetterOptions

  @Flag(help: "By mail, to the request's own contact.")
  var mail = false

  @Option(name: .customLong("print"), help: ArgumentHelp("A new file for the page to print.", valueName: "file"))
  var file: String?

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    if mail, file != nil { throw ValidationError("--mail and --print are two ways; choose one") }
    if letter.kind == .lastCopyGone {
      throw ValidationError("this text has no name and no address; expunge letter show prints it")
    }
  }

  func run() async throws {
    let (reason, step) = try letter.texts()
    let channel: LetterChannel? = file != nil ? .letter : mail ? .mail : nil
    let client = connection.client
    var handed = try await client.call(
      SendLetter(
        request: letter.request, letter: letter.kind, language: letter.language, channel: channel, reason: reason,
        step: step))
    if let file {
      try PrintedFile.write(handed.view.html, to: file)
      let isRepeated = handed.isRepeated
      handed = try await client.call(RecordPrinted(request: letter.request, letter: letter.kind))
      handed.isRepeated = isRepeated
    }
    try connection.show(handed) { LetterText.handed($0, file: file) }
  }
}
