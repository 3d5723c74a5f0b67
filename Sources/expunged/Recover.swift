import ArgumentParser
import ErasureDomain
import EvidenceLog
import Foundation
import Journal
import Logging

/// Rebuilds lost stores: the journal from the published log, vault and keyring from their generation.
struct Recover: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Gets lost stores back; refuses if they are there.",
    discussion: """
      The journal is rebuilt from the published log folder, whose checkpoint must carry our own signature; vault and \
      keyring come from the generation that `expunged backup` wrote. What was done after the last checkpoint is \
      looked at first; where rows are gone, the evidence says that nobody can say any more how many went. Example:
        expunged recover --config /etc/expunged/expunged.yaml --people /otherdisk/expunged
      """)

  @OptionGroup var file: ConfigurationOption

  @Option(help: "The published log folder; the configuration's own when left out.")
  var log: String?

  @Option(help: "Folder with vault.db and keyring.db of the last backup.")
  var people: String

  func run() async throws {
    let configuration = try Configuration.load(file.config)
    try StoreCopy.makeFolder(configuration.state)
    let lock = try StateLock(path: configuration.state + "/lock")
    defer { withExtendedLifetime(lock) {} }
    for name in ["journal.db", "vault.db", "keyring.db"]
    where FileManager.default.fileExists(atPath: configuration.state + "/" + name) {
      throw StartProblem("\(configuration.state)/\(name) exists; recover overwrites nothing: move it away first")
    }
    for name in ["vault.db", "keyring.db"] where !FileManager.default.fileExists(atPath: people + "/" + name) {
      throw StartProblem("\(people)/\(name) is missing; without it open requests cannot go on")
    }
    let folder = PublishedLog(folder: log ?? configuration.evidence)
    let credentials = try Credentials(configured: configuration.credentials)
    let keys = try LogKeys(configuration, credentials).all().map(\.verifierKey)
    guard !keys.isEmpty else { throw StartProblem("there is no key of the log here; the published log needs its own") }
    let published = try folder.read(keys: keys)
    let clock = try Wiring.clock(configuration, offset: 0)
    try await SQLiteJournal.rebuild(
      path: configuration.state + "/journal.db", entries: published.entries, artifacts: published.artifacts,
      checkpoint: published.note, clock: clock)
    // Compares with everything outside: what was signed and is not in this folder must not be signed again.
    let access = try await LogAccess(configuration, logger: Logger(label: "expunged") { LineLogHandler(label: $0) })
    if let failure = access.journal.failure {
      try await access.journal.close()
      for name in ["journal.db", "journal.db-wal", "journal.db-shm"] {
        let path = configuration.state + "/" + name
        if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
      }
      throw StartProblem(
        "\(failure)\nThis folder is not the newest: look for a newer copy of the published log (--log FOLDER). When there "
          + "is none, the log cannot go on under its name: see docs/operating/keys.md, \"A new log\"")
    }
    // The rest must know: what is not found any more may have been erased by an attempt that is in no entry.
    let facts = JournalRecovered(entries: UInt64(published.entries.count))
    try await access.journal.append([try EntryDraft(facts, about: .log)], to: .log, expecting: nil)
    try await access.journal.close()
    for name in ["vault.db", "keyring.db"] {
      try StoreCopy.copy(people + "/" + name, to: configuration.state + "/" + name)
    }
    say(
      """
      \(published.entries.count) entries and \(published.artifacts.count) artifacts are back; what was appended after \
      the last checkpoint is not. Start the daemon: jobs that ended since look first, and say that their counts are not \
      certain where rows are gone.
      """)
  }
}

/// The published log folder, read back.
struct PublishedLog {
  let folder: String

  func read(keys: [NoteVerifierKey]) throws -> (entries: [[UInt8]], artifacts: [Artifact], note: [UInt8]) {
    let note = try bytes("checkpoint")
    let signed = try SignedNote(parsing: note)
    _ = try signed.verified(by: keys)
    let checkpoint = try Checkpoint(parsing: signed.text)
    var entries: [[UInt8]] = []
    for tile in Tile.covering(size: checkpoint.size) where tile.kind == .entries {
      entries += try EntryBundle.decode(try bytes(tile.path), count: tile.width)
    }
    var artifacts: [Artifact] = []
    // A young log names nothing yet.
    let place = folder + "/artifacts/sha256"
    let isThere = FileManager.default.fileExists(atPath: place)
    for name in isThere ? try FileManager.default.contentsOfDirectory(atPath: place).sorted() : [] {
      let content = try bytes("artifacts/sha256/" + name)
      let digest = ContentDigest(hashing: content)
      guard digest.hex == name else {
        throw StartProblem("\(folder)/artifacts/sha256/\(name) is not what its name says")
      }
      artifacts.append(Artifact(digest: digest, bytes: content))
    }
    return (entries, artifacts, note)
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: folder + "/" + path) else {
      throw StartProblem("\(folder)/\(path) is missing; the published log is not complete")
    }
    return Array(data)
  }
}
