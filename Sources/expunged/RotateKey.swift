import ArgumentParser
import ErasureDomain
import EvidenceLog
import EvidencePublishing
import Foundation
import Journal
import Logging

/// A new key for the same log, in two steps: both keys sign for a while, then the old one is destroyed.
struct RotateKey: AsyncParsableCommand {
  enum Step: String, ExpressibleByArgument {
    case begin
    case end
  }

  static let configuration = CommandConfiguration(
    abstract: "Lets a new key follow the log's key; while the daemon is stopped.",
    discussion: """
      `begin` makes the new key, says so in the log under the old one, and from then on both sign. Give log-new.vkey to your \
      auditors; when each has it, `end` destroys the old key and says that too. With an agent the new key is the one in it \
      that the log does not know yet, and you take the old one out before `end`. Example:
        systemctl stop expunged
        expunged rotate-key begin
        systemctl start expunged
      """)

  @OptionGroup var file: ConfigurationOption

  @Argument(help: "begin or end.")
  var step: Step

  func run() async throws {
    let configuration = try Configuration.load(file.config)
    let lock = try StateLock(path: configuration.state + "/lock")
    defer { withExtendedLifetime(lock) {} }
    let logger = Logger(label: "expunged") { LineLogHandler(label: $0) }
    let access = try await LogAccess(configuration, logger: logger)
    if let failure = access.journal.failure { throw StartProblem("\(failure)") }
    let folder = URL(fileURLWithPath: file.config).deletingLastPathComponent().path
    switch step {
    case .begin: try await begin(access, folder: folder, logger)
    case .end: try await end(access, folder: folder, logger)
    }
    try await access.journal.close()
  }

  private func begin(_ access: LogAccess, folder: String, _ logger: Logger) async throws {
    guard access.log.keysInForce.count == 1 else {
      throw StartProblem("a new key follows already; give `expunged rotate-key end` when your auditors have it")
    }
    let new = try newKey(access)
    let vkey = new.verifierKey.text
    try write(vkey, to: folder + "/log-new.vkey")
    // The entry is covered by the old key's line too: its holder says who follows.
    let facts = KeyRotated(newVkey: vkey, fromSize: access.journal.frontier.size + 1)
    try await access.journal.append([try EntryDraft(facts, about: .log)], to: .log, expecting: nil)
    try await publish(again: access, logger)
    say(
      """
      new key         \(vkey)
      for auditors    \(folder)/log-new.vkey    they add it beside the old one (a second `log` line of their policy)
      next            start the daemon: every checkpoint carries both lines; later `expunged rotate-key end`
      """)
  }

  /// The key that the log does not know yet; made where there is none, and found again after a crash.
  private func newKey(_ access: LogAccess) throws -> any CheckpointSigner {
    let (configuration, credentials) = (access.configuration, access.credentials)
    let keys = LogKeys(configuration, credentials)
    if let known = try keys.all().first(where: { !access.log.allKeys.contains($0.verifierKey.text) }) { return known }
    guard configuration.logKeyAgent == nil else {
      throw StartProblem("the agent has no other Ed25519 key; make one with ssh-keygen, and `ssh-add` it there")
    }
    guard let folder = configuration.credentials, FileManager.default.fileExists(atPath: folder + "/" + LogKeys.current)
    else {
      throw StartProblem(
        "the log's key is a credential of systemd: make 32 random bytes the credential \"\(LogKeys.next)\" beside it, and "
          + "give the command again (docs/operating/keys.md)")
    }
    let path = folder + "/" + LogKeys.next
    let data = Data(SystemRandom().bytes(32))
    guard FileManager.default.createFile(atPath: path, contents: data, attributes: [.posixPermissions: 0o600]) else {
      throw StartProblem("\(path) cannot be written")
    }
    _ = credentials.reread()
    return try Ed25519CheckpointSigner(name: configuration.origin, seed: try credentials.key(LogKeys.next))
  }

  private func end(_ access: LogAccess, folder: String, _ logger: Logger) async throws {
    let inForce = access.log.keysInForce
    guard inForce.count == 2 else {
      throw StartProblem("no key follows another; begin with `expunged rotate-key begin`")
    }
    // The last that the old key covers, if it is still here.
    try await access.publisher.publishAnchored()
    try OldKey(access).destroy()
    let left = try LogKeys(access.configuration, access.credentials).all().map(\.verifierKey.text)
    guard left.contains(inForce[1]), !left.contains(inForce[0]) else {
      throw StartProblem(
        left.contains(inForce[0])
          ? "the old key is still here: take it out of the agent (ssh-add -d), or make \"\(LogKeys.next)\" the credential "
            + "\"\(LogKeys.current)\" and destroy the old one; then give the command again"
          : "the new key is not here; nothing was recorded")
    }
    try await access.journal.append(
      [try EntryDraft(KeyDestroyed(vkey: inForce[0]), about: .log)], to: .log, expecting: nil)
    try await publish(again: access, logger)
    try write(inForce[1], to: folder + "/log.vkey")
    let old = folder + "/log-new.vkey"
    if FileManager.default.fileExists(atPath: old) { try FileManager.default.removeItem(atPath: old) }
    say(
      """
      the old key is destroyed, and the log says so; \(folder)/log.vkey is the new one
      next            start the daemon; auditors keep both keys: the old one signed what came before
      """)
  }

  /// With the keys as they are in force now.
  private func publish(again access: LogAccess, _ logger: Logger) async throws {
    let log = try await access.journal.read { reader in try reader.log() }
    let publisher = CheckpointPublisher(
      journal: access.journal,
      signers: try LogKeys(access.configuration, access.credentials).signers(inForce: log.keysInForce, logger: logger),
      logKeys: try log.allKeys.map { try NoteVerifierKey(parsing: $0) }, folder: access.configuration.evidence,
      secondPlace: access.configuration.highWaterMark, origin: access.configuration.origin, anchors: access.anchors)
    try await publisher.publishAnchored()
  }

  private func write(_ vkey: String, to path: String) throws {
    let data = Data((vkey + "\n").utf8)
    guard FileManager.default.createFile(atPath: path, contents: data, attributes: [.posixPermissions: 0o644]) else {
      throw StartProblem("\(path) cannot be written")
    }
  }
}

/// The file of a key that another one followed.
private struct OldKey {
  private let access: LogAccess

  init(_ access: LogAccess) { self.access = access }

  /// Puts the new key in its place and overwrites the old one's bytes. What is not a file of ours stays.
  func destroy() throws {
    guard access.configuration.logKeyAgent == nil, let folder = access.configuration.credentials else { return }
    let (current, next) = (folder + "/" + LogKeys.current, folder + "/" + LogKeys.next)
    guard FileManager.default.fileExists(atPath: current), FileManager.default.fileExists(atPath: next) else { return }
    let file = open(current, O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { throw StartProblem("\(current) cannot be opened: errno \(errno)") }
    defer { close(file) }
    // Renamed first: at every moment there is a key that the log knows.
    guard rename(next, current) == 0 else { throw StartProblem("\(current) cannot be replaced: errno \(errno)") }
    let zeros = [UInt8](repeating: 0, count: 32)
    guard write(file, zeros, zeros.count) == zeros.count, fsync(file) == 0 else {
      throw StartProblem("the old key's bytes cannot be overwritten: errno \(errno)")
    }
    _ = access.credentials.reread()
  }
}
