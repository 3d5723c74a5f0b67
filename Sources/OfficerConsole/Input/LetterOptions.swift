import ArgumentParser
import ErasureDomain

/// Which letter to the person, and an officer's words in it.
struct LetterOptions: ParsableArguments {
  @Argument(help: "Number or reference.")
  var request: String

  @Option(name: .customLong("kind"), help: ArgumentHelp("Which letter.", valueName: "kind"))
  var named: LetterKindArgument

  @Option(help: ArgumentHelp("nl or en; that of the request when left out.", valueName: "language"))
  var language: String?

  @Option(
    help: ArgumentHelp("A file with the reason, in words for the person; - for standard input.", valueName: "file"))
  var reasonFrom: String?

  @Option(help: ArgumentHelp("A file with what the person is asked to do (identity).", valueName: "file"))
  var stepFrom: String?

  var kind: SubjectLetterKind { named.letter }

  func validate() throws {
    guard ["nl", "en", nil].contains(language) else { throw ValidationError("--language is nl or en") }
    if reasonFrom == "-", stepFrom == "-" {
      throw ValidationError("standard input can be read for one text only; give the other with a file")
    }
    if !needsReason, kind != .extension, reasonFrom != nil {
      throw ValidationError("a letter of kind \(kind.rawValue) has no reason")
    }
    if kind != .identity, stepFrom != nil { throw ValidationError("--step-from belongs to --kind identity") }
  }

  private var needsReason: Bool { kind == .identity || kind == .refusal }

  /// The words that this kind needs, read or asked for.
  func texts() throws(ConsoleFailure) -> (reason: String?, step: String?) {
    var (reason, step): (String?, String?)
    // Who extended the term has said why already; other words for the letter may be given.
    if needsReason || reasonFrom != nil {
      reason = try PrivateText.read(
        from: reasonFrom, question: "Why, in words for the person?", option: "--reason-from")
    }
    if kind == .identity {
      step = try PrivateText.read(from: stepFrom, question: "What is the person asked to do?", option: "--step-from")
    }
    return (reason, step)
  }
}
