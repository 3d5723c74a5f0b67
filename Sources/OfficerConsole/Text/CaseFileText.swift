import ErasureDomain
import OfficerAPI

/// A case file, for the officer who was the second to open it.
enum CaseFileText {
  static func text(_ content: CaseFileContent, until: CivilDate) -> String {
    var lines = [
      "CASE FILE of request \(content.number), \(content.request). Personal data: kept until \(until).", "",
      "Received \(content.receivedOn) by \(content.channel), language \(content.language?.rawValue ?? "not recorded")",
      "",
      "Contact:", content.contact ?? "(none was given)", "", "Identifiers:",
    ]
    lines += content.identifiers.map { "  \($0.kind): \($0.value)" }
    lines += ["", "The request as it came:", content.text ?? "(nothing was kept)", ""]
    for letter in content.letters {
      lines += [
        "--- \(letter.letter.rawValue), \(letter.on) by \(letter.channel.rawValue): \(letter.subject)", "", letter.text,
        "",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
