import ErasureDomain
import Foundation
import Glibc

/// The backup tool's own list of its sets, as a JSON file.
struct BackupCatalogue: Codable {
  struct Entry: Codable {
    let id: String
    let system: String
    let start: UTCTime
    let stop: UTCTime?
    let retentionDays: Int
    var tags: [String: String]?

    enum CodingKeys: String, CodingKey {
      case id, system, start, stop, tags
      case retentionDays = "retention-days"
    }

    /// The day on which the tool removes it: by its retention, or earlier by a tag.
    var expires: CivilDate? {
      guard let stop else { return nil }
      let natural = stop.utcDay.adding(days: retentionDays)
      return tags?["expunged-expire"].flatMap { CivilDate($0) }.map { min($0, natural) } ?? natural
    }
  }

  /// How long a nightly set is kept, in days; as many are there at any time.
  static let retentionDays = 35

  var tool: String?
  var sets: [Entry]

  /// A set a night and system, of the nights before `day` whose retention has not passed.
  static func nightly(of systems: [String], until day: CivilDate) -> BackupCatalogue {
    let sets = (1...retentionDays).reversed().flatMap { age in
      systems.enumerated().map { place, system in
        let night = day.adding(days: -age)
        let start = night.utcMidnight.adding(seconds: Int64(3_600 + place * 1_800))
        return Entry(
          id: "\(system)-\(night)", system: system, start: start, stop: start.adding(seconds: 1_200),
          retentionDays: retentionDays, tags: [:])
      }
    }
    return BackupCatalogue(tool: "demo-nightly", sets: sets)
  }

  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let bytes = try encoder.encode(self)
    try bytes.write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  /// Removes the sets that expire on or before `day` under the file's lock; answers with their ids.
  static func expire(_ path: String, on day: CivilDate) throws -> [String] {
    let file = try lock(path)
    defer { close(file) }
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    var catalogue = try JSONDecoder().decode(BackupCatalogue.self, from: bytes)
    let expired = catalogue.sets.filter { set in set.expires.map { $0 <= day } ?? false }.map(\.id)
    catalogue.sets.removeAll { expired.contains($0.id) }
    try catalogue.write(to: path)
    return expired
  }

  /// Adds the sets of the nights up to and with `day` that are not there, under the file's lock; answers with their ids.
  static func fill(_ path: String, until day: CivilDate) throws -> [String] {
    let file = try lock(path)
    defer { close(file) }
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    var catalogue = try JSONDecoder().decode(BackupCatalogue.self, from: bytes)
    let known = Set(catalogue.sets.map(\.id))
    let systems = Set(catalogue.sets.map(\.system)).sorted()
    let added = nightly(of: systems, until: day.adding(days: 1)).sets.filter { !known.contains($0.id) }
    catalogue.sets += added
    try catalogue.write(to: path)
    return added.map(\.id)
  }

  /// Locks the file that has the name now, not one that was replaced while we waited.
  private static func lock(_ path: String) throws -> Int32 {
    while true {
      let file = open(path, O_RDONLY | O_CLOEXEC)
      guard file >= 0 else { throw DemoProblem("cannot open \(path); make it by: demo-company seed") }
      var opened = stat()
      var named = stat()
      guard flock(file, LOCK_EX) == 0, fstat(file, &opened) == 0 else {
        close(file)
        throw DemoProblem("cannot lock \(path); try again")
      }
      if stat(path, &named) == 0, opened.st_ino == named.st_ino { return file }
      close(file)
    }
  }
}
