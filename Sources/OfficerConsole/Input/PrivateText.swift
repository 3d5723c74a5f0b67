/// A reason or note.
///
/// It may name a person, so it is never an argument of the command line.
enum PrivateText {
  /// From a file, from standard input for `-`, or asked at the terminal.
  static func read(
    from path: String?, question: String, option: String
  ) throws(ConsoleFailure) -> String {
    let text: String
    if let path {
      text = Terminal.trimmed(try Terminal.current.text(from: path))
    } else {
      guard Terminal.current.isInteractive else {
        throw ConsoleFailure(
          .usage, "there is no terminal to ask at; give the text with \(option) FILE, or \(option) - for standard input"
        )
      }
      text = Terminal.current.askLines(question + " An empty line ends.").joined(separator: "\n")
    }
    guard !text.isEmpty else { throw ConsoleFailure(.usage, "the text is empty; say why in a few words") }
    return text
  }
}
