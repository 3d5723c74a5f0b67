import ArgumentParser
import ErasureDomain
import OfficerAPI

/// `expunge request ask-identity`.
struct RequestAskIdentity: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ask-identity", abstract: "Records that the person was asked today to prove who he is.",
    discussion: """
      Asking suspends the term until the proof comes, when it was asked for within a week of receipt. The channel that \
      you know already needs no proof: write there. The doubt's words go to the vault and are asked for, or read from a \
      file. When the proof has come: expunge request confirm.

      Example: expunge request ask-identity 1 --method knowledge --doubt unknown-address --doubt-from doubt.txt
      """)

  @Argument(help: "Number or reference.")
  var request: String

  @Option(help: "What was asked for: knowledge, counter, e-identification or document.")
  var method: IdentityMethodArgument

  @Option(help: "A code for the doubt, such as unknown-address.")
  var doubt: String

  @Option(help: ArgumentHelp("The file with the doubt in words; - for standard input.", valueName: "file"))
  var doubtFrom: String?

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let text = try PrivateText.read(
      from: doubtFrom, question: "What makes you doubt who the person is?", option: "--doubt-from")
    let call = AskIdentity(request: request, method: method.method, doubt: doubt, text: text)
    try connection.show(try await connection.client.call(call)) { view in
      RequestText.facts(view)
        + (method.method == .document
          ? "\nAsk for a copy with photo, document number and citizen number (BSN) covered, and destroy it after the "
            + "decision.\n" : "")
        + "\nNext, when the proof has come: expunge request confirm \(view.number) --method \(method.method.rawValue) "
        + "--ground LETTER\n"
    }
  }
}

/// A step of the ladder on the command line.
struct IdentityMethodArgument: ExpressibleByArgument, Equatable {
  let method: IdentityMethod

  init?(argument: String) {
    guard let method = IdentityMethod(rawValue: argument) else { return nil }
    self.method = method
  }

  static var allValueStrings: [String] { IdentityMethod.allCases.map(\.rawValue) }
}
