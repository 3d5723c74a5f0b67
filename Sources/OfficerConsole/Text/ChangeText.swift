import ErasureDomain
import OfficerAPI

/// Changes of the configuration in words.
enum ChangeText {
  static func all(_ view: ConfigurationView) -> String {
    var text = ""
    for part in ConfigurationPart.allCases {
      if let digest = view.inForce[part] { text += "in force  \(part.rawValue)  \(digest)\n" }
    }
    guard !view.changes.isEmpty else { return text + "\nPeople, signers and register are as the log knows them.\n" }
    return text + view.changes.map { "\n" + one($0) }.joined()
  }

  /// One change, and what must happen with it.
  static func one(_ view: ChangeView) -> String {
    var lines = ["\(view.part.rawValue) shall become \(view.new):"]
    lines += view.words.map { Printable.line("  - \($0)") }
    if let problem = view.problem {
      lines.append(Printable.line("  Nobody can sign this: \(problem)."))
    } else if !view.isInForce {
      let names = view.signedBy.joined(separator: ", ")
      let next = "expunge change sign \(view.part.rawValue)"
      lines.append(
        view.signedBy.isEmpty
          ? "  Not in force: two officers sign it with \(next)."
          : Printable.line("  Signed by \(names); another officer must sign it: \(next)."))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What a signature has led to.
  static func answer(_ view: ChangeView) -> String {
    let names = view.signedBy.joined(separator: ", ")
    return Printable.line(
      view.isInForce
        ? "Signed by \(names): \(view.part.rawValue) is in force now, for new plans; plans that run go on."
        : "Signed by \(names): another officer must sign the same.") + "\n"
  }
}
