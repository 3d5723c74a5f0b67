import ArgumentParser

/// How a text is signed: here with a key, or elsewhere.
struct SigningOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Sign with this SSH key (ssh-keygen -Y sign).", valueName: "file"))
  var key: String?

  @Option(help: ArgumentHelp("Who you are in allowed_signers.", valueName: "name"))
  var principal: String?

  @Flag(help: "Do not ask before signing.")
  var yes = false

  @Flag(help: "Print only the text to sign.")
  var printText = false

  @Option(help: ArgumentHelp("A signature made elsewhere; needs --text and --principal.", valueName: "file"))
  var signature: String?

  @Option(help: ArgumentHelp("The text that was signed elsewhere.", valueName: "file"))
  var text: String?

  func validate() throws {
    if (signature == nil) != (text == nil) { throw ValidationError("--signature and --text belong together") }
    if (signature != nil || key != nil), principal == nil {
      throw ValidationError("say who signs with --principal NAME, as in allowed_signers")
    }
    if key != nil, signature != nil || printText {
      throw ValidationError("--key signs here; leave out --signature, --text and --print-text")
    }
    if printText, signature != nil { throw ValidationError("--print-text comes before --signature, not with it") }
  }

  var signer: (key: String, principal: String)? {
    guard let key, let principal else { return nil }
    return (key, principal)
  }

  /// A text and its signature from files.
  func signedElsewhere() throws(ConsoleFailure) -> (text: String, signature: String, principal: String)? {
    guard let signature, let text, let principal else { return nil }
    return (try Terminal.current.text(from: text), try Terminal.current.text(from: signature), principal)
  }

  /// Asks before anything is signed.
  func confirm(_ question: String) throws(ConsoleFailure) {
    guard !yes else { return }
    guard Terminal.current.isInteractive else {
      throw ConsoleFailure(.usage, "there is no terminal to ask at; read the text, then say --yes")
    }
    guard Terminal.current.ask(question + " Type yes:") == "yes" else {
      throw ConsoleFailure(.refused, "nothing was signed")
    }
  }
}
