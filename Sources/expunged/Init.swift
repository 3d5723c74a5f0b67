import ArgumentParser
import ErasureDomain
import ErasurePlanning
import EvidenceLog
import Foundation
import Journal
import OfficerDesk

/// Makes keys, the first configuration and the log's first entry. Refuses if anything exists.
struct Init: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes keys, the first configuration and the log; refuses if anything exists.",
    discussion: """
      The people, the allowed_signers file and the register named here are the first ones the log knows; later changes
      need the signatures of two of these people. Example:
        expunged init --config /etc/expunged/expunged.yaml --origin erasure.example/evidence \\
          --register /etc/expunged/plans --organisation example --signers /etc/expunged/allowed_signers \\
          --person anna:clerk:anna:anna@example.org --person bram:officer:bram:bram@example.org \\
          --person chris:officer:chris:chris@example.org \\
          --person dora:system-owner:dora:dora@example.org --owns dora:crm+backoffice
      """)

  @OptionGroup var file: ConfigurationOption

  @Option(help: "The log's name: a URL without scheme.")
  var origin: String

  @Option(help: "Folder of the stores; `state` beside the configuration when left out.")
  var state: String?

  @Option(help: "Folder the log is published to; `evidence` beside the configuration when left out.")
  var evidence: String?

  @Option(help: "The command socket.")
  var socket: String?

  @Option(help: "Folder of the system register.")
  var register: String

  @Option(help: "Your organisation's folder in the register.")
  var organisation: String

  @Option(help: "The allowed_signers file with the people's public keys.")
  var signers: String

  @Option(help: "NAME:ROLE[+ROLE]:UNIX-USER:PRINCIPAL; repeat it for each person.")
  var person: [String]

  @Option(help: "NAME:SYSTEM[+SYSTEM]: the systems this person may release and stop; repeat it for each owner.")
  var owns: [String] = []

  @Option(help: "Distinct people who must sign a plan.")
  var approvals = 2

  @Option(help: "The controller's time zone.")
  var timeZone = "Europe/Amsterdam"

  @Flag(help: "Practice mode: one Unix user may play all people, and the calendar can be moved.")
  var practice = false

  @Option(help: "Practice mode: the day on which the calendar begins, at nine in the morning, YYYY-MM-DD.")
  var calendar: String?

  @Option(
    help: "The socket of an ssh-agent with the log's key, its only Ed25519 key; without it the key is a credential.")
  var logKeyAgent: String?

  @Option(help: "The last checkpoint of an earlier log that this one follows.")
  var continues: String?

  @Option(help: "The earlier log's verifier key.")
  var continuesKey: String?

  mutating func validate() throws {
    guard (continues == nil) == (continuesKey == nil) else {
      throw ValidationError("--continues and --continues-key belong together")
    }
    guard let calendar else { return }
    guard practice else { throw ValidationError("--calendar belongs to --practice: a real log has the real day") }
    guard CivilDate(calendar) != nil else { throw ValidationError("--calendar \(calendar) is no day; give YYYY-MM-DD") }
  }

  func run() async throws {
    let config = absolute(file.config)
    let folder = URL(fileURLWithPath: config).deletingLastPathComponent().path
    let state = absolute(state ?? folder + "/state")
    let evidence = absolute(evidence ?? folder + "/evidence")
    let credentials = folder + "/credentials"
    let vkeyFile = folder + "/log.vkey"
    let stores = ["journal.db", "vault.db", "keyring.db"].map { state + "/" + $0 }
    for path in [config, credentials, vkeyFile, evidence + "/checkpoint", evidence + "/tile"] + stores
    where FileManager.default.fileExists(atPath: path) {
      throw StartProblem("\(path) exists; init makes everything new and overwrites nothing")
    }
    guard FileManager.default.fileExists(atPath: absolute(signers)) else {
      throw StartProblem("\(signers) is missing; put one line for each signer there: principal and public key")
    }
    let text = try configurationText(state: state, evidence: evidence, folder: folder)
    try write(text, to: config, mode: 0o644)
    let unowned: [SystemName]
    do {
      let configuration = try Configuration.load(config)
      unowned = try await open(configuration, credentials: credentials, vkeyFile: vkeyFile)
    } catch {
      // Nothing of a failed start stays, so that the same command can be given again.
      let journal = ["", "-wal", "-shm"].map { state + "/journal.db" + $0 }
      for path in [config, credentials, vkeyFile] + journal {
        if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
      }
      throw error
    }
    say(
      """
      configuration   \(config)
      log key         \(logKeyAgent ?? credentials + "/logkey")      keep it secret; without it no checkpoint can be signed
      vault key       \(credentials)/vaultkey    keep it secret and apart from backups of the state
      public log key  \(vkeyFile)    give it to your auditor
      state           \(state)
      published log   \(evidence)
      next            expunged run --config \(config)
      """)
    if let warning = try changersWarning(config) { say(warning) }
    if !unowned.isEmpty {
      let names = unowned.map(\.description).joined(separator: ", ")
      say("nobody owns     \(names): they stay look only; see --owns NAME:SYSTEM and owns: in people:")
    }
  }

  /// Fewer than two officers whose keys are for it could never change anything of this later.
  private func changersWarning(_ config: String) throws -> String? {
    let configuration = try Configuration.load(config)
    let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: configuration.allowedSigners)))
    let able = try AllowedSigners(parsing: bytes).signers.filter {
      $0.namespaces?.contains(ConfigurationText.namespace) ?? true
    }.flatMap(\.principals).compactMap { configuration.people.signer($0) }.filter { $0.roles.contains(.officer) }
    guard !practice, Set(able.map(\.id)).count < PendingChange.signaturesNeeded else { return nil }
    return "nobody changes   people, signers and register: fewer than two officers have a key for "
      + "\(ConfigurationText.namespace) in allowed_signers; make it anew with such keys"
  }

  /// Seconds after midnight at which the practice calendar begins.
  private static let morning: Int64 = 9 * 3_600

  /// Makes the log; returns the systems that nobody can release.
  private func open(
    _ configuration: Configuration, credentials: String, vkeyFile: String
  ) async throws -> [SystemName] {
    let register = try SystemRegister.load(folder: configuration.register, organisation: configuration.organisation)
    try configuration.requireKnownSystems(register)
    let signers = try Array(Data(contentsOf: URL(fileURLWithPath: configuration.allowedSigners)))
    do { _ = try AllowedSigners(parsing: signers) } catch {
      throw StartProblem("\(configuration.allowedSigners): \(error)")
    }
    try makeFolder(credentials, mode: 0o700)
    let random = SystemRandom()
    if logKeyAgent == nil { try write(Data(random.bytes(32)), to: credentials + "/logkey", mode: 0o600) }
    try write(Data(random.bytes(32)), to: credentials + "/vaultkey", mode: 0o600)
    let keys = try LogKeys(configuration, Credentials(configured: credentials)).all()
    guard keys.count == 1 else {
      throw StartProblem(
        "the agent has \(keys.count) Ed25519 keys, and must have the log's alone: see ssh-add -l there")
    }
    let vkey = keys[0].verifierKey.text
    try write(Data((vkey + "\n").utf8), to: vkeyFile, mode: 0o644)
    try makeFolder(configuration.state, mode: 0o700)
    try makeFolder(configuration.evidence, mode: 0o755)
    let clock = try Wiring.clock(configuration, offset: 0)
    let moved = calendar.flatMap { CivilDate($0) }.map {
      clock.start(of: $0).adding(seconds: Self.morning).seconds(since: clock.now())
    }
    if let moved { clock.move(by: moved) }
    // Who may change anything later is asked of these bytes.
    let room = ConfigurationRoom(folder: configuration.room)
    for bytes in [configuration.peopleConfiguration.bytes, signers, register.canonicalBytes] { try room.keep(bytes) }
    let journal = try SQLiteJournal(path: configuration.state + "/journal.db", clock: clock)
    let opened = LogOpened(
      origin: origin, vkey: vkey, people: ContentDigest(hashing: configuration.peopleConfiguration.bytes),
      signers: ContentDigest(hashing: signers), register: ContentDigest(hashing: register.canonicalBytes),
      practice: practice, rules: LogRules.newest, continues: try earlier())
    var drafts = [try EntryDraft(opened, about: .log)]
    if let moved { drafts.append(try EntryDraft(ClockStepped(seconds: moved, practice: true), about: .log)) }
    try await journal.append(drafts, to: .log, expecting: nil)
    try await journal.close()
    return register.systems.filter(\.isErasedByUs).map(\.system).filter {
      configuration.people.owners(of: $0).isEmpty
    }
  }

  /// The earlier log as far as it counts: a checkpoint that its own key signed.
  private func earlier() throws -> ContinuedLog? {
    guard let continues, let continuesKey else { return nil }
    let (note, key) = try (
      Data(contentsOf: URL(fileURLWithPath: continues)), String(contentsOfFile: continuesKey, encoding: .utf8)
    )
    let vkey = try NoteVerifierKey(parsing: key.trimmingCharacters(in: .whitespacesAndNewlines))
    let signed = try SignedNote(parsing: Array(note))
    _ = try signed.verified(by: [vkey])
    let checkpoint = try Checkpoint(parsing: signed.text)
    guard checkpoint.origin == vkey.name, checkpoint.origin != origin else {
      throw StartProblem("\(continues) is no checkpoint of an earlier log under another name than \(origin)")
    }
    return ContinuedLog(
      origin: checkpoint.origin, vkey: vkey.text, size: checkpoint.size, root: checkpoint.root.base64)
  }

  private func configurationText(state: String, evidence: String, folder: String) throws -> Data {
    var lines = [
      "expunged: 1", "origin: \(origin)", "practice: \(practice)", "country: \"NL\"",
      "holidays: atw", "time-zone: \(timeZone)", "state: \(state)", "evidence: \(evidence)",
      "socket: \(socket.map(absolute) ?? "/run/expunged/command.sock")", "register: \(absolute(register))",
      "organisation: \(organisation)", "allowed-signers: \(absolute(signers))", "credentials: credentials",
      "approvals: \(approvals)",
    ]
    if let logKeyAgent { lines.append("log-key-agent: \(absolute(logKeyAgent))") }
    lines.append("people:")
    let systems = try ownedSystems()
    for text in person {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 4, parts.allSatisfy({ !$0.isEmpty }) else {
        throw ValidationError("--person \(text) is not NAME:ROLE[+ROLE]:UNIX-USER:PRINCIPAL")
      }
      let roles = parts[1].split(separator: "+").joined(separator: ", ")
      let id = PersonReference(using: SystemRandom())
      lines += [
        "  \(parts[0]):", "    id: \(id)", "    roles: [\(roles)]", "    unix-users: [\(parts[2])]",
        "    signs-as: [\(parts[3])]",
      ]
      if let owned = systems[parts[0]] { lines.append("    owns: [\(owned.joined(separator: ", "))]") }
    }
    return Data((lines.joined(separator: "\n") + "\n").utf8)
  }

  /// What `--owns` says, by person.
  private func ownedSystems() throws -> [String: [String]] {
    let names = Set(person.map { String($0.prefix { $0 != ":" }) })
    var systems: [String: [String]] = [:]
    for text in owns {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      let owned = parts.last?.split(separator: "+").map(String.init) ?? []
      guard parts.count == 2, names.contains(parts[0]), !owned.isEmpty, owned.allSatisfy(SystemName.isName) else {
        throw ValidationError("--owns \(text) is not NAME:SYSTEM[+SYSTEM] with the NAME of a --person")
      }
      systems[parts[0], default: []] += owned
    }
    return systems
  }

  private func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

  private func makeFolder(_ path: String, mode: Int) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  private func write(_ data: Data, to path: String, mode: Int) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    guard FileManager.default.createFile(atPath: path, contents: data, attributes: [.posixPermissions: mode]) else {
      throw StartProblem("\(path) cannot be written; check the folder's owner")
    }
  }
}

/// Prints to standard output with write(2).
func say(_ text: String) {
  let bytes = Array((text + "\n").utf8)
  _ = bytes.withUnsafeBytes { Foundation.write(1, $0.baseAddress, $0.count) }
}
