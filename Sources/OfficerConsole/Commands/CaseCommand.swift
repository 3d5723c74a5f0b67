import ArgumentParser
import ErasureDomain
import OfficerAPI

/// `expunge case`.
struct CaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "case", abstract: "Case files: what is kept beyond closing, opened by two people.",
    discussion: "Example: expunge case open 1 --key ~/.ssh/id_ed25519 --reason-code complaint",
    subcommands: [CaseOpen.self])
}

/// `expunge case open`.
struct CaseOpen: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open", abstract: "Opens the case file of a closed request, together with a second officer.",
    discussion: """
      The first person takes off the outer layer with his key, which shows nothing; within a day the second one does the same \
      on his own machine and reads it: name and contact, the request as it came, the letters as sent. age (Debian: age) \
      decrypts; the key never leaves its machine. Both openings are logged, with the reason's code.

      Example: expunge case open 1 --key ~/.ssh/id_ed25519 --reason-code complaint
      """)

  @Argument(help: "Number or reference of the request.")
  var request: String

  @Option(help: ArgumentHelp("Your private SSH key, of type ssh-ed25519.", valueName: "file"))
  var key: String

  @Option(help: ArgumentHelp("What for: a code, such as complaint or last-copy-gone.", valueName: "code"))
  var reasonCode: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let client = connection.client
    let part = try await client.call(OpenCaseFile(request: request, reason: reasonCode))
    let age = AgeDecryption()
    let layer = try age.opened(try Self.bytes(part.box), with: key)
    guard let content = part.content else {
      _ = try await client.call(HandCaseFile(request: request, parts: String(decoding: layer, as: UTF8.self)))
      Output.current.show(
        "The first half of the case file of request \(part.number) is open; it shows nothing yet. Another officer opens the "
          + "second half with the same command within a day.")
      return
    }
    let bytes = try age.opened(try Self.bytes(content), withSecret: layer)
    let read: CaseFileContent
    do { read = try CanonicalJSON.decode(CaseFileContent.self, from: bytes) } catch {
      throw ConsoleFailure(.refused, "what came out is no case file; do the programs differ in version?")
    }
    try connection.show(read) { CaseFileText.text($0, until: part.until) }
  }

  private static func bytes(_ text: String) throws(ConsoleFailure) -> [UInt8] {
    guard let bytes = Base64.decode(text) else {
      throw ConsoleFailure(.refused, "the daemon's answer does not read; do the programs differ in version?")
    }
    return bytes
  }
}
