import ArgumentParser

/// `expunge letter`.
struct LetterCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "letter", abstract: "Letters to the person, made from what was done and seen.",
    discussion: "Example: expunge letter show 1 --kind completion",
    subcommands: [LetterShow.self, LetterSend.self])
}
