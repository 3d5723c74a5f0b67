import ArgumentParser
import ErasureDomain
import EvidenceLog
import OfficerAPI

/// `expunge task done`.
struct TaskDone: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "done", abstract: "Signs that a manual task was done; two people do.",
    discussion: """
      Describe the carrier without naming the person: the text is public evidence.

      Example: expunge task done j-0123456789abcdef0123456789abcdef --done destroyed --medium "USB stick FAIR" \
      --method destroy --key ~/.ssh/id_ed25519 --principal bram@example.nl

      Example: expunge task done j-0123456789abcdef0123456789abcdef --nothing-found --medium "USB stick FAIR" \
      --key ~/.ssh/id_ed25519 --principal bram@example.nl
      """)

  /// The word of the evidence for a search without a find.
  static let nothing = "nothing-found"

  @Argument(help: "The job's reference.")
  var task: String

  @Option(help: "What was done: destroyed, erased …")
  var done: String?

  @Option(help: "To what: the carrier or place, never the person.")
  var medium: String?

  @Option(help: "How (NIST SP 800-88): clear, purge or destroy.")
  var method: String?

  @Flag(help: "The place was searched and nothing was there.")
  var nothingFound = false

  @OptionGroup var signing: SigningOptions

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard signing.signature == nil else { return }
    guard nothingFound != (done != nil) else { throw ValidationError("say --done WORD, or --nothing-found") }
    guard medium != nil else { throw ValidationError("say with --medium what it was done to") }
    guard nothingFound || method != nil else { throw ValidationError("say with --method clear, purge or destroy how") }
    guard signing.printText || signing.key != nil else {
      throw ValidationError("sign with --key KEY --principal NAME, or print the text with --print-text")
    }
  }

  func run() async throws {
    let client = connection.client
    if let signed = try signing.signedElsewhere() {
      return try await submit(text: signed.text, signature: signed.signature, principal: signed.principal, client)
    }
    let call = PrepareAttestation(
      task: task, done: nothingFound ? Self.nothing : done ?? "", medium: medium ?? "",
      method: method ?? "search")
    let prepared = try await client.call(call)
    let bytes = try Self.checked(prepared.text, against: call)
    if signing.printText { return Output.current.exactly(bytes) }
    guard let signer = signing.signer else { return }
    Output.current.show(prepared.text, on: .note)
    try signing.confirm("Sign this attestation?")
    let signature = try SSHKeygen(key: signer.key).sign(bytes, namespace: AttestationText.namespace)
    try await submit(text: prepared.text, signature: signature, principal: signer.principal, client)
  }

  private func submit(text: String, signature: String, principal: String, _ client: DaemonClient) async throws {
    let call = SubmitAttestation(task: task, text: text, signature: signature, principal: principal)
    try connection.show(try await client.call(call)) { view in
      view.open
        ? TaskText.detail(view) + "\nA second person must sign too.\n"
        : "The task is done, signed by \(view.attestedBy.joined(separator: " and ")).\n"
    }
  }

  /// The bytes to sign, when they say what was asked for and nothing else.
  static func checked(_ text: String, against call: PrepareAttestation) throws(ConsoleFailure) -> [UInt8] {
    let bytes = Array(text.utf8)
    let attestation: AttestationText
    do { attestation = try AttestationText(parsing: bytes) } catch {
      throw ConsoleFailure(.refused, "the text to sign does not read: \(error); nothing was signed")
    }
    guard attestation.job.text == call.task, attestation.done == call.done, attestation.medium == call.medium,
      attestation.method == call.method
    else {
      throw ConsoleFailure(.refused, "the text to sign says something else than you did; sign nothing")
    }
    return bytes
  }
}
