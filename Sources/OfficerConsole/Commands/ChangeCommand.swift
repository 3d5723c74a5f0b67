import ArgumentParser
import ErasureDomain
import EvidenceLog
import OfficerAPI

/// `expunge change`.
struct ChangeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "change", abstract: "Shows and signs changes of people, allowed_signers and register.",
    discussion: """
      Outside practice mode a change of one of them counts only when two officers who are so already have signed it. Until \
      then what was in force stays so, plans that run go on, and no new plan is made.

      Example: expunge change show
      """,
    subcommands: [ChangeShow.self, ChangeSign.self])
}

/// `expunge change show`.
struct ChangeShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "What is in force, and what is configured and not in force yet.",
    discussion: "Example: expunge change show")

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let view = try await connection.client.call(ShowConfiguration())
    try connection.show(view, ChangeText.all)
  }
}

/// `expunge change sign`.
struct ChangeSign: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sign", abstract: "One of the two signatures of a change; the second makes it count.",
    discussion: """
      PART is people, signers or register. Each is judged by who may decide at that moment: where a new officer is added, \
      the old ones sign people and signers, in any order.

      Example: expunge change sign people --key ~/.ssh/id_ed25519 --principal bram@example.nl
      """)

  @Argument(help: ArgumentHelp("people, signers or register.", valueName: "part"))
  var part: ConfigurationPartArgument

  @OptionGroup var signing: SigningOptions

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let client = connection.client
    if let signed = try signing.signedElsewhere() {
      return try await submit(text: signed.text, signature: signed.signature, principal: signed.principal, client)
    }
    let prepared = try await client.call(PrepareChange(part: part.part))
    let bytes = Array(prepared.text.utf8)
    let text: ConfigurationText
    do { text = try ConfigurationText(parsing: bytes) } catch {
      throw ConsoleFailure(.refused, "the text does not read: \(error); nothing was signed")
    }
    guard text.kind == part.part, text.old == prepared.change.old, text.new == prepared.change.new else {
      throw ConsoleFailure(.refused, "the text to sign is for something else; sign nothing and tell your colleagues")
    }
    if signing.printText { return Output.current.exactly(bytes) }
    guard let signer = signing.signer else {
      return try connection.show(prepared) { prepared in
        ChangeText.one(prepared.change) + "\n" + prepared.text
          + "\nNothing is signed. Next: the same with --key KEY --principal NAME, by two officers\n"
      }
    }
    Output.current.show(ChangeText.one(prepared.change) + "\n" + prepared.text, on: .note)
    try signing.confirm("Sign this change?")
    let signature = try SSHKeygen(key: signer.key).sign(bytes, namespace: ConfigurationText.namespace)
    try await submit(text: prepared.text, signature: signature, principal: signer.principal, client)
  }

  private func submit(text: String, signature: String, principal: String, _ client: DaemonClient) async throws {
    let view = try await client.call(SubmitChange(text: text, signature: signature, principal: principal))
    try connection.show(view, ChangeText.answer)
  }
}

/// `people`, `signers` or `register`.
struct ConfigurationPartArgument: ExpressibleByArgument {
  let part: ConfigurationPart

  init?(argument: String) {
    guard let part = ConfigurationPart(rawValue: argument) else { return nil }
    self.part = part
  }

  static let allValueStrings = ConfigurationPart.allCases.map(\.rawValue)
}
