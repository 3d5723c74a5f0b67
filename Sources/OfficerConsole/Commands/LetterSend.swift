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
    // Before anything else: a letter that cannot be printed is not to be made.
    let printed: PrintedFile?
    if let file { printed = try PrintedFile(at: file) } else { printed = nil }
    let call = SendLetter(
      request: letter.request, letter: letter.kind, language: letter.language, channel: channel, reason: reason,
      step: step)
    var handed: HandedLetter
    do { handed = try await connection.client.call(call) } catch {
      printed?.discard()
      throw error
    }
    if let printed {
      try printed.write(handed.view.html)
      let isRepeated = handed.isRepeated
      handed = try await connection.client.call(
        RecordPrinted(request: letter.request, letter: letter.kind, made: handed.made))
      handed.isRepeated = isRepeated
    }
    try connection.show(handed) { LetterText.handed($0, file: file) }
  }
}
