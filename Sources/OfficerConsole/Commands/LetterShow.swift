import ArgumentParser
import OfficerAPI

/// `expunge letter show`.
struct LetterShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "A letter as it would read now; nothing is stored or sent.",
    discussion: """
      After closing, --kind last-copy-gone makes the second text, which has no name and no address.

      Example: expunge letter show 1 --kind completion --language en
      """)

  @OptionGroup var letter: LetterOptions

  @Flag(help: "Print the page for a printer instead of the text.")
  var html = false

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let (reason, step) = try letter.texts()
    let call = ShowLetter(
      request: letter.request, letter: letter.kind, language: letter.language, reason: reason, step: step)
    let view = try await connection.client.call(call)
    try connection.show(view) { html ? $0.html : LetterText.letter($0) }
  }
}
