import ArgumentParser
import ErasureDomain
import EvidencePublishing
import Foundation
import Journal
import Logging

/// The last entry of a log: after a compromise of its key.
struct CloseLog: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Closes the log for ever, with its last entry and checkpoint; while the daemon is stopped.",
    discussion: """
      For a key that somebody else may have: nothing may be appended afterwards, and a new log begins under another origin \
      (docs/operating/keys.md). Example:
        expunged close-log --reason key-compromised
      """)

  @OptionGroup var file: ConfigurationOption

  @Option(help: "Why, in one word: lower-case letters, digits and hyphens.")
  var reason: String

  func validate() throws {
    guard (1...64).contains(reason.utf8.count),
      reason.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D })
    else { throw ValidationError("--reason is one word of lower-case letters, digits and hyphens") }
  }

  func run() async throws {
    let configuration = try Configuration.load(file.config)
    let lock = try StateLock(path: configuration.state + "/lock")
    defer { withExtendedLifetime(lock) {} }
    let access = try await LogAccess(configuration, logger: Logger(label: "expunged") { LineLogHandler(label: $0) })
    if let failure = access.journal.failure { throw StartProblem("\(failure)") }
    let facts = LogClosed(reason: FailureCode(reason))
    try await access.journal.append([try EntryDraft(facts, about: .log)], to: .log, expecting: nil)
    let size = try await access.publisher.publishAnchored()
    try await access.journal.close()
    say("the log \(configuration.origin) is closed with \(size) entries; nothing is appended to it any more")
  }
}
