import ErasureDomain
import OfficerAPI

/// Letters to the person, for the terminal.
enum LetterText {
  static func letter(_ view: LetterView) -> String { "\(view.subject)\n\n\(view.text)" }

  static func handed(_ handed: HandedLetter, file: String?) -> String {
    var lines: [String] = []
    if handed.isRepeated {
      lines.append("An attempt before was cut off: this is the same letter again, under the same id.")
    }
    if let sent = handed.sent {
      let queue = sent.queue.map { ", queued as \($0)" } ?? ""
      let way = file.map { "printed to \($0)" } ?? "mailed"
      lines.append(
        "The letter (\(sent.letter.rawValue), \(sent.language)) was \(way) on \(sent.on): \(sent.proof)\(queue).")
    }
    if let file { lines.append("Print \(file) with a browser, send it, and remove the file: it names the person.") }
    return lines.joined(separator: "\n") + "\n"
  }
}
