import ErasureDomain
import ErasurePlanning
import EvidenceLog
import Foundation
import Journal
import Logging
import OfficerDesk

/// What is configured, held beside what the log knows: who may decide is who could before anybody changed a file.
struct ConfigurationInForce {
  /// The people that count.
  let people: PeopleConfiguration
  /// Those that are configured, where they do not count yet.
  let configured: PeopleConfiguration?
  /// What differs outside practice mode, by name.
  let changed: [String]

  /// In practice mode a change is logged and takes effect.
  init(
    _ configuration: Configuration, _ register: SystemRegister, _ journal: SQLiteJournal, _ log: LogRecord,
    _ logger: Logger
  ) async throws {
    let signers = try Array(Data(contentsOf: URL(fileURLWithPath: configuration.allowedSigners)))
    let now: [(ConfigurationPart, [UInt8])] = [
      (.people, configuration.peopleConfiguration.bytes), (.signers, signers), (.register, register.canonicalBytes),
    ]
    let room = ConfigurationRoom(folder: configuration.room)
    var changed: [ConfigurationPart] = []
    for (part, bytes) in now {
      let digest = ContentDigest(hashing: bytes)
      guard let old = log.digests[part.rawValue], old != digest else {
        // Also what an older version of this program has not kept.
        try room.keep(bytes)
        continue
      }
      changed.append(part)
      guard configuration.practice else { continue }
      try room.keep(bytes)
      let draft =
        part == .register
        ? try EntryDraft(RegisterChanged(old: old, new: digest, practice: true), about: .log)
        : try EntryDraft(SignersChanged(file: part.rawValue, old: old, new: digest, practice: true), about: .log)
      try await journal.append([draft], to: .log, expecting: nil)
    }
    if !changed.isEmpty {
      let names = changed.map(\.rawValue).joined(separator: ",")
      logger.warning("configuration changed", metadata: ["what": "\(names)"])
    }
    self.changed = configuration.practice ? [] : changed.map(\.rawValue)
    guard !configuration.practice, changed.contains(.people) else {
      people = configuration.peopleConfiguration
      configured = nil
      return
    }
    configured = configuration.peopleConfiguration
    let kept = log.digests[ConfigurationPart.people.rawValue].flatMap { room.bytes(of: $0) }
    if let kept, let known = PeopleConfiguration(bytes: kept) {
      people = known.reached(as: configuration.people)
    } else {
      // Nobody knows any more who could decide: nobody can, until the old version is back.
      logger.error("the people that were in force are not kept here: put them back as they were")
      people = configuration.peopleConfiguration
    }
  }

  /// Adds a line to a file of signers.
  static func add(_ line: String, to path: String) throws {
    var text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    if !text.isEmpty, !text.hasSuffix("\n") { text += "\n" }
    try Data((text + line + "\n").utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  }
}
