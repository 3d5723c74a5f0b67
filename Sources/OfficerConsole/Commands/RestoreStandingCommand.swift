import ArgumentParser
import ErasureDomain
import EvidenceLog
import OfficerAPI

/// `expunge restore-standing`.
struct RestoreStandingCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore-standing",
    abstract: "Two officers sign beforehand that who was erased and is back with a restore may go again at once.",
    discussion: """
      Without it a restore only proposes. It covers one system as the register describes it now, records that are back for \
      certain, at most so many rows of each request, and nothing after its last day. The restore must be announced by \
      somebody else than the two who signed.

      Example: expunge restore-standing crm --at-most 20 --until 2027-11-30 --key ~/.ssh/id_ed25519 --principal bram@example.nl
      Example: expunge restore-standing crm --withdraw
      """)

  @Argument(help: "The system's name in the register.")
  var system: String

  @Option(help: "The most rows that one such erasure may take.")
  var atMost: Int?

  @Option(help: ArgumentHelp("The last day on which it counts.", valueName: "day"))
  var until: DayArgument?

  @Flag(help: "It counts no more, from now on.")
  var withdraw = false

  @OptionGroup var signing: SigningOptions

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard !withdraw, signing.signature == nil else { return }
    guard atMost != nil, until != nil else { throw ValidationError("say --at-most and --until, or --withdraw") }
  }

  func run() async throws {
    let client = connection.client
    if withdraw {
      let done = try await client.call(WithdrawStanding(system: system))
      return try connection.show(done) { _ in "The standing approval for \(system) counts no more.\n" }
    }
    if let signed = try signing.signedElsewhere() {
      return try await submit(text: signed.text, signature: signed.signature, principal: signed.principal, client)
    }
    guard let atMost, let until else { return }
    let prepared = try await client.call(PrepareStanding(system: system, atMost: atMost, until: until.date))
    let bytes = Array(prepared.text.utf8)
    let text: StandingApprovalText
    do { text = try StandingApprovalText(parsing: bytes) } catch {
      throw ConsoleFailure(.refused, "the text does not read: \(error); nothing was signed")
    }
    guard text.system.description == system, text.atMost == atMost else {
      throw ConsoleFailure(.refused, "the text to sign is for something else; sign nothing and tell your colleagues")
    }
    if signing.printText { return Output.current.exactly(bytes) }
    guard let signer = signing.signer else {
      return try connection.show(prepared) { _ in
        prepared.text + "\nNothing is signed. Next: the same with --key KEY --principal NAME, by two officers\n"
      }
    }
    Output.current.show(prepared.text, on: .note)
    try signing.confirm("Sign this standing approval?")
    let signature = try SSHKeygen(key: signer.key).sign(bytes, namespace: StandingApprovalText.namespace)
    try await submit(text: prepared.text, signature: signature, principal: signer.principal, client)
  }

  private func submit(text: String, signature: String, principal: String, _ client: DaemonClient) async throws {
    let view = try await client.call(SubmitStanding(text: text, signature: signature, principal: principal))
    try connection.show(view) { view in
      let names = view.signedBy.joined(separator: ", ")
      return view.signedBy.count < view.needed
        ? "Signed by \(names): another officer must sign the same.\n"
        : "Signed by \(names): who is back in \(view.system) for certain goes again, at most \(view.atMost) rows, until "
          + "\(view.until).\n"
    }
  }
}
